import * as z from "zod";
import type { Words } from "../../../kernel/document.ts";
import { usage } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { projectFilter, since, until } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { boundsOf } from "../../shared/period.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { evalCompareDocument } from "../documents/compare.ts";
import { evalBaselineDocument, evalCostDocument, evalShowDocument } from "../documents/show.ts";
import { type RunTest, testsOfRun } from "../model/attempts.ts";
import { evalBaseline } from "../model/baseline.ts";
import { compareRuns } from "../model/compare.ts";
import { reportCosts } from "../model/cost.ts";
import { priceRun } from "../model/estimate.ts";
import { microsToUsd } from "../model/money.ts";
import { sanityWarnings } from "../model/warnings.ts";
import { branchFilter, runReference, tierFilter } from "./fields.ts";
import { fetchRecordedRun, findPreviousRun, findRun, type ResolvedRun } from "./find-run.ts";
import { evalCompareView, evalCostView, evalRunView, runTimeWarnings } from "./to-views.ts";
import { evalRunShape } from "./tool-shapes.ts";
import type { EvalBaselineView, EvalCompareAnswer, EvalCostView, EvalShowView, EvalTestView } from "./views.ts";

/** A test of a run, as every view shows it. */
export const testView = ({ key, test, attempts }: RunTest): EvalTestView => ({
  ...key,
  passed: test.passed,
  duration_ms: test.duration_ms ?? null,
  cost_usd: test.cost_usd ?? null,
  turns_used: test.turns_used ?? null,
  exit_reason: test.exit_reason ?? null,
  detection_rate: test.detection_rate ?? null,
  judge_scores: test.judge_scores ?? null,
  error: test.error ?? null,
  attempts,
});

/** Returns the bill of one run, with the amounts as reported or estimated at its recording. */
export async function readRunCosts({ evals }: Ports, { data, row }: ResolvedRun): Promise<EvalCostView> {
  const prices = await evals.prices();
  const entries = priceRun(data.run, data.estimates).map((entry) => ({ ...entry, at: row.at }));
  return evalCostView(reportCosts(entries, prices, evals.models), prices, row.cost);
}

export const evalShow = defineOperation({
  name: "eval show",
  summary: "Show one eval run: its tests and its cost",
  input: z.object({
    run: runReference,
    project: projectFilter,
    tier: tierFilter,
    branch: branchFilter,
    failed: z.boolean().default(false).describe("Only tests that failed"),
    limit: z.int().min(1).optional().describe("Maximum number of tests; default all"),
  }),
  positional: ["run"],
  effect: "read",
  examples: [
    { run: "reward-ledger eval show latest", does: "the latest run: tests and cost" },
    { run: "reward-ledger eval show 019b2f00", does: "one run, by the start of its id" },
  ],
  document: evalShowDocument,
  async run(ports, { run: reference, failed, limit, ...scope }): Promise<EvalShowView> {
    const found = await findRun(ports, reference, scope);
    const { id, project, tier } = found.row;
    const baseline = await ports.ledger.ask((queries) => queries.eval.baseline(project, tier)?.id);
    const chosen = testsOfRun(found.data.run).filter(({ test }) => !(failed && test.passed));
    const tests = chosen.slice(0, limit);
    const costs = await readRunCosts(ports, found);
    const run = evalRunView(found.row);
    return {
      run,
      cost_usd: microsToUsd(found.row.cost.micros),
      cost_complete: found.row.cost.complete,
      baseline: baseline === id,
      tests: tests.map(testView),
      left_out: chosen.length - tests.length,
      skipped: found.data.run.tests_skipped ?? null,
      source_format: found.data.run.source_format ?? null,
      costs,
      warnings: [...runTimeWarnings(run), ...sanityWarnings(found.data.run), ...found.warnings],
    };
  },
});

/**
 * Returns the recorded run that a file is compared with: the pinned baseline of its project and tier, else the latest run of the
 * tier, of the same branch if there is one. If the file itself is recorded, it is not compared with itself.
 */
async function findFileCounterpart(
  { ledger, surroundings }: Ports,
  { row, data }: ResolvedRun,
  projectInput: string | undefined,
) {
  const project = projectInput ?? (await surroundings.project());
  return ledger.ask(({ eval: evals }) => {
    const ownId = evals.recordedContent(project, data.content_sha256)?.id;
    const pinned = evals.baseline(project, row.tier);
    if (pinned !== undefined && pinned.id !== ownId) return pinned;
    const findLatest = (branch?: string) =>
      evals.runs({ project, tier: row.tier, branch, whole: true, dated: true, limit: 2 }).find(({ id }) => id !== ownId);
    return findLatest(row.branch) ?? findLatest();
  });
}

/**
 * Returns the run that a run is compared with by default: the pinned baseline of its project and tier, else the run before it.
 */
async function findCounterpart(
  ports: Ports,
  after: ResolvedRun,
  projectInput: string | undefined,
): Promise<ResolvedRun | undefined> {
  const { project, tier, id } = after.row;
  const pinned = after.recorded ? await ports.ledger.ask((queries) => queries.eval.baseline(project, tier)) : undefined;
  const other = pinned !== undefined && pinned.id !== id ? pinned : undefined;
  const row = after.recorded
    ? (other ?? (await findPreviousRun(ports, after.row)))
    : await findFileCounterpart(ports, after, projectInput);
  return row === undefined ? undefined : fetchRecordedRun(ports, row);
}

/** Maximum number of unchanged tests, and of notes, shown in a terminal; `--json` has them all. */
const maxCompared = 20;

const comparedRunShape = evalRunShape.pick({ id: true, timestamp: true, passed: true, total: true, cost_usd: true });

export const evalCompare = defineOperation({
  name: "eval compare",
  summary: "Compare two eval runs test by test",
  input: z.object({
    a: runReference
      .optional()
      .describe("The earlier run: id, latest, previous, baseline or a file; default the baseline, else the previous run"),
    b: runReference
      .optional()
      .describe("The later run; default the latest. If only one run is named, it is compared with the previous one"),
    project: projectFilter,
    tier: tierFilter,
    branch: branchFilter,
  }),
  positional: ["a", "b"],
  effect: "read",
  examples: [
    { run: "reward-ledger eval compare", does: "the latest run with the baseline, or else with the previous run" },
    { run: "reward-ledger eval compare before.json after.json", does: "two files" },
  ],
  tool: {
    about: "Compare two eval runs: the tests that changed",
    takes: {
      a: "The earlier run: id, latest, previous, baseline; default the baseline, else the previous run",
      b: "The later run; default the latest",
      project: true,
      tier: true,
      branch: true,
    },
    output: z.object({
      before: comparedRunShape.nullable(),
      after: comparedRunShape,
      improved: z.int().optional(),
      regressed: z.int().optional(),
      unchanged: z.int().optional(),
      total_cost_delta_usd: z.number().optional(),
      changes: z.array(z.object({ tier: toolName(), suite: toolName(), name: toolName(), change: toolName() })),
      notes: z.array(toolText()).optional(),
    }),
    answer: (view: EvalCompareAnswer) => ({
      ...view,
      changes: view.before === null ? [] : view.deltas.filter(({ change }) => change !== "unchanged"),
    }),
    list: { key: "changes" },
  },
  document: (view: EvalCompareAnswer, words: Words) => evalCompareDocument(view, words, maxCompared),
  async run(ports, { a, b, ...scope }): Promise<EvalCompareAnswer> {
    const wholeScope = { ...scope, whole: true };
    const after = await findRun(ports, b ?? a ?? "latest", wholeScope);
    const earlier =
      a === undefined || b === undefined
        ? await findCounterpart(ports, after, scope.project)
        : await findRun(ports, a, wholeScope);
    if (earlier === undefined) return { before: null, after: evalRunView(after.row) };
    return evalCompareView(earlier.row, after.row, compareRuns(earlier.data.run, after.data.run));
  },
});

export const evalPin = defineOperation({
  name: "eval baseline",
  summary: "Set the baseline, the run that later runs of its tier are compared with",
  input: z.object({
    run: runReference,
    unpin: z.boolean().default(false).describe("Remove the baseline"),
    project: projectFilter,
    tier: tierFilter,
  }),
  positional: ["run"],
  effect: "write",
  examples: [
    { run: "reward-ledger eval baseline latest", does: "set the baseline for later runs of its tier" },
    { run: "reward-ledger eval baseline latest --unpin", does: "remove the baseline" },
  ],
  document: evalBaselineDocument,
  async run(ports, { run: reference, unpin, ...scope }): Promise<EvalBaselineView> {
    const found = await findRun(ports, reference, { ...scope, whole: true });
    if (found.row.partial) throw usage(`Failed to pin ${reference}: it is an incomplete run`, "Pin a run that went to its end.");
    if (!found.recorded)
      throw usage(`Failed to pin ${reference}: it is a file`, "Record it first: `reward-ledger eval push FILE`.");
    const { id, project, tier } = found.row;
    const [outcome] = await ports.ledger.record([{ kind: evalBaseline.kind, project, data: { run: id, pinned: !unpin } }]);
    if (outcome !== undefined && !outcome.recorded && outcome.reason === "refused") throw outcome.error;
    const pinned = await ports.ledger.ask((queries) => queries.eval.baseline(project, tier));
    return { pinned: pinned !== undefined, tier, project, run: pinned === undefined ? null : evalRunView(pinned) };
  },
});

export const evalCost = defineOperation({
  name: "eval cost",
  summary: "Show the cost of a run, or of all runs of a period, by model",
  input: z.object({
    run: runReference
      .optional()
      .describe("Id of a run or its start, latest, previous, baseline, or a file; default all runs of the period"),
    since,
    until,
    project: projectFilter,
    tier: tierFilter,
    branch: branchFilter,
    ...memberScopeKeys,
  }),
  positional: ["run"],
  effect: "read",
  examples: [
    { run: "reward-ledger eval cost latest", does: "cost of the latest run" },
    { run: "reward-ledger eval cost --since 2026-11-01", does: "of all runs since a day" },
  ],
  document: evalCostDocument,
  async run(ports, { run: reference, since: from, until: to, team, member, ...scope }): Promise<EvalCostView> {
    if (reference !== undefined) return readRunCosts(ports, await findRun(ports, reference, scope));
    const { ledger, calendar, evals } = ports;
    const bounds = boundsOf(calendar, { since: from, until: to });
    const whose = await memberScopeOf(ports, { team, member });
    const chosen = { ...scope, ...bounds };
    const { entries, spent } = await ledger.ask(
      (queries) => ({ entries: queries.eval.costs(chosen), spent: queries.eval.spent(chosen) }),
      whose,
    );
    const prices = await evals.prices();
    return evalCostView(reportCosts(entries, prices, evals.models), prices, spent);
  },
});
