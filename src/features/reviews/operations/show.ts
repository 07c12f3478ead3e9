import * as z from "zod";
import { notFound, storeUnreadable, usage } from "../../../kernel/errors.ts";
import type { Ledger } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { coinsOf } from "../../shared/units.ts";
import { showDocument } from "../documents/show.ts";
import { explainEarning, takenBackText } from "../model/explain.ts";
import type { ReviewQueries, RunRow } from "../model/queries.ts";
import { disputesOf } from "../model/report.ts";
import { type ReviewRecorded, reviewRecorded } from "../model/review-recorded.ts";
import { findingView, runView } from "./to-views.ts";
import { placeShape, runShape } from "./tool-shapes.ts";
import type { RunDetailView } from "./views.ts";

/** Reads a recorded run from its fact. @throws store_unreadable if the fact does not hold a run */
export async function fetchRun(ledger: Ledger, row: RunRow): Promise<ReviewRecorded> {
  const fact = await ledger.fetch(row.place);
  const parsed = reviewRecorded.data.safeParse(fact.data);
  if (!parsed.success) {
    throw storeUnreadable(ledger.home, `fact ${fact.id} does not hold the run ${row.runId}`, parsed.error);
  }
  return parsed.data;
}

type HiddenReason = "reset" | "taken back";

const hiddenTexts: Readonly<Record<HiddenReason, string>> = {
  reset: "It does not count: a reset hides it.",
  "taken back": takenBackText,
};

/** Returns why a run does not count; undefined if it counts, or if another recording of it counts in its place. */
function hiddenReason(review: ReviewQueries, { factId, project, agent, runId }: RunRow): HiddenReason | undefined {
  if (review.isTakenBack(factId)) return "taken back";
  return review.recordedRun(project, agent, runId)?.hidden ? "reset" : undefined;
}

/** Returns how the coins of a run are computed; a hidden run earns none. */
function formulaOf(row: RunRow, reason: HiddenReason | undefined): RunDetailView["formula"] {
  return {
    score: row.score,
    // Without sufficient evidence the reward is withheld, as if the score were the baseline.
    baseline: row.score - row.rewardDelta,
    reward: coinsOf(row.rewardDelta),
    streak_pass: row.streakPass,
    streak_block: row.streakBlock,
    bonus: coinsOf(row.bonusTenths),
    total: coinsOf(row.coinDeltaTenths),
    coins_before: coinsOf(row.coinTenths - row.coinDeltaTenths),
    coins_after: coinsOf(row.coinTenths),
    text: reason === undefined ? explainEarning(row) : hiddenTexts[reason],
  };
}

function requireSingleRun(rows: readonly RunRow[], runId: string): RunRow {
  const [row, ...others] = rows;
  if (row === undefined) throw notFound(`run ${runId}`, "List the runs with `history`; a run hidden by a reset is not shown.");
  if (others.length > 0) {
    const names = rows.map(({ agent, project }) => `${agent} in ${project ?? "no project"}`).join(", ");
    throw usage(
      `Failed to show run ${runId}: there are several with that id (${names})`,
      "Name one with --project and --agent, or with --fact-id as `history --json` lists it.",
    );
  }
  return row;
}

type RunSelector = Readonly<{
  run_id?: string | undefined;
  agent?: string | undefined;
  project?: string | undefined;
  fact_id?: string | undefined;
}>;

/** Finds the run that the input names. @throws not_found, usage */
function findRun(review: ReviewQueries, { run_id, agent, project, fact_id }: RunSelector): RunRow {
  if (fact_id !== undefined) {
    const found = review.runByFact(fact_id);
    if (found === undefined) throw notFound(`the run of fact ${fact_id}`, "List the runs with `history`.");
    return found;
  }
  if (run_id === undefined) throw usage("Failed to show a run: none was named", "Give a run id, as `history` lists them.");
  return requireSingleRun(review.runsById({ runId: run_id, agent, project }), run_id);
}

export const show = defineOperation({
  name: "show",
  summary: "Show one run: its findings, what it earned and why",
  input: z.object({
    run_id: z.string().normalize("NFC").min(1).optional().describe("Id of the run, as the report names it"),
    agent: z.string().trim().normalize("NFC").min(1).optional().describe("Agent of the run, when several have one of that id"),
    project: z
      .string()
      .trim()
      .normalize("NFC")
      .min(1)
      .optional()
      .describe("Project of the run, when several have one of that id"),
    fact_id: z.uuid().optional().describe("Id of the run's fact, instead of the run's id"),
  }),
  positional: ["run_id"],
  effect: "read",
  examples: [{ run: "reward-ledger show review-7d0f", does: "findings, and how the coins were computed" }],
  document: showDocument,
  tool: {
    takes: { run_id: true, fact_id: true, agent: true, project: true },
    output: z.object({
      run: runShape,
      hidden: z.boolean(),
      summary: toolText(),
      earned: toolText(),
      branch: toolName().nullable(),
      commit: toolName().nullable(),
      findings: z.array(placeShape.extend({ rule: toolName(), fixable: z.boolean(), blocking: z.boolean() })),
      existing_count: z.int(),
      warnings: z.array(toolText()),
    }),
    answer: (view: RunDetailView) => ({ ...view, earned: view.formula.text }),
    list: { key: "findings" },
  },
  async run({ ledger }, selector): Promise<RunDetailView> {
    const { row, why } = await ledger.ask(({ review }) => {
      const found = findRun(review, selector);
      return { row: found, why: hiddenReason(review, found) };
    });
    const run = await fetchRun(ledger, row);
    return {
      run: runView(row),
      hidden: why !== undefined,
      summary: run.report.summary,
      branch: run.branch,
      commit: run.commit,
      changed_files: run.changed_files,
      house_rules_version: run.house_rules_version,
      findings: run.report.findings.map(findingView),
      existing: (run.existing ?? []).map(findingView),
      existing_count: run.existing_count ?? run.existing?.length ?? 0,
      base: run.base ?? null,
      warnings: disputesOf(run.report),
      assurance_status: run.report.assurance_status ?? null,
      formula: formulaOf(row, why),
    };
  },
});
