import { evalListPage, evalSummary, evalTrend } from "../../../features/evals/operations/list.ts";
import { evalTests } from "../../../features/evals/operations/tests.ts";
import { defineCommand } from "../../command.ts";

export const list = defineCommand(evalListPage, {
  examples: [{ run: "reward-ledger eval list --tier e2e --limit 10", does: "the newest ten end-to-end runs" }],
  renderer: async () => (await import("../../render/eval/runs.ts")).renderRuns,
  json: ({ runs }) => JSON.stringify(runs),
});

export const summary = defineCommand(evalSummary, {
  examples: [{ run: "reward-ledger eval summary --limit 50", does: "spending, detection and flaky tests of 50 runs" }],
  renderer: async () => (await import("../../render/eval/summary.ts")).renderSummary,
});

export const trend = defineCommand(evalTrend, {
  examples: [
    { run: "reward-ledger eval trend", does: "every test over the newest ten runs" },
    { run: "reward-ledger eval trend --limit 100 --status flaky --markdown", does: "flaky tests as a Markdown table" },
  ],
  renderer: async ({ markdown, csv, limit }) => {
    const { renderCsv, renderMarkdown, renderTrends } = await import("../../render/eval/trends.ts");
    return csv ? renderCsv : markdown ? renderMarkdown(limit) : renderTrends(limit);
  },
});

export const tests = defineCommand(evalTests, {
  examples: [
    { run: "reward-ledger eval tests", does: "how many tests are flaky, degrading and so on" },
    { run: "reward-ledger eval tests --status degrading --limit 5", does: "five that have become worse" },
  ],
  renderer: async () => (await import("../../render/eval/trends.ts")).renderTests,
});
