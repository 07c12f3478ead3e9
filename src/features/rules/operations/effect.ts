import * as z from "zod";
import { agentFilter, projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { effectsDocument } from "../documents/effect.ts";
import { effectOf } from "../model/effect.ts";
import { taughtOf } from "../model/updated.ts";
import { updatesOf } from "./files.ts";
import type { EffectView } from "./views.ts";

/** How many runs before a rule was taught are compared with those since. */
const runsBefore = 50;

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

export const rulesEffect = defineOperation({
  name: "rules effect",
  summary: "Show whether rules are broken less often since they are taught",
  input: z.object({ agent: agentFilter, project: projectFilter.describe("Project; default the one of the working directory") }),
  effect: "read",
  examples: [{ run: "reward-ledger rules effect", does: "what each taught rule changed" }],
  document: effectsDocument,
  async run(ports, { agent, project: given }): Promise<readonly EffectView[]> {
    const project = given ?? (await ports.surroundings.project());
    const taught = taughtOf(await updatesOf(ports, project));
    return ports.ledger.ask(({ review }) =>
      taught.map(({ rule, from, until, retired }): EffectView => {
        const hits = (scope: Parameters<typeof review.ruleTallies>[0]): number =>
          review.ruleTallies(scope).find((tally) => tally.rule === rule)?.count ?? 0;
        const earlier = { agent, project, to: from };
        const later = { agent, project, from, to: until ?? undefined };
        const before = {
          runs: Math.min(runsBefore, review.countRuns(earlier)),
          hits: hits({ ...earlier, lastRuns: runsBefore }),
        };
        const after = { runs: review.countRuns(later), hits: hits(later) };
        const { effect, change } = effectOf(
          { events: before.hits, units: before.runs },
          { events: after.hits, units: after.runs },
        );
        return {
          rule,
          since: new Date(from).toISOString(),
          until: until === null ? null : new Date(until).toISOString(),
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
  },
});
