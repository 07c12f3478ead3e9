import type { CoinLineView } from "../../features/reviews/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import type { Span } from "./state.ts";
import type { Texts } from "./texts.ts";

const dayMs = 86_400_000;

type CustomPeriod = Pick<TrendsFilter, "period" | "since" | "until">;

/** Adds a number of calendar days to a day; both `YYYY-MM-DD`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** The period of the local days that a span of the time axis overlaps. */
export function periodOfSpan(span: Span, texts: Texts): CustomPeriod {
  return { period: "custom", since: texts.day(span.min * 1000), until: texts.day(span.max * 1000) };
}

/** The Monday of the week that contains a day; both `YYYY-MM-DD`. */
export function mondayOf(day: string): string {
  return addDays(day, -((new Date(Date.parse(day)).getUTCDay() + 6) % 7));
}

/** The period of the local days that an aggregated point covers. */
export function periodOfPoint(at: string, resolution: CoinLineView["resolution"], texts: Texts): CustomPeriod {
  const since = texts.day(Date.parse(at));
  return { period: "custom", since, until: resolution === "week" ? addDays(since, 6) : since };
}

/**
 * The shortest period of whole local days up to the latest point that contains at least the latest `count` runs, if there are
 * that many; null when there is no point.
 */
export function periodOfNewest(lines: readonly CoinLineView[], count: number, texts: Texts): CustomPeriod | null {
  const points = lines
    .flatMap((line) => line.points.map((point) => ({ at: Date.parse(point.at), runs: point.runs, resolution: line.resolution })))
    .sort((a, b) => b.at - a.at);
  const newest = points[0];
  if (newest === undefined) return null;
  let runs = 0;
  let since = newest.at;
  for (const point of points) {
    if (runs >= count) break;
    runs += point.runs;
    since = point.at;
  }
  const until = texts.day(newest.at);
  return { period: "custom", since: texts.day(since), until: newest.resolution === "week" ? addDays(until, 6) : until };
}
