import type { CoinLineView, CoinPointView, TrendsView } from "../../../features/reviews/operations/views.ts";
import type { Span } from "../state.ts";

/** A coin line ready to draw: `xs` are seconds since the epoch, one per point, strictly increasing. */
export type CoinLine = Readonly<{
  agent: string;
  resolution: CoinLineView["resolution"];
  coinsBefore: number;
  points: readonly CoinPointView[];
  xs: readonly number[];
}>;

/** A position on the chart: index of the line and of its point. */
export type Place = Readonly<{ line: number; point: number }>;

const millisecond = 0.001;
const minute = 60;
const halfDay = 43_200;

const secondsOf = (iso: string): number => Date.parse(iso) / 1000;

/** Moves points of the same millisecond apart by 1 ms each, so that each has a distinct position on the axis. */
function spreadTimes(times: readonly number[]): readonly number[] {
  let last = Number.NEGATIVE_INFINITY;
  return times.map((time) => {
    last = time > last ? time : last + millisecond;
    return last;
  });
}

/** The lines of a view, with their times as chart coordinates. */
export function coinLines(views: readonly CoinLineView[]): readonly CoinLine[] {
  return views.map((view) => ({
    agent: view.agent,
    resolution: view.resolution,
    coinsBefore: view.coins_before,
    points: view.points,
    xs: spreadTimes(view.points.map((point) => secondsOf(point.at))),
  }));
}

/**
 * The span of the time axis without zoom: the filter's period; where the period is open or nothing existed before, the span of
 * the points with padding. Its width is never zero.
 */
export function timeDomain(filter: TrendsView["filter"], lines: readonly CoinLine[]): Span {
  const from = filter.from === null ? undefined : secondsOf(filter.from);
  const to = filter.to === null ? undefined : secondsOf(filter.to);
  const firsts = lines.flatMap((line) => line.xs.slice(0, 1));
  const first = firsts.length === 0 ? (from ?? (to ?? halfDay) - halfDay) : Math.min(...firsts);
  const last = Math.max(first, ...lines.flatMap((line) => line.xs.slice(-1)));
  const end = to === undefined ? last : Math.max(to, last);
  const padding = end - first < minute ? halfDay : (end - first) * 0.02;
  const nothingBefore = lines.every((line) => line.coinsBefore === 0);
  const start = nothingBefore || from === undefined ? first - padding : from;
  return { min: Math.min(first, Math.max(start, from ?? start)), max: to === undefined ? end + padding : end };
}

/** The latest coins of a line. */
export const coinsAtEnd = (line: CoinLine): number => line.points.at(-1)?.coins ?? line.coinsBefore;

/**
 * One table for all lines: times, then coins of each line (undefined where that line has no point). Every line starts at the left
 * edge with its previous coins and keeps its last coins up to the right edge, like a balance.
 */
export function alignedTable(
  lines: readonly CoinLine[],
  domain: Span,
): readonly [readonly number[], ...(number | undefined)[][]] {
  const all = new Set<number>([domain.min, domain.max]);
  for (const line of lines) for (const x of line.xs) all.add(x);
  const times = [...all].sort((a, b) => a - b);
  const columns = lines.map((line) => {
    const coins = new Map<number, number>([
      [domain.min, line.coinsBefore],
      [domain.max, coinsAtEnd(line)],
    ]);
    for (const [index, x] of line.xs.entries()) coins.set(x, line.points[index]?.coins ?? 0);
    return times.map((time) => coins.get(time));
  });
  return [times, ...columns];
}

/** Index of the first time that is not before `x`; `xs.length` if all are before it. */
export function lowerBound(xs: readonly number[], x: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? Number.POSITIVE_INFINITY) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Indices `[from, to)` of the points inside a span, including both ends of the span. */
export function pointsWithin(line: CoinLine, span: Span): Readonly<{ from: number; to: number }> {
  let to = lowerBound(line.xs, span.max);
  if (line.xs[to] === span.max) to += 1;
  return { from: lowerBound(line.xs, span.min), to };
}

/** Range of the coins in a span, including the value with which each line enters it, with padding of a tenth on both sides. */
export function coinRange(lines: readonly CoinLine[], span: Span): Readonly<{ min: number; max: number }> {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const include = (coins: number): void => {
    min = Math.min(min, coins);
    max = Math.max(max, coins);
  };
  for (const line of lines) {
    const { from, to } = pointsWithin(line, span);
    include(line.points[from - 1]?.coins ?? line.coinsBefore);
    for (const point of line.points.slice(from, to)) include(point.coins);
  }
  if (min > max) return { min: 0, max: 1 };
  const padding = Math.max((max - min) * 0.1, 0.5);
  return { min: min - padding, max: max + padding };
}

/** Whether a point stands for a single run. Only such points have the shape of their verdict. */
export const isOneRun = (point: CoinPointView): boolean => point.fact_id !== null;

/** The baseline score of a run, derived from `delta − bonus = (score − baseline) / 10` coins. */
export const baselineOf = (point: CoinPointView): number =>
  Math.round(point.score - 10 * (point.delta - point.bonuses - point.penalties));
