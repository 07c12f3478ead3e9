import type { EvalOverviewRunView, EvalOverviewView, EvalPassRateView, EvalSumView } from "../../operations/eval-panel-views.ts";
import { lowerBound, type Place } from "./lines.ts";

/*
 * Charts of evals share an axis of runs, not of time: run n takes the place from n to n + 1, so that runs of one hour stay as
 * readable as runs of a month, and a strip of tests × runs can stand under the pass rates.
 */

export type EvalUnit = "run" | "day" | "week";

/** One run, or the runs of one tier in a day or week (`run` is null). */
export type EvalPoint = Readonly<{ run: EvalOverviewRunView | null; sum: EvalSumView | null; passRate: EvalPassRateView }>;

/** The points of one tier, oldest first; `xs` are their places on the axis of runs, strictly increasing. */
export type EvalLine = Readonly<{ tier: string; points: readonly EvalPoint[]; xs: readonly number[] }>;

/** Marks closer together than this (CSS pixels) overlap. */
const markWidth = 6;

type Placed = Readonly<{ tier: string; place: number; point: EvalPoint }>;

function placedPoints({ runs, days, weeks }: EvalOverviewView, unit: EvalUnit): readonly Placed[] {
  if (unit === "run") {
    return runs.flatMap((run, place) =>
      run.pass_rate === null ? [] : [{ tier: run.tier, place, point: { run, sum: null, passRate: run.pass_rate } }],
    );
  }
  return (unit === "day" ? days : weeks).map((sum) => ({
    tier: sum.tier,
    place: sum.place,
    point: { run: null, sum, passRate: sum.pass_rate },
  }));
}

/** One line a tier. Runs without a result have no pass rate and so no point. */
export function evalLines(view: EvalOverviewView, unit: EvalUnit): readonly EvalLine[] {
  return [...Map.groupBy(placedPoints(view, unit), ({ tier }) => tier)]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([tier, placed]) => ({
      tier,
      points: placed.map(({ point }) => point),
      xs: placed.map(({ place }) => place + 0.5),
    }));
}

/** The finest unit in which no two points of a tier overlap; weeks if all do. @param width of the plotting area, CSS pixels */
export function readableUnit({ runs, days }: EvalOverviewView, width: number): EvalUnit {
  const room = Math.max(1, Math.floor(width / markWidth));
  if (runs.length <= room) return "run";
  return new Set(days.map(({ day }) => day)).size <= room ? "day" : "week";
}

/** The lowest pass rate that a chart of some lines has to show: a round tenth below every interval. */
export function lowestRate(lines: readonly EvalLine[]): number {
  const low = Math.min(0.9, ...lines.flatMap(({ points }) => points.map(({ passRate }) => passRate.low)));
  return Math.max(0, Math.floor(low * 10) / 10);
}

/** Farther than this from every point, the pointer means none of them. CSS pixels. */
const reach = 48;

/**
 * The point nearest to the pointer.
 * @param project places on the plotting area, CSS pixels
 */
export function nearestPoint(
  lines: readonly EvalLine[],
  at: Readonly<{ left: number; top: number }>,
  project: Readonly<{ left(x: number): number; top(rate: number): number; x(left: number): number }>,
): Place | null {
  let best: Place | null = null;
  let least = Number.POSITIVE_INFINITY;
  const x = project.x(at.left);
  for (const [line, { xs, points }] of lines.entries()) {
    const right = lowerBound(xs, x);
    for (const point of [right - 1, right]) {
      const [place, rate] = [xs[point], points[point]?.passRate.rate];
      if (place === undefined || rate === undefined) continue;
      const across = Math.abs(project.left(place) - at.left);
      const distance = Math.hypot(across, (project.top(rate) - at.top) / 2);
      if (across <= reach && distance < least) {
        least = distance;
        best = { line, point };
      }
    }
  }
  return best;
}
