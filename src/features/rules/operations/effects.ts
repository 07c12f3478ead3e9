import type { Queries } from "../../../ports/ports.ts";
import { isoOf } from "../../shared/units.ts";
import { effectOf } from "../model/effect.ts";
import { type RulesUpdate, type TaughtPeriod, taughtPeriods } from "../model/rules-updated.ts";
import type { EffectView } from "./views.ts";

/** Maximum number of runs before a rule was taught that are compared with the runs since. */
const runsBefore = 50;

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

type EffectFilter = Readonly<{
  agent: string | undefined;
  /** Only what is before this time counts, in ms since the epoch; default all. */
  at?: number | undefined;
  /** Which listings of rules are included; default all. */
  isAsked?: (taught: TaughtPeriod) => boolean;
}>;

/** The number of runs on one side of a time, and how often each rule was broken in them. */
type Side = Readonly<{ runs: number; hits: ReadonlyMap<string, number> }>;

/** Returns the effect of each taught rule, by project and in the order in which the rules were listed. */
export function effectsOf(
  { review }: Queries,
  updates: readonly RulesUpdate[],
  { agent, at, isAsked = () => true }: EffectFilter,
): readonly EffectView[] {
  const sides = new Map<string, Side>();
  /** Cached by scope: rules that are taught at the same time are counted in the same runs. */
  const sideOf = (scope: Parameters<typeof review.ruleTallies>[0]): Side => {
    const key = JSON.stringify(scope);
    const found = sides.get(key) ?? {
      runs: Math.min(scope.lastRuns ?? Number.POSITIVE_INFINITY, review.countRuns(scope)),
      hits: new Map(review.ruleTallies(scope).map(({ rule, count }) => [rule, count])),
    };
    sides.set(key, found);
    return found;
  };
  const recordedBefore = updates.filter((update) => at === undefined || Date.parse(update.at) < at);
  const projects = [...new Set(recordedBefore.flatMap(({ project }) => project ?? []))].toSorted();
  return projects.flatMap((project) => {
    const periods = taughtPeriods(recordedBefore.filter((update) => update.project === project)).filter(isAsked);
    return periods.map(({ rule, from, until, retired }): EffectView => {
      const toCounts = ({ runs, hits }: Side) => ({ runs, hits: hits.get(rule) ?? 0 });
      const before = toCounts(sideOf({ agent, project, to: from, lastRuns: runsBefore }));
      const after = toCounts(sideOf({ agent, project, from, to: until ?? at }));
      const { effect, change } = effectOf({ events: before.hits, units: before.runs }, { events: after.hits, units: after.runs });
      return {
        rule,
        project,
        since: isoOf(from),
        until: until === null ? null : isoOf(until),
        retired,
        before,
        after,
        effect,
        ratio: rounded(change?.ratio ?? null),
        ratio_low: rounded(change?.low ?? null),
        ratio_high: rounded(change?.high ?? null),
        p: rounded(change?.p ?? null),
      };
    });
  });
}
