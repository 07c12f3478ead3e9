import type { TrendsView } from "../../../src/features/reviews/operations/views.ts";
import { effectOf } from "../../../src/features/rules/model/effect.ts";
import type { EffectView, RuleTrendsView } from "../../../src/features/rules/operations/views.ts";
import type { TrendsFilter } from "../../../src/protocol/trends-panel.ts";

/** Runs and hits before and after teaching, one entry per effect. */
const effectSamples = [
  { before: { runs: 20, hits: 20 }, after: { runs: 20, hits: 2 } },
  { before: { runs: 20, hits: 2 }, after: { runs: 20, hits: 20 } },
  { before: { runs: 20, hits: 10 }, after: { runs: 20, hits: 9 } },
  { before: { runs: 20, hits: 10 }, after: { runs: 3, hits: 0 } },
] as const;

/** The four most broken rules of a view as taught rules, one per effect. */
export function ruleEffects({ zone, agents, projects, members, violations }: TrendsView, filter: TrendsFilter): RuleTrendsView {
  const effects = violations.slice(0, effectSamples.length).map(({ rule }, index): EffectView => {
    const { before, after } = effectSamples[index] ?? effectSamples[0];
    const { effect, change } = effectOf({ events: before.hits, units: before.runs }, { events: after.hits, units: after.runs });
    return {
      rule,
      project: filter.project ?? "shop",
      since: `2026-03-0${index + 1}T09:00:00.000Z`,
      until: null,
      retired: false,
      before,
      after,
      effect,
      ratio: change?.ratio ?? null,
      ratio_low: change?.low ?? null,
      ratio_high: change?.high ?? null,
      p: change?.p ?? null,
    };
  });
  const { agent, project } = filter;
  return {
    zone,
    agents,
    projects,
    members,
    filter: { agent, project, from: null, to: null },
    recorded: effects.length > 0,
    effects,
  };
}
