import { describe, expect, it } from "vitest";
import * as z from "zod";
import { reviewRecorded } from "../../../../src/features/reviews/model/review-recorded.ts";
import type { ReadOptions } from "../../../../src/features/shared/input/input-file.ts";
import { readReport, readRuns } from "../../../../src/features/shared/input/run-files.ts";
import { makeFinding, makeReport, repeatFinding } from "../../../support/findings.ts";
import { makeHistory } from "../../../support/fixtures.ts";

const options: ReadOptions = {
  agent: "codex",
  project: "acme/storefront",
  houseRulesVersion: 3,
  now: new Date("2026-04-01T12:00:00.000Z"),
};

const read = (value: unknown) => readRuns(typeof value === "string" ? value : JSON.stringify(value), "a.json", options);
const dataOf = (value: unknown) => read(value).drafts.map(({ draft }) => reviewRecorded.data.parse(draft.data));
const codeOf = (value: unknown): unknown => {
  try {
    read(value);
    return null;
  } catch (error) {
    return z.object({ code: z.string() }).parse(error).code;
  }
};

describe("one report", () => {
  it("becomes a draft with the given options", () => {
    const { drafts, rejected, disagreements } = read(makeReport());
    expect({ rejected, disagreements }).toEqual({ rejected: [], disagreements: [] });
    expect(drafts).toHaveLength(1);
    expect(drafts[0]).toMatchObject({
      label: "a.json",
      draft: {
        kind: "review.recorded",
        project: "acme/storefront",
        data: {
          agent: "codex",
          mode: "enforce",
          timestamp_given: true,
          house_rules_version: 3,
          issue_number: null,
          branch: null,
        },
      },
    });
  });

  it("lists the files of its findings as changed, sorted and unique", () => {
    const findings = ["src/b.ts", "src/a.ts", "src/b.ts"].map((file) => makeFinding({ file }));
    expect(dataOf(makeReport({ findings }))[0]?.changed_files).toEqual(["src/a.ts", "src/b.ts"]);
  });

  it("keeps shadow mode", () => {
    expect(dataOf(makeReport({ score: 10, ci_exit_code: 0 }))[0]).toMatchObject({ mode: "shadow", report: { ci_exit_code: 1 } });
  });

  it("gets the time of reading when it has none", () => {
    const { timestamp: _, ...report } = makeReport();
    expect(dataOf(report)[0]).toMatchObject({ timestamp_given: false, report: { timestamp: "2026-04-01T12:00:00.000Z" } });
  });

  it("is rejected with the problems when it is not a report", () => {
    const { drafts, rejected } = read({ hello: "world" });
    expect(drafts).toEqual([]);
    expect(rejected[0]).toMatchObject({ label: "a.json", error: { code: "invalid_report" } });
    expect(rejected[0]?.error.message).toContain("run_id: is missing; score: is missing; summary: is missing");
  });
});

describe("several reports in one text", () => {
  const reports = [makeReport({ run_id: "r1" }), makeReport({ run_id: "r2", score: "85" }), makeReport({ run_id: "r3" })];
  const runIds = (value: unknown): readonly string[] => dataOf(value).map((data) => data.report.run_id);

  it("may be a list: an invalid one does not affect the others", () => {
    expect(runIds(reports)).toEqual(["r1", "r3"]);
    expect(read(reports).rejected).toMatchObject([{ label: "a.json [1]", error: { code: "invalid_report" } }]);
  });

  it("may be JSON Lines, with blank lines and a truncated last line", () => {
    const lines = `${reports.map((one) => JSON.stringify(one)).join("\r\n\n")}\n{"run_id":"r4","sc`;
    expect(runIds(lines)).toEqual(["r1", "r3"]);
    expect(read(lines).rejected).toMatchObject([
      { label: "a.json line 3", error: { code: "invalid_report" } },
      { label: "a.json line 6", error: { code: "invalid_json" } },
    ]);
  });

  it.each([
    ["[]", "invalid_report"],
    ["", "invalid_json"],
    ["{\n", "invalid_json"],
    ['{"run_id": "r1",\n"score": 8', "invalid_json"],
    ["nonsense\nmore", "invalid_json"],
  ])("are rejected as a whole in %j: %s", (text, code) => expect(codeOf(text)).toBe(code));
});

describe("readReport", () => {
  it("accepts a report or a list with exactly one", () => {
    expect(readReport('{"run_id":"r"}', "x")).toEqual({ run_id: "r" });
    expect(readReport('[{"run_id":"r"}]', "x")).toEqual({ run_id: "r" });
    expect(() => readReport("[{},{}]", "x")).toThrow("it holds 2 reports; `import` takes several at once");
    expect(() => readReport("[]", "x")).toThrow("it holds no report");
  });
});

describe("an export of this program", () => {
  const exported = (over: Readonly<Record<string, unknown>> = {}, run: Readonly<Record<string, unknown>> = {}) => ({
    format: "reward-ledger.runs",
    version: 1,
    exported_at: "2026-04-01T12:00:00.000Z",
    runs: [{ agent: "gemini-cli", project: "acme/billing", mode: "shadow", report: makeReport({ score: 20 }), ...run }],
    ...over,
  });

  it("keeps agent, project, mode and the other fields of its runs", () => {
    const context = { issue_number: 7, changed_files: ["b", "a"], house_rules_version: 9, branch: "main", commit: "c0ffee" };
    const { drafts } = read(exported({}, { ...context, timestamp_given: false }));
    expect(drafts[0]?.draft).toMatchObject({
      project: "acme/billing",
      data: { agent: "gemini-cli", mode: "shadow", timestamp_given: false, ...context, changed_files: ["a", "b"] },
    });
  });

  it("has verdict and reward recomputed", () => {
    const report = makeReport({ score: 20, overall_verdict: "PASS", reward_delta: 40 });
    expect(dataOf(exported({}, { report }))[0]?.report).toMatchObject({ overall_verdict: "FAIL", reward_delta: -60 });
  });

  it("is refused as a whole for a later version, and run by run for invalid runs", () => {
    expect(codeOf(exported({ version: 2 }))).toBe("invalid_report");
    const { drafts, rejected } = read(exported({ runs: [{}, ...exported().runs] }));
    expect(drafts).toHaveLength(1);
    expect(rejected[0]?.error.message).toContain("a.json runs[0]");
    expect(rejected[0]?.error.message).toContain("agent: is missing");
  });
});

describe("a specfact ledger", () => {
  const run = (over: Readonly<Record<string, unknown>> = {}) => ({
    session_id: "s1",
    score: 85,
    reward_delta: 5,
    verdict: "PASS",
    findings_json: [],
    created_at: "2026-03-16T00:00:00Z",
    ...over,
  });
  const ledger = (over: Readonly<Record<string, unknown>> = {}) => ({
    agent: "claude-code",
    cumulative_coins: 0.5,
    streak_pass: 1,
    streak_block: 0,
    last_delta: 5,
    last_verdict: "PASS",
    violation_counts: {},
    runs: [run()],
    ...over,
  });

  it("is replayed with its agent and runs, and gets a summary for each run", () => {
    const findings_json = [makeFinding({ file: "b" }), makeFinding({ file: "a", severity: "info" })];
    const value = ledger({
      runs: [run({ issue_number: 4, house_rules_ver: 2, changed_files: [], findings_json, agent: "claude-code" })],
      violation_counts: { "style/useConst": 2 },
    });
    expect(read(value)).toMatchObject({ rejected: [], disagreements: [] });
    expect(dataOf(value)[0]).toMatchObject({
      agent: "claude-code",
      issue_number: 4,
      house_rules_version: 2,
      changed_files: ["a", "b"],
      report: { run_id: "s1", summary: "2 findings, 0 blocking.", overall_verdict: "PASS" },
    });
  });

  it("matches its stated totals over the worked chain", () => {
    const deltas = [20, 5, -20, 7, 0, 40, 5, -36, 30, -80, 20];
    const failed = new Set([6, 7, 8, 9]);
    const runs = deltas.map((delta, index) =>
      run({
        session_id: `s${index}`,
        score: 80 + delta,
        reward_delta: delta,
        verdict: failed.has(index) ? "FAIL" : delta === -20 ? "PASS_WITH_ADVISORY" : "PASS",
        findings_json: failed.has(index) ? [makeFinding({ severity: "error", rule: "TS2345" })] : [],
        created_at: `2026-03-${String(index + 1).padStart(2, "0")}T00:00:00Z`,
      }),
    );
    const totals = { cumulative_coins: -1.9, streak_pass: 1, last_delta: 20, violation_counts: { TS2345: 4 } };
    expect(read(ledger({ runs, ...totals })).disagreements).toEqual([]);
    expect(read(ledger({ runs, ...totals, cumulative_coins: -1.8 })).disagreements).toEqual([
      { file: "a.json", total: "coins", stated: "-1.80", replayed: "-1.90" },
    ]);
  });

  it("reports every total that the replay contradicts", () => {
    const value = ledger({
      cumulative_coins: 7.3,
      streak_pass: 2,
      streak_block: 1,
      last_delta: 9,
      last_verdict: null,
      violation_counts: { E501: 3 },
      runs: [run({ findings_json: repeatFinding(2, { rule: "W0702" }), verdict: "FAIL", reward_delta: 6 })],
    });
    expect(read(value).disagreements.map(({ total, stated, replayed }) => `${total}: ${stated} / ${replayed}`)).toEqual([
      "verdict of s1: FAIL / PASS",
      "reward_delta of s1: 6 / 5",
      "coins: 7.30 / 0.50",
      "streak_pass: 2 / 1",
      "streak_block: 1 / 0",
      "last_delta: 9 / 5",
      "last_verdict: none / PASS",
      "violations of E501: 3 / 0",
      "violations of W0702: 0 / 2",
    ]);
  });

  it("counts a duplicated run once, and reports the difference", () => {
    const value = ledger({ runs: [run(), run()], cumulative_coins: 1, streak_pass: 2 });
    expect(read(value).drafts).toHaveLength(2);
    expect(read(value).disagreements).toMatchObject([
      { total: "coins", stated: "1.00", replayed: "0.50" },
      { total: "streak_pass", stated: "2", replayed: "1" },
    ]);
  });

  it("separates agents that the tool mixed, and reports the difference", () => {
    const value = ledger({ runs: [run(), run({ session_id: "s2", agent: "codex" })], cumulative_coins: 1, streak_pass: 2 });
    expect(dataOf(value).map((data) => data.agent)).toEqual(["claude-code", "codex"]);
    expect(read(value).disagreements).toContainEqual({
      file: "a.json",
      total: "coins",
      stated: "1.00",
      replayed: "claude-code 0.50, codex 0.50",
    });
  });

  it("rejects only its invalid runs", () => {
    const runs = [run({ score: 130 }), run({ session_id: "s2", findings_json: [{ rule: "x" }] }), run({ session_id: "s3" })];
    const { drafts, rejected } = read(ledger({ runs }));
    expect(drafts).toHaveLength(1);
    expect(rejected.map((one) => one.error.message)).toEqual([
      expect.stringContaining("a.json runs[0]: it is not a review report (score: must be at most 120"),
      expect.stringContaining("findings_json[0].category: is missing"),
    ]);
  });

  it("is refused as a whole when its own fields are invalid", () => {
    expect(codeOf(ledger({ streak_pass: -1 }))).toBe("invalid_report");
    expect(codeOf(ledger({ cumulative_coins: "7.30" }))).toBe("invalid_report");
  });

  it("may be empty", () => {
    expect(read(ledger({ runs: [], cumulative_coins: 0, streak_pass: 0, last_delta: 0, last_verdict: null }))).toEqual({
      drafts: [],
      rejected: [],
      disagreements: [],
      evals: [],
    });
  });
});

describe("a generated history", () => {
  it("is read completely, as a list and as lines", () => {
    const reports = makeHistory({ seed: 11, runs: 200 }).map((one) => one.report);
    expect(read(reports)).toMatchObject({ drafts: { length: 200 }, rejected: [] });
    expect(read(reports.map((one) => JSON.stringify(one)).join("\n"))).toMatchObject({ drafts: { length: 200 }, rejected: [] });
  });
});
