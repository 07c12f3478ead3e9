import { expect, test } from "vitest";
import * as z from "zod";
import { makeHistory } from "../support/fixtures.ts";
import { draftOf } from "../support/ledger-drafts.ts";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const stack = useStack();

const [sound] = makeHistory({ seed: 9, runs: 1, agents: ["codex"] }).map((run) => draftOf(run).data);
const recorded = z.looseObject({ report: z.looseObject({}) }).parse(sound);
const reportWith = (change: object): object => ({ ...recorded, report: { ...recorded.report, ...change } });
const finding = {
  category: "style",
  severity: "warning",
  tool: "t",
  rule: "r",
  file: "f",
  line: 1,
  message: "m",
  fixable: false,
};

const unreadable: Readonly<Record<string, unknown>> = {
  nothing: {},
  "another agent's type": { ...recorded, agent: 7 },
  "no agent": { ...recorded, agent: "" },
  "files that are none": { ...recorded, changed_files: "a.ts" },
  "an issue that is none": { ...recorded, issue_number: 0 },
  "part of an issue": { ...recorded, issue_number: 1.5 },
  "a report that is none": { ...recorded, report: [] },
  "a text for a report": { ...recorded, report: "ok" },
  "a score too high": reportWith({ score: 121 }),
  "a score too low": reportWith({ score: -1 }),
  "part of a score": reportWith({ score: 80.5 }),
  "a score as text": reportWith({ score: "80" }),
  "a blank run id": reportWith({ run_id: " \u00a0\t" }),
  "a time that is none": reportWith({ timestamp: "yesterday" }),
  "a day that is none": reportWith({ timestamp: "2026-02-31T08:00:00.000Z" }),
  "findings that are none": reportWith({ findings: null }),
  "a finding that is none": reportWith({ findings: [5] }),
  "a severity that is none": reportWith({ findings: [{ ...finding, severity: "fatal" }] }),
  "a finding without severity": reportWith({ findings: [{ ...finding, severity: undefined }] }),
  "fixable, perhaps": reportWith({ findings: [{ ...finding, fixable: "yes" }] }),
};

const evalData = {
  run: {
    format: "standard",
    schema_version: 1,
    version: "1",
    git_branch: "main",
    git_sha: "abc",
    timestamp: "2026-03-01T08:00:00Z",
    tier: "e2e",
    total: 1,
    passed: 1,
    failed: 0,
    total_cost_usd: 0.1,
    total_duration_ms: 10,
    costs: [{ model: "m", calls: 1, input_tokens: 1, output_tokens: 1, cost_usd: 0.1 }],
    tests: [{ name: "t", passed: true, prompt: "p".repeat(600), transcript: ["a"] }],
  },
  at: "2026-03-01T08:00:00.000Z",
  timestamp_given: true,
  content_sha256: "0".repeat(64),
  source: null,
  label: null,
  estimates: null,
};

const unreadableEvals: Readonly<Record<string, unknown>> = {
  nothing: {},
  "a run that is none": { ...evalData, run: 1 },
  "tests that are none": { ...evalData, run: { ...evalData.run, tests: {} } },
  "a test without a name": { ...evalData, run: { ...evalData.run, tests: [{ passed: true }] } },
  "a cost without a model": { ...evalData, run: { ...evalData.run, costs: [{ calls: 1 }] } },
  "no digest": { ...evalData, content_sha256: "abc" },
  "no time": { ...evalData, at: "2026-03-01" },
  "a time that is none": { ...evalData, at: "2026-13-41T08:00:00.000Z" },
};

test("unreadable facts are stored and noted, and do not block their batch", async () => {
  const { sql } = stack();
  const team = uuidFrom("odd facts");
  const drafts = [
    ...makeHistory({ seed: 2, runs: 20, agents: ["codex"] }).map((run) => ({ ...draftOf(run), odd: "" })),
    ...Object.entries(unreadable).map(([caseName, data]) => ({
      kind: "review.recorded",
      project: null,
      data,
      odd: `review: ${caseName}`,
    })),
    ...Object.entries(unreadableEvals).map(([caseName, data]) => ({
      kind: "eval.recorded",
      project: null,
      data,
      odd: `eval: ${caseName}`,
    })),
    { kind: "review.reset", project: null, data: { agent: 5 }, odd: "reset: of a number" },
    { kind: "eval.baseline", project: null, data: { run: "none", pinned: true }, odd: "baseline: of nothing" },
    { kind: "eval.baseline", project: null, data: { run: uuidFrom("a run"), pinned: "yes" }, odd: "baseline: perhaps" },
    { kind: "task.added", project: null, data: { row: { id: "t1" } }, odd: "task: without its time" },
    { kind: "task.added", project: null, data: { row: [] }, odd: "task: a list" },
    { kind: "task.changed", project: null, data: { key: "t1" }, odd: "task: nothing changed" },
    { kind: "task.resumed", project: null, data: { key: 1, at: "2026-03-01T08:00:00.000Z" }, odd: "task: resumed nothing" },
    { kind: "review.reset_undone", project: null, data: { reset: "none" }, odd: "undo: of nothing" },
    {
      kind: "intake.undone",
      project: null,
      data: { undo: uuidFrom("an undo"), batch: null, ids: ["none"] },
      odd: "undo: of no id",
    },
    { kind: "intake.undone", project: null, data: { undo: uuidFrom("an undo"), batch: null, ids: [] }, odd: "undo: of none" },
    { kind: "intake.undone", project: null, data: { ids: [uuidFrom("a run")] }, odd: "undo: without a name" },
    { kind: "intake.redone", project: null, data: { undo: 1 }, odd: "redo: of a number" },
    {
      kind: "review.recorded",
      project: null,
      data: {
        ...reportWith({ run_id: "of new code", score: 98, findings: [finding] }),
        base: "abc",
        existing: [{ ...finding, severity: "error" }],
        existing_count: 2,
      },
      odd: "",
    },
    { kind: "eval.recorded", project: null, data: evalData, odd: "" },
    { kind: "something.later", project: null, data: { any: ["thing"] }, odd: "" },
    ...makeHistory({ seed: 3, runs: 5, agents: ["codex"] }).map((run) => ({ ...draftOf(run), odd: "" })),
  ];
  const rows = drafts.map(({ odd: _, data, ...draft }, n) => ({
    team,
    fact: {
      id: uuidFrom(`odd ${n}`),
      at: new Date(Date.parse("2026-06-01T00:00:00.000Z") + n).toISOString(),
      device: uuidFrom("a device"),
      seq: n + 1,
      ...draft,
      data,
      prev: null,
      hash: "f".repeat(64),
    },
  }));
  await insertTeams(sql, [team]);
  await insertDevices(sql, rows);
  await insertFacts(sql, rows);
  expect(await sql`select count(*)::int as stored from ai_sync.facts where team_id = ${team}`).toEqual([{ stored: rows.length }]);
  const errors = z
    .array(z.object({ seq: z.coerce.number(), kind: z.string(), reason: z.string().min(1) }))
    .parse(await sql`select seq, kind, reason from ai_sync.fact_errors where team_id = ${team} order by seq`);
  expect(errors.map(({ seq }) => drafts[seq - 1]?.odd)).toEqual(drafts.map(({ odd }) => odd).filter((odd) => odd !== ""));
  expect(errors.every(({ seq, kind }) => drafts[seq - 1]?.kind === kind)).toBe(true);
  expect(await sql`select runs from ai_sync.reward_ledger where team_id = ${team}`).toEqual([{ runs: 26 }]);
  // Findings of older code do not count against any agent.
  expect(
    await sql`select verdict, jsonb_array_length(findings_json) as findings from ai_sync.review_runs where team_id = ${team} and session_id = ${"of new code"}`,
  ).toEqual([{ verdict: "PASS", findings: 1 }]);
  const [run] = await sql`select tests, passed::int, total_cost_usd::text as cost from ai_sync.eval_runs where team_id = ${team}`;
  expect(run).toEqual({ tests: [{ name: "t", passed: true, prompt: "p".repeat(500) }], passed: 1, cost: "0.100000" });
  expect(await sql`select model, exact, priced from ai_sync.eval_costs where team_id = ${team}`).toEqual([
    { model: "m", exact: true, priced: true },
  ]);

  // Rematerialising the tables gives the same result.
  await sql`select ai_sync_private.rematerialise(${team})`;
  expect(await sql`select count(*)::int as noted from ai_sync.fact_errors where team_id = ${team}`).toEqual([
    { noted: errors.length },
  ]);
  expect(await sql`select runs from ai_sync.reward_ledger where team_id = ${team}`).toEqual([{ runs: 26 }]);
  // Findings of older code do not count against any agent.
  expect(
    await sql`select verdict, jsonb_array_length(findings_json) as findings from ai_sync.review_runs where team_id = ${team} and session_id = ${"of new code"}`,
  ).toEqual([{ verdict: "PASS", findings: 1 }]);
});
