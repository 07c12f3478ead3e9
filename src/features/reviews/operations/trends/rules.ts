import type { Calendar, Queries } from "../../../../ports/ports.ts";
import type { Span } from "../../../shared/span.ts";
import { type Buckets, bucketsOf, noBuckets } from "../../../shared/time-buckets.ts";
import type { RuleTally } from "../../model/queries.ts";
import type { TrendsView } from "../views.ts";

/**
 * Maximum number of rules: no set of tools has more, but a tool that puts its messages into rule ids could produce any number.
 */
const maxRules = 1_000;

type RuleScope = Readonly<{ agent: string | undefined; project: string | undefined }>;

/** Returns buckets from the span's start, else the first finding, to its end, else today or the last finding, if dated later. */
function bucketsFor(calendar: Calendar, now: Date, span: Span, tallies: readonly RuleTally[]): Buckets {
  if (tallies.length === 0) return noBuckets;
  const firstSeen = tallies.reduce((least, one) => Math.min(least, one.firstSeen), Number.POSITIVE_INFINITY);
  const lastSeen = tallies.reduce((most, one) => Math.max(most, one.lastSeen), Number.NEGATIVE_INFINITY);
  const end = span.to === undefined ? Math.max(now.getTime(), lastSeen) : span.to - 1;
  return bucketsOf(calendar, calendar.dayOf(span.from ?? firstSeen), calendar.dayOf(end));
}

/** The most broken rules of a span, with their counts in the preceding span and a sparkline. */
export function brokenRules(
  { review }: Queries,
  calendar: Calendar,
  now: Date,
  span: Span,
  scope: RuleScope,
): Pick<TrendsView, "violations" | "violation_buckets"> {
  const { from, to, previous } = span;
  const all = review.ruleTallies({ ...scope, from, to });
  const top = all.slice(0, maxRules);
  const previousCounts =
    previous === undefined
      ? undefined
      : new Map(review.ruleTallies({ ...scope, ...previous }).map(({ rule, count }) => [rule, count]));
  const buckets = bucketsFor(calendar, now, span, all);
  const sparks = new Map(top.map(({ rule }) => [rule, buckets.starts.map(() => 0)]));
  for (const { rule, day, count } of review.ruleDays({ ...scope, from, to, rules: [...sparks.keys()] })) {
    const spark = sparks.get(rule);
    const index = buckets.indexOf(day);
    if (spark !== undefined && index !== undefined) spark[index] = (spark[index] ?? 0) + count;
  }
  return {
    violations: top.map((tally) => ({
      rule: tally.rule,
      count: tally.count,
      runs: tally.runs,
      previous: previousCounts === undefined ? null : (previousCounts.get(tally.rule) ?? 0),
      by_severity: tally.bySeverity,
      spark: sparks.get(tally.rule) ?? [],
    })),
    violation_buckets: { unit: buckets.unit, starts: buckets.starts },
  };
}
