import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { terminalWords } from "../../../../src/cli/words.ts";
import { evalCompareDocument } from "../../../../src/features/evals/documents/compare.ts";
import { evalCacheDocument } from "../../../../src/features/evals/documents/files.ts";
import { evalImportDocument, evalListDocument, evalPushDocument } from "../../../../src/features/evals/documents/run-list.ts";
import { evalCostDocument, evalShowDocument } from "../../../../src/features/evals/documents/show.ts";
import { evalSummaryDocument } from "../../../../src/features/evals/documents/summary.ts";
import { evalTestsDocument, evalTrendDocument } from "../../../../src/features/evals/documents/trend.ts";
import { evalWatchDocument } from "../../../../src/features/evals/documents/watch.ts";
import { evalList, evalSummary, evalTrend } from "../../../../src/features/evals/operations/list.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { evalCost, evalShow } from "../../../../src/features/evals/operations/show.ts";
import { evalTests } from "../../../../src/features/evals/operations/tests.ts";
import type { EvalWatchView } from "../../../../src/features/evals/operations/views.ts";
import type { Document, Words } from "../../../../src/kernel/document.ts";
import { markdownText } from "../../../../src/render/markdown/document.ts";
import { editorWords } from "../../../../src/render/markdown/words.ts";
import { terminalText } from "../../../../src/render/terminal/document.ts";
import { coloredStyle, pipeStyle, terminalStyle } from "../../../cli/style.ts";
import { english, style } from "../../../extension/texts.ts";
import { compareRuns } from "../../../support/compared.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

type BuildDocument = (words: Words) => Document | string;

const renderText = (document: Document | string, draw: (whole: Document) => string): string =>
  typeof document === "string" ? document : draw(document);
const inEditor = (build: BuildDocument): string =>
  renderText(build(editorWords(style, english)), (whole) => markdownText("Evals", whole, (count) => `and ${count} more`));
const inPipe = (build: BuildDocument): string =>
  renderText(build(terminalWords(pipeStyle)), (whole) => terminalText(whole, pipeStyle));

/** A ledger with a history of evals. */
async function withHistory(runs: number, tests: number): Promise<TestPorts> {
  const ports = await openPorts();
  for (const run of makeEvalHistory({ seed: 11, runs, tests, tiers: ["e2e"] }))
    await evalPush.call(ports, { text: JSON.stringify(run), project: "acme/shop" }, quietCall);
  return ports;
}

const trendInput = { limit: 10, markdown: false, csv: false };
const done = { suite: "s", name: "a", passed: true, cost_usd: 0.1, seconds: 2, turns: 3, attempts: 1 };
const running: EvalWatchView = {
  state: "running",
  run_id: "run-1",
  completed: [done, { ...done, name: "b", passed: false }],
  current: { test: "c", elapsed_seconds: 4, turn: 2, last_tool: "Bash", stale: false },
  expected: 40,
  total_cost_usd: 0.2,
  elapsed_seconds: 65,
  folder: "/home/eval-runs/run-1",
};

describe("eval documents", () => {
  it("show a run, a comparison, trends, a summary and costs in the editor", async () => {
    const ports = await withHistory(12, 30);
    const run = await evalShow.call(ports, { run: "latest" }, quietCall);
    const report = inEditor((words) => evalShowDocument(run, words));
    expect(report.split("\n").filter((line) => /^\| (PASS|\*\*FAIL)/.test(line))).toHaveLength(30);
    expect(report.indexOf("| PASS |")).toBeGreaterThan(report.lastIndexOf("| **FAIL** |"));
    expect(report).toContain("## Costs");
    expect(report).not.toContain("undefined");

    const comparison = await compareRuns(ports, {});
    const comparisonText = inEditor((words) => evalCompareDocument(comparison, words, Number.POSITIVE_INFINITY));
    expect(comparisonText).toMatch(/\d+ unchanged/);
    expect(
      comparisonText.split("\n").filter((line) => /\| (\*\*↓ regressed\*\*|↑ improved|=|\\\+ added|\\- removed) \|/.test(line)),
    ).toHaveLength(30);

    const trends = await evalTrend.call(ports, {}, quietCall);
    expect(inEditor((words) => evalTrendDocument(trends, words, trendInput))).toContain("over the latest 10 runs");
    expect(inEditor((words) => evalTrendDocument([], words, trendInput))).toContain("No test has a result");
    const [one] = trends;
    if (one === undefined) throw new Error("there is no trend");
    const alone = inEditor((words) => evalTrendDocument([one], words, { ...trendInput, test: one.name }));
    expect(alone.split("\n").filter((line) => /2026, .*(PASS|FAIL)/.test(line))).toHaveLength(10);

    const summary = await evalSummary.call(ports, {}, quietCall);
    expect(inEditor((words) => evalSummaryDocument(summary, words))).toContain("12 runs, ");
    const emptyPorts = await openPorts();
    const emptySummary = await evalSummary.call(emptyPorts, {}, quietCall);
    expect(inEditor((words) => evalSummaryDocument(emptySummary, words))).toContain("No eval run");
    const costs = await evalCost.call(ports, {}, quietCall);
    expect(inEditor((words) => evalCostDocument(costs, words))).toContain("unpriced");
    expect(inEditor((words) => evalCostDocument(costs, words))).toContain("incomplete");
    const emptyCosts = await evalCost.call(emptyPorts, {}, quietCall);
    expect(inEditor((words) => evalCostDocument(emptyCosts, words))).toContain("No costs");
  });

  it("are plain text in a pipe, and contain the same text with and without color in a terminal", async () => {
    const ports = await withHistory(6, 12);
    const [page, run, comparison, trends, tests, summary, costs] = [
      await evalList.call(ports, {}, quietCall),
      await evalShow.call(ports, { run: "latest" }, quietCall),
      await compareRuns(ports, {}),
      await evalTrend.call(ports, {}, quietCall),
      await evalTests.call(ports, {}, quietCall),
      await evalSummary.call(ports, {}, quietCall),
      await evalCost.call(ports, {}, quietCall),
    ];
    const builders: readonly BuildDocument[] = [
      (words) => evalListDocument(page, words),
      (words) => evalShowDocument(run, words),
      (words) => evalCompareDocument(comparison, words, 20),
      (words) => evalTrendDocument(trends, words, trendInput),
      (words) => evalTestsDocument(tests, words),
      (words) => evalSummaryDocument(summary, words),
      (words) => evalCostDocument(costs, words),
      (words) => evalWatchDocument(running, words),
    ];
    for (const build of builders) {
      const text = inPipe(build);
      expect(text).toBe(stripVTControlCharacters(text));
      expect(text).not.toMatch(/[│─┌┐└┘├┤█▁▂▃▄▅▆▇]/u);
      expect(text).not.toMatch(/[ \n]$|[ ]\n/);
      const rendered = (target: typeof pipeStyle): string =>
        renderText(build(terminalWords(target)), (whole) => terminalText(whole, target));
      expect(stripVTControlCharacters(rendered(coloredStyle(120)))).toBe(rendered(terminalStyle(120)));
    }
  });

  it("omit the total cost when no cost is known", async () => {
    const ports = await openPorts();
    const tests = '<testcase classname="cart" name="adds" time="0.5"/>';
    const text = `<testsuites><testsuite name="cart" tests="1">${tests}</testsuite></testsuites>`;
    await evalPush.call(ports, { text }, quietCall);
    const page = await evalList.call(ports, {}, quietCall);
    expect(inPipe((words) => evalListDocument(page, words))).toMatch(/\n1 run$/);
  });

  it("limit the number of listed tests and report how many were omitted", async () => {
    const ports = await withHistory(1, 1_200);
    const run = await evalShow.call(ports, { run: "latest" }, quietCall);
    const report = inEditor((words) => evalShowDocument(run, words));
    expect(report).toContain("and 700 more");
    expect(report.split("\n").length).toBeLessThan(1_400);
    const limited = await evalShow.call(ports, { run: "latest", limit: 5 }, quietCall);
    expect(inPipe((words) => evalShowDocument(limited, words))).toContain("and 1,195 more");
  });

  it("show cache statistics, verification results and cached answers", () => {
    const suite = { suite: "llm-judge", entries: 3, bytes: 2_500, oldest: null, newest: "2026-03-16T09:30:00.000Z" };
    expect(inEditor((words) => evalCacheDocument([suite], words))).toContain("| llm\\-judge | 3 | 3 | \\- |");
    expect(inEditor((words) => evalCacheDocument([], words))).toContain("Nothing is cached");
    expect(inEditor((words) => evalCacheDocument({ ok: true, valid: 3, invalid: 0, errors: [] }, words))).toContain("All 3");
    const fault = { suite: "s", file: "k.json", reason: "not JSON" };
    const faults = inPipe((words) => evalCacheDocument({ ok: false, valid: 3, invalid: 1, errors: [fault] }, words));
    expect(faults).toBe("✗ Cached answers that cannot be used: 1 of 4.\n\n  s/k.json: not JSON");
    expect(inPipe((words) => evalCacheDocument({ hit: true, data: { score: 4 }, cached_at: "" }, words))).toBe(
      '{\n  "score": 4\n}',
    );
  });

  it("report the outcome of pushed and imported files", () => {
    const error = { code: "invalid_eval", message: "Failed to read bad.json: a; b", hint: "Correct it" } as const;
    const rejected = { file: "bad.json", recorded: false, reason: "rejected", run: null, error } as const;
    expect(inPipe((words) => evalPushDocument([rejected], words))).toBe(
      "Rejected bad.json\n  Failed to read bad.json: a\n  b\n  Correct it",
    );
    const view = {
      files: 3,
      runs: [],
      recorded: 1,
      duplicates: 1,
      skipped: 0,
      rejected: [{ file: "bad.json", error: "no", code: "invalid_eval", hint: "Correct it" }],
      warnings: [{ file: "a.json", message: "odd" }],
    };
    expect(inPipe((words) => evalImportDocument(view, words))).toBe(
      "3 files: 1 recorded, 1 already recorded, 0 skipped, 1 rejected\n\nRejected:\n  bad.json\n    no\n    Correct it\n\n  warning a.json: odd",
    );
  });

  it("show a collector's tests with failures first in the editor, and in recorded order in a pipe", () => {
    const report = inEditor((words) => evalWatchDocument(running, { ...words, interactive: true }, "failed-first"));
    expect(report.indexOf("s / b")).toBeLessThan(report.indexOf("s / a"));
    expect(report).toContain("1m 5s");
    expect(inEditor((words) => evalWatchDocument({ ...running, state: "none" }, words))).toContain("No collector has run");
    expect(inPipe((words) => evalWatchDocument(running, words))).toBe(
      "Running run-1\nPASS  s / a  $0.10  2s\nFAIL  s / b  $0.10  2s",
    );
    expect(inPipe((words) => evalWatchDocument({ ...running, state: "gone", current: null }, words))).toMatch(
      /^PASS {2}s[\s\S]*The collector exited unexpectedly\. .* run-1\n2 of 40 tests done, 1 failed, \$0\.20, 1m 5s$/,
    );
  });
});
