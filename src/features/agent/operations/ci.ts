import * as z from "zod";
import { invalidInput } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { doneDocument } from "../documents/rows.ts";
import { ciEstimateDocument } from "../documents/stores.ts";
import { type CiRow, ciHistory } from "../model/ci-history.ts";
import { ofProject, onlyProject, parseTime, resolveProject, trimmedText } from "./fields.ts";
import { asStored, listDefinition } from "./list-and-show.ts";
import { addRow, changeRow, omitUndefined } from "./rows.ts";
import type { CiEstimateView, CiRunView } from "./views.ts";

const workflow = trimmedText.describe("Name of the workflow");

export const ciAdd = defineOperation({
  name: "ci add",
  summary: "Record a run of a CI workflow, or how a recorded one ended",
  input: z.object({
    workflow_name: workflow,
    branch: trimmedText.describe("The branch it ran on"),
    run_id: z.int().min(0).describe("Number of the run"),
    started_at: trimmedText.optional().describe("Start time, ISO-8601; default now, or as recorded"),
    completed_at: trimmedText.optional().describe("End time, ISO-8601"),
    duration_s: z.int().min(0).optional().describe("Duration, s; default from start to end"),
    conclusion: trimmedText.optional().describe("success, failure, cancelled, timed_out …"),
    project: ofProject,
  }),
  positional: ["workflow_name", "branch", "run_id"],
  effect: "write",
  examples: [{ run: "reward-ledger ci add build main 812 --duration-s 340 --conclusion success", does: "record a run" }],
  document: doneDocument(ciHistory, ({ t }) => t("Recorded")),
  async run(ports, input): Promise<CiRunView> {
    const { workflow_name, branch, run_id, conclusion } = input;
    const key = JSON.stringify([workflow_name, branch, run_id]);
    const before = await ports.ledger.ask(({ agent }) => agent.get(ciHistory, key));
    const started_at =
      input.started_at === undefined
        ? (before?.started_at ?? ports.clock.now().toISOString())
        : parseTime("started-at", input.started_at);
    const completed_at = input.completed_at === undefined ? undefined : parseTime("completed-at", input.completed_at);
    const elapsedS = completed_at === undefined ? undefined : (Date.parse(completed_at) - Date.parse(started_at)) / 1000;
    if (elapsedS !== undefined && elapsedS < 0) throw invalidInput("the CI run", ["it ended before it started"]);
    const duration_s = input.duration_s ?? (elapsedS === undefined ? undefined : Math.round(elapsedS));
    const outcome = omitUndefined({ completed_at, duration_s, conclusion });
    if (before === undefined) {
      const project = await resolveProject(ports, input.project);
      return addRow(ports, ciHistory, project, { workflow_name, branch, run_id, started_at, ...outcome });
    }
    return changeRow(ports, ciHistory, key, () => ({
      set: { ...outcome, ...omitUndefined({ started_at: input.started_at === undefined ? undefined : started_at }) },
    }));
  },
});

export const ciList = defineOperation({
  ...listDefinition(ciHistory, asStored, {
    name: "ci list",
    summary: "List runs of CI workflows, latest first",
    filters: {
      workflow_name: trimmedText.optional().describe("Only of this workflow"),
      branch: trimmedText.optional().describe("Only on this branch"),
      conclusion: trimmedText.optional().describe("Only runs with this conclusion"),
      project: onlyProject,
    },
    examples: [{ run: "reward-ledger ci list build --branch main", does: "its runs, latest first" }],
  }),
  positional: ["workflow_name"],
});

/** Returns the value below which a share of sorted numbers lies (nearest rank); null if there are none. */
const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;

function estimateOf(runs: readonly CiRow[]) {
  const durations = runs.flatMap(({ duration_s }) => (duration_s === null ? [] : [duration_s])).sort((a, b) => a - b);
  const concluded = runs.filter(({ conclusion }) => conclusion !== null);
  const successes = concluded.filter(({ conclusion }) => conclusion === "success").length;
  return {
    runs: runs.length,
    median_s: quantile(durations, 0.5),
    p90_s: quantile(durations, 0.9),
    average_s: durations.length === 0 ? null : Math.round(durations.reduce((sum, one) => sum + one, 0) / durations.length),
    success_percent: concluded.length === 0 ? null : Math.round((successes * 1000) / concluded.length) / 10,
  };
}

export const ciEstimate = defineOperation({
  name: "ci estimate",
  summary: "Estimate how long the next run of a workflow takes",
  input: z.object({
    workflow_name: workflow,
    branch: trimmedText.optional().describe("On this branch; default all branches"),
    runs: z.int().min(1).max(500).default(20).describe("Maximum number of recent finished runs to estimate from"),
  }),
  positional: ["workflow_name", "branch"],
  effect: "read",
  examples: [{ run: "reward-ledger ci estimate build main", does: "estimate the next run" }],
  document: ciEstimateDocument,
  run({ ledger }: Ports, { workflow_name, branch = null, runs }): Promise<CiEstimateView> {
    return ledger.ask(({ agent }) => {
      const onBranch = agent.finishedCiRuns(workflow_name, branch, runs);
      const finished = onBranch.length > 0 ? onBranch : agent.finishedCiRuns(workflow_name, null, runs);
      return { workflow_name, branch, of_branch: branch !== null && onBranch.length > 0, ...estimateOf(finished) };
    });
  },
});
