import type { Queries } from "../../../ports/ports.ts";
import { isoOf } from "../../shared/units.ts";
import { effectOf } from "../model/effect.ts";
import { type RulesUpdate, taughtOf } from "../model/updated.ts";
import type { EffectView } from "./views.ts";

/** How many runs before a rule was taught are compared with those since. */
const runsBefore = 50;

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

type Asked = Readonly<{
  agent: string | undefined;
  /** Time whose past alone counts, ms since the epoch; default all. */
  at?: number;
}>;

/** What each taught rule changed, project by project in the order in which the rules were listed. */
export function effectsOf({ review }: Queries, updates: readonly RulesUpdate[], { agent, at }: Asked): readonly EffectView[] {
  const tallies = new Map<string, ReadonlyMap<string, number>>();
  /** Rules that are taught at one time are counted in the same runs. */
  const talliesOf = (scope: Parameters<typeof review.ruleTallies>[0]): ReadonlyMap<string, number> => {
    const key = JSON.stringify(scope);
    const found = tallies.get(key) ?? new Map(review.ruleTallies(scope).map(({ rule, count }) => [rule, count]));
    tallies.set(key, found);
    return found;
  };
  const known = updates.filter((update) => at === undefined || Date.parse(update.at) < at);
  const projects = [...new Set(known.flatMap(({ project }) => project ?? []))].toSorted();
  return projects.flatMap((project) =>
    taughtOf(known.filter((update) => update.project === project)).map(({ rule, from, until, retired }): EffectView => {
      const earlier = { agent, project, to: from };
      const later = { agent, project, from, to: until ?? at };
      const before = {
        runs: Math.min(runsBefore, review.countRuns(earlier)),
        hits: talliesOf({ ...earlier, lastRuns: runsBefore }).get(rule) ?? 0,
      };
      const after = { runs: review.countRuns(later), hits: talliesOf(later).get(rule) ?? 0 };
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
    }),
  );
}
