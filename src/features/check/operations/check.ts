import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { budgetShow } from "../../agent/operations/budget.ts";
import { evalCompare } from "../../evals/operations/show.ts";
import { history } from "../../reviews/operations/history.ts";
import type { RunView } from "../../reviews/operations/views.ts";
import { agentFilter, projectFilter } from "../../shared/fields.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { type CheckLine, type CheckView, checkDocument } from "../documents/check.ts";

const percent = z.number().min(0).max(100);

const input = z.object({
  agent: agentFilter,
  project: projectFilter,
  min_score: z.int().min(0).max(120).optional().describe("Fail when the latest run scored below this"),
  min_pass_rate: percent.optional().describe("Fail when the pass rate of the latest runs is below this percentage"),
  runs: z.int().min(1).max(1_000).default(20).describe("Latest runs that --min-pass-rate looks at; default 20"),
  max_block_streak: z.int().min(0).optional().describe("Fail when more runs than this failed in a row"),
  max_regressions: z.int().min(0).optional().describe("Fail when more tests than this regressed in the latest eval run"),
  tier: z.string().trim().normalize("NFC").min(1).optional().describe("Tier of the eval run that --max-regressions looks at"),
  budget: z.boolean().optional().describe("Fail when a spending limit is reached"),
});
type Input = z.output<typeof input>;

/** Without any recorded run, a condition is not met: a build must not pass because nothing was measured. */
function reviewChecks(latest: readonly RunView[], thresholds: Input): readonly CheckLine[] {
  const newest = latest.at(-1);
  const passed = latest.filter(({ verdict }) => verdict !== "FAIL").length;
  const rate = latest.length === 0 ? null : (passed * 100) / latest.length;
  const line = (
    name: CheckLine["name"],
    value: number | null,
    limit: number | undefined,
    atLeast: boolean,
    subject: string | null,
    runs: number | null = null,
  ) =>
    limit === undefined
      ? []
      : [{ name, value, limit, subject, runs, ok: value !== null && (atLeast ? value >= limit : value <= limit) }];
  return [
    ...line("min_score", newest?.score ?? null, thresholds.min_score, true, newest?.run_id ?? null),
    ...line("min_pass_rate", rate, thresholds.min_pass_rate, true, null, latest.length),
    ...line("max_block_streak", newest?.streak_block ?? null, thresholds.max_block_streak, false, newest?.run_id ?? null),
  ];
}

/** Checks the number of regressions. An eval run without another one to compare with has none. */
async function checkRegressions(ports: Ports, limit: number, { project, tier }: Input, context: CallContext): Promise<CheckLine> {
  const common = { name: "max_regressions", limit, runs: null } as const;
  try {
    const comparison = await evalCompare.run(ports, { project, tier }, context);
    if (comparison.before === null) return { ...common, ok: true, value: 0, subject: comparison.after.id };
    return {
      ...common,
      ok: comparison.regressed <= limit,
      value: comparison.regressed,
      subject: `${comparison.before.id} → ${comparison.after.id}`,
    };
  } catch (error) {
    if (error instanceof LedgerError && error.code === "not_found") return { ...common, ok: false, value: null, subject: null };
    throw error;
  }
}

async function checkBudget(ports: Ports, context: CallContext): Promise<CheckLine> {
  const { today, week, month } = await budgetShow.run(ports, { check: false }, context);
  const value = Math.max(today.percent, week.percent, month.percent);
  return { name: "budget", ok: value < 100, value, limit: 100, subject: null, runs: null };
}

export const check = defineOperation({
  name: "check",
  summary: "Fail when runs, evals or spending miss a threshold",
  input,
  effect: "read",
  failed: ({ ok }: CheckView) => !ok,
  examples: [
    { run: "reward-ledger check --min-score 80 --max-block-streak 2", does: "fail a build on a bad review" },
    { run: "reward-ledger check --max-regressions 0 --budget", does: "or on evals and spending" },
  ],
  document: checkDocument,
  async run(ports, thresholds, context): Promise<CheckView> {
    const { min_score, min_pass_rate, max_block_streak, max_regressions, budget } = thresholds;
    const hasReviewChecks = [min_score, min_pass_rate, max_block_streak].some((one) => one !== undefined);
    if (!hasReviewChecks && max_regressions === undefined && budget !== true) {
      throw usage("Failed to check: no threshold was given", "Give at least one, such as --min-score 80 or --max-regressions 0.");
    }
    const { agent, project, runs } = thresholds;
    const checks = [
      ...(hasReviewChecks
        ? reviewChecks(await history.run(ports, { agent, project, limit: runs, team: false }, context), thresholds)
        : []),
      ...(max_regressions === undefined ? [] : [await checkRegressions(ports, max_regressions, thresholds, context)]),
      ...(budget === true ? [await checkBudget(ports, context)] : []),
    ];
    return { ok: checks.every(({ ok }) => ok), checks };
  },
});
