import * as z from "zod";
import { projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { periods, spanOf } from "../../shared/span.ts";
import type { ViolationView } from "./views.ts";

/**
 * How often a rule was broken in a period. `previous`: in the preceding period of equal length; null if the period has no start.
 */
export type RuleTrendView = Readonly<Pick<ViolationView, "rule" | "count" | "runs"> & { previous: number | null }>;

export const ruleTrend = defineOperation({
  name: "rule trend",
  summary: "Count how often a rule was broken, against the period before",
  input: z.object({
    rule: z.string().normalize("NFC").min(1).describe("Id of the rule"),
    project: projectFilter,
    period: z.enum(periods).exclude(["custom"]).default("90d").describe("Period that ends today"),
  }),
  effect: "read",
  async run({ ledger, calendar, clock }, { rule, project, period }): Promise<RuleTrendView> {
    const { previous, ...span } = spanOf(calendar, clock.now(), { period });
    return ledger.ask(({ review }) => {
      const tallyIn = (bounds: Readonly<{ from?: number | undefined; to?: number | undefined }>) =>
        review.ruleTallies({ project, ...bounds }).find((one) => one.rule === rule);
      const tally = tallyIn(span);
      return {
        rule,
        count: tally?.count ?? 0,
        runs: tally?.runs ?? 0,
        previous: previous === undefined ? null : (tallyIn(previous)?.count ?? 0),
      };
    });
  },
});
