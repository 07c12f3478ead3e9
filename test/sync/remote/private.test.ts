import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kindFor } from "../../../src/features/agent/model/kinds.ts";
import { allStores } from "../../../src/features/agent/model/stores.ts";
import { evalPush } from "../../../src/features/evals/operations/push.ts";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import type { Draft } from "../../../src/kernel/fact.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { sampleRow } from "../../support/agent-rows.ts";
import { makeEvalHistory } from "../../support/eval-fixtures.ts";
import { quietCall } from "../../support/ports.ts";
import { recordAll, type SyncHome, sharedState } from "../support/home.ts";
import { teamsOn } from "../support/teams.ts";

const stack = useStack();
const { teamOf, another } = teamsOn(stack);

/* Each private text contains its own kind, so that a document shows which of them it holds. */
const saidText = (what: string): string => `said:${what}`;
const askedText = (what: string): string => `asked:${what}`;
const file = (what: string): string => `/place/${what}.md`;

/** Private texts in each store's row. */
const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  em_inbox: { body: saidText("inbox") },
  tasks: {
    inputs_json: JSON.stringify({ prompt: askedText("task") }),
    result_json: JSON.stringify(askedText("result")),
    trace_file: file("trace"),
  },
  feedback: {
    body: saidText("feedback"),
    root_cause: saidText("cause"),
    regression_test_path: file("test"),
    notes_json: JSON.stringify([{ note: saidText("notes") }]),
  },
  audit: {
    args_json: JSON.stringify({ command: askedText("args") }),
    result_json: JSON.stringify([askedText("audit")]),
    error: saidText("audit"),
  },
  memory: { payload_json: JSON.stringify({ test_fqn: saidText("payload"), deep: [saidText("deep")] }) },
  paused_tasks: {
    reason: saidText("pause"),
    resume_hint: saidText("hint"),
    cwd: file("cwd"),
    original_prompt: askedText("prompt"),
    context_hash: "sha256-asked:context",
    tool_call_history: JSON.stringify([{ tool: "read", args: { path: askedText("call") }, result: askedText("call result") }]),
    partial_outputs: JSON.stringify({ a: askedText("output") }),
  },
  self_edits_log: { files: JSON.stringify([file("edited")]), em_review: saidText("review") },
  learnings_log: { observation: saidText("learning") },
  budget_extensions: { reason: saidText("budget") },
};

const agentDrafts = (): readonly Draft[] =>
  allStores.map((store) => ({
    kind: kindFor(store, "add"),
    project: "acme/shop",
    data: { row: { ...sampleRow(store), ...texts[store.name] } },
  }));

const changes: readonly Draft[] = [
  {
    kind: "inbox.changed",
    project: "acme/shop",
    data: {
      key: "m1",
      at: "2026-03-16T09:00:00.000Z",
      set: { state: "answered", answer: saidText("answer"), answered_at: "2026-03-16T09:00:00.000Z" },
    },
  },
];

const review: Draft = {
  kind: "review.recorded",
  project: "acme/shop",
  data: {
    agent: "codex",
    report: {
      schema_version: "1.0",
      run_id: "r",
      timestamp: "2026-04-01T00:00:00.000Z",
      overall_verdict: "FAIL",
      ci_exit_code: 1,
      score: 60,
      reward_delta: -20,
      summary: saidText("summary"),
      house_rules_updates: [saidText("rules")],
      findings: [
        {
          category: "style",
          severity: "error",
          tool: "ruff",
          rule: "R1",
          file: file("found"),
          line: 1,
          message: saidText("finding"),
          autofixable: false,
          suggestion: saidText("fix"),
        },
      ],
    },
    timestamp_given: true,
    mode: "enforce",
    issue_number: null,
    changed_files: [file("changed")],
    house_rules_version: null,
    branch: "main",
    commit: null,
  },
};

/** Records one of everything. */
async function recordEverything(home: SyncHome): Promise<void> {
  await recordAll(home, [review, ...agentDrafts(), ...changes]);
  const [run] = makeEvalHistory({ seed: 1, runs: 1, tests: 2 });
  const [first, ...rest] = run?.all_results ?? [];
  const testResult = {
    ...first,
    error: saidText("eval error"),
    judge_reasoning: saidText("judge"),
    output: { answer_text: saidText("output"), list: [saidText("listed")] },
    last_tool_call: saidText("tool"),
    prompt: askedText("eval"),
    transcript: [{ role: "user", content: askedText("transcript") }],
    something_new: saidText("unknown"),
  };
  const path = join(home.cwd, "eval.json");
  writeFileSync(path, JSON.stringify({ ...run, all_results: [testResult, ...rest] }));
  const [pushed] = await evalPush.call(home.ports, { files: [path], project: "acme/shop" }, quietCall);
  expect(pushed).toMatchObject({ recorded: true });
}

const countOf = (text: string, mark: string): number => text.split(mark).length - 1;

/** Everything that the server stores for a team, as one text, and the data of its facts as the preview shows them. */
async function storedFor(team: string) {
  const rows = await stack()
    .sql`select data::text as data, extra::text as extra from ai_sync.facts where team_id = ${team} order by seq`;
  return { text: JSON.stringify(rows), data: rows.map(({ data }) => JSON.parse(data)) };
}

async function syncAndRead(slug: string, settings: object) {
  const a = await teamOf(slug, { settings });
  await recordEverything(a);
  const { facts, unsent } = await a.sync.preview({ limit: 100 });
  expect(unsent).toBe(facts.length);
  expect(await a.sync.run("both")).toMatchObject({ pushed: unsent, unsent: 0, problems: [] });
  const stored = await storedFor(a.team);
  // What was sent is exactly what the preview showed.
  expect(stored.data).toEqual(facts.map(({ data }) => data));
  const b = await another(slug, a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: unsent, problems: [] });
  // A fact that was changed on its way is an ordinary fact for the receiver: each one makes a row again.
  expect(await sharedState(b)).toMatchObject({ facts: unsent, problems: [] });
  expect(await stack().sql`select reason from ai_sync.fact_errors where team_id = ${a.team}`).toEqual([]);
  const rows = await b.ports.ledger.ask(
    ({ agent }) => allStores.map((store) => agent.list(store, { limit: 10 }).rows.length),
    "team",
  );
  expect(rows).toEqual(allStores.map(() => 1));
  // The home that withholds something does not report the server as wrong, either.
  for (const { ports } of [a, b]) expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true });
  return stored.text;
}

test("by default messages and paths are sent, and prompts and transcripts are not", async () => {
  const text = await syncAndRead("private-default", {});
  expect(countOf(text, "asked:")).toBe(0);
  for (const mark of ["said:", "/place/"]) expect(countOf(text, mark)).toBeGreaterThan(5);
  expect(text).toContain("sha256-redacted-");
});

test("with redaction no message and no path is sent, in facts of any kind", async () => {
  const text = await syncAndRead("private-redacted", { "sync.redact": ["messages", "paths"] });
  for (const mark of ["asked:", "said:", "/place/", "eval.json"]) expect(countOf(text, mark), mark).toBe(0);
  expect(countOf(text, "redacted-")).toBeGreaterThan(20);
});

test("prompts and transcripts are sent only with separate consent", async () => {
  const text = await syncAndRead("private-consent", { "sync.transcripts": true, "sync.redact": ["messages"] });
  expect(countOf(text, "asked:")).toBeGreaterThan(8);
  expect(countOf(text, "said:")).toBe(0);
});
