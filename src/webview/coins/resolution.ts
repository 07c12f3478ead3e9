import type { CoinPointView } from "../../features/reviews/operations/views.ts";
import { type CoinLine, lowerBound, pointsWithin } from "../shared/chart/lines.ts";
import { mondayOf } from "../shared/periods.ts";
import type { Span } from "../shared/state.ts";
import type { Texts } from "../shared/texts.ts";

/** Marks closer together than this (CSS pixels) overlap. */
const markWidth = 5;
/** Share of overlapping marks above which a line is drawn as totals per day or week. */
const maxOverlapShare = 0.5;

/** Whether most marks of a line would overlap when a span is drawn over a width (CSS pixels). */
function isCrowded(line: CoinLine, span: Span, width: number): boolean {
  const { from, to } = pointsWithin(line, span);
  const minGap = (markWidth * (span.max - span.min)) / Math.max(1, width);
  let overlapping = 0;
  for (let at = from + 1; at < to; at += 1) {
    if ((line.xs[at] ?? 0) - (line.xs[at - 1] ?? 0) < minGap) overlapping += 1;
  }
  return overlapping > (to - from) * maxOverlapShare;
}

const tenths = (coins: number): number => Math.round(coins * 10);

/** The total of consecutive points, at the time of the last. Coins are added as whole tenths. */
function sumOf(points: readonly CoinPointView[], last: CoinPointView): CoinPointView {
  const sum = (value: (point: CoinPointView) => number): number => points.reduce((total, point) => total + value(point), 0);
  const coins = (value: (point: CoinPointView) => number): number => sum((point) => tenths(value(point))) / 10;
  const runs = sum((point) => point.runs);
  return {
    ...last,
    delta: coins((point) => point.delta),
    bonuses: coins((point) => point.bonuses),
    penalties: coins((point) => point.penalties),
    runs,
    passes: sum((point) => point.passes),
    advisories: sum((point) => point.advisories),
    fails: sum((point) => point.fails),
    score: Math.round((sum((point) => point.score * point.runs) / runs) * 10) / 10,
    fact_id: null,
    run_id: null,
    verdict: null,
  };
}

/** The local day of each point of a line, `YYYY-MM-DD`. */
export const localDays = (line: CoinLine, texts: Texts): readonly string[] => line.xs.map((x) => texts.day(x * 1000));

/**
 * A line with one point per local day or week, at the time and with the coins of its last run. A day with a
 * single run keeps that run unchanged. A line that is already coarser is returned unchanged.
 * @param days the local day of each point
 */
export function summedLine(line: CoinLine, unit: "day" | "week", days: readonly string[]): CoinLine {
  if (line.resolution === unit || line.resolution === "week") return line;
  const points: CoinPointView[] = [];
  const xs: number[] = [];
  let bucket: CoinPointView[] = [];
  let bucketName = "";
  let lastDay = "";
  const closeBucket = (): void => {
    const last = bucket.at(-1);
    if (last !== undefined) points.push(bucket.length === 1 ? last : sumOf(bucket, last));
  };
  for (const [index, point] of line.points.entries()) {
    const day = days[index] ?? "";
    const name = day === lastDay ? bucketName : unit === "week" ? mondayOf(day) : day;
    lastDay = day;
    if (name === bucketName) {
      bucket.push(point);
      xs[xs.length - 1] = line.xs[index] ?? 0;
    } else {
      closeBucket();
      bucket = [point];
      bucketName = name;
      xs.push(line.xs[index] ?? 0);
    }
  }
  closeBucket();
  return { ...line, resolution: unit, points, xs };
}

/** The lines of a view in each resolution. Totals are computed once, on first use, so that line objects keep their identity. */
export type Resolutions = Readonly<{ finest: readonly CoinLine[]; days(): readonly CoinLine[]; weeks(): readonly CoinLine[] }>;

/** The resolutions of the given lines. */
export function resolutionsOf(finest: readonly CoinLine[], texts: Texts): Resolutions {
  const cache = new Map<"day" | "week", readonly CoinLine[]>();
  let days: readonly (readonly string[])[] | undefined;
  const inUnits = (unit: "day" | "week"): readonly CoinLine[] => {
    days ??= finest.map((line) => localDays(line, texts));
    const byLine = days;
    const lines = cache.get(unit) ?? finest.map((line, index) => summedLine(line, unit, byLine[index] ?? []));
    cache.set(unit, lines);
    return lines;
  };
  return { finest, days: () => inUnits("day"), weeks: () => inUnits("week") };
}

/**
 * The finest readable resolution: every point if most marks do not overlap, else one per day, else one per week. All lines
 * have the same unit, so that they can be compared.
 * @param width of the plotting area, CSS pixels
 */
export function readableLines(resolutions: Resolutions, span: Span, width: number): readonly CoinLine[] {
  const crowded = (lines: readonly CoinLine[]): boolean => lines.some((line) => isCrowded(line, span, width));
  if (!crowded(resolutions.finest)) return resolutions.finest;
  return crowded(resolutions.days()) ? resolutions.weeks() : resolutions.days();
}

/**
 * The time span of the points that a total covers, with a margin on both sides.
 * @param finest the line that `summed` was computed from
 */
export function spanOfSum(summed: CoinLine, index: number, finest: CoinLine): Span | null {
  const last = summed.xs[index];
  if (last === undefined) return null;
  const before = summed.xs[index - 1];
  const first = finest.xs[before === undefined ? 0 : lowerBound(finest.xs, before) + 1] ?? last;
  const padding = Math.max(60, (last - first) * 0.05);
  return { min: first - padding, max: last + padding };
}
