import type {
  EvalOverviewRunView,
  EvalOverviewView,
  EvalPassRateView,
  EvalSumView,
} from "../../features/evals/operations/panel-views.ts";
import { lowerBound, type Place } from "../shared/chart/lines.ts";

/*
 * Charts of evals share an axis of runs, not of time: run n covers n to n + 1, so that runs of one hour are as
 * readable as runs of a month, and the strip of tests × runs aligns with the pass rates above it.
 */

export type EvalUnit = "run" | "day" | "week";

/** One run, or the runs of one tier in a day or week (then `run` is null). */
export type EvalPoint = Readonly<{ run: EvalOverviewRunView | null; sum: EvalSumView | null; passRate: EvalPassRateView }>;

/** The points of one tier, oldest first; `xs` are their positions on the axis of runs, strictly increasing. */
export type EvalLine = Readonly<{ tier: string; points: readonly EvalPoint[]; xs: readonly number[] }>;

/** Marks closer together than this (CSS pixels) overlap. */
const markWidth = 6;

type PlacedPoint = Readonly<{ tier: string; place: number; point: EvalPoint }>;

function placedPoints({ runs, days, weeks }: EvalOverviewView, unit: EvalUnit): readonly PlacedPoint[] {
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

/** One line per tier. Runs without a result have no pass rate and therefore no point. */
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
  const maxPoints = Math.max(1, Math.floor(width / markWidth));
  if (runs.length <= maxPoints) return "run";
  return new Set(days.map(({ day }) => day)).size <= maxPoints ? "day" : "week";
}

/** Minimum height of the scale of pass rates: on a shorter scale noise looks like a change. */
const minRange = 0.2;

/** The rates that a chart of some lines shows: round tenths around every interval. */
export function rateRange(lines: readonly EvalLine[]): Readonly<{ min: number; max: number }> {
  const rates = lines.flatMap(({ points }) => points.map(({ passRate }) => passRate));
  if (rates.length === 0) return { min: 0, max: 1 };
  const tenth = (rate: number): number => Math.round(rate * 10) / 10;
  const max = Math.min(1, tenth(Math.ceil(Math.max(...rates.map(({ high }) => high)) * 10) / 10));
  const low = Math.floor(Math.min(...rates.map(({ low: least }) => least)) * 10) / 10;
  const min = Math.max(0, Math.min(tenth(low), tenth(max - minRange)));
  return { min, max: Math.max(max, tenth(min + minRange)) };
}

/** Maximum distance at which the pointer selects a point, CSS pixels. */
const maxDistance = 48;

/**
 * The point nearest to the pointer.
 * @param project maps to positions in the plotting area, CSS pixels
 */
export function nearestPoint(
  lines: readonly EvalLine[],
  at: Readonly<{ left: number; top: number }>,
  project: Readonly<{ left(x: number): number; top(rate: number): number; x(left: number): number }>,
): Place | null {
  let best: Place | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  const x = project.x(at.left);
  for (const [line, { xs, points }] of lines.entries()) {
    const right = lowerBound(xs, x);
    for (const point of [right - 1, right]) {
      const [place, rate] = [xs[point], points[point]?.passRate.rate];
      if (place === undefined || rate === undefined) continue;
      const horizontal = Math.abs(project.left(place) - at.left);
      const distance = Math.hypot(horizontal, (project.top(rate) - at.top) / 2);
      if (horizontal <= maxDistance && distance < bestDistance) {
        bestDistance = distance;
        best = { line, point };
      }
    }
  }
  return best;
}
