import type postgres from "postgres";
import { describe, expect, test } from "vitest";
import { allStores } from "../../src/features/agent/model/stores.ts";
import type { Draft } from "../../src/kernel/fact.ts";
import { makeFinding } from "../support/findings.ts";
import { useStack } from "./stack/suite.ts";
import { emptyProject, migrate, migrations } from "./stack/template.ts";
import { uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams, type TeamFacts } from "./support/insert.ts";

const [cafe, project, task] = ["caf\u00e9", "acme/cr\u00e8me", "t\u00e2che"];
const decomposed = (text: string): string => text.normalize("NFD");

const review = (agent: string, run: string, score = 100, rule = "gr\u00f6\u00dfe"): Draft => ({
  kind: "review.recorded",
  project: agent === cafe ? project : decomposed(project),
  data: {
    agent,
    report: {
      schema_version: "1.0",
      run_id: run,
      timestamp: "2026-03-01T09:00:00.000Z",
      overall_verdict: "PASS",
      ci_exit_code: 0,
      score,
      reward_delta: score - 80,
      findings: [makeFinding({ rule: agent === cafe ? rule : decomposed(rule) })],
      summary: "s",
      house_rules_updates: [],
    },
    timestamp_given: true,
    mode: "enforce",
    issue_number: null,
    changed_files: [],
    house_rules_version: null,
    branch: null,
    commit: null,
  },
});

const evaluation = (name: string, of: string): Draft => ({
  kind: "eval.recorded",
  project: of,
  data: {
    run: {
      format: "standard",
      schema_version: 1,
      version: "1",
      git_branch: "main",
      git_sha: "abc",
      timestamp: "2026-03-01T09:00:00Z",
      tier: "e2e",
      total: 1,
      passed: 1,
      failed: 0,
      total_cost_usd: 0,
      total_duration_ms: 1,
      tests: [{ name, passed: true }],
    },
    at: "2026-03-01T09:00:00.000Z",
    timestamp_given: true,
    content_sha256: "a".repeat(64),
    source: null,
    label: null,
    estimates: null,
  },
});

/** A row with JSON that composing the text would break: the "n" of the escape `\n` would merge with the combining tilde. */
const inputs = JSON.stringify({ prompt: "\n\u0303" });
const row = { created_at: "2026-03-01T09:00:00.000Z", stage: decomposed("pr\u00fcfen"), inputs_json: inputs, loop_version: 1 };

const drafts: readonly Draft[] = [
  review(decomposed(cafe), "r1"),
  review(cafe, "r2", 90),
  review(decomposed(cafe), "r1", 40),
  review(cafe, decomposed("\u00e9")),
  review(decomposed(cafe), "\u00e9", 40),
  evaluation(decomposed(cafe), decomposed(project)),
  evaluation(cafe, project),
  { kind: "task.added", project: decomposed(project), data: { row: { id: decomposed(task), ...row } } },
  {
    kind: "task.changed",
    project,
    data: {
      key: task,
      at: "2026-03-01T10:00:00.000Z",
      set: { state: "running", worker: decomposed(cafe) },
      expect: { stage: "pr\u00fcfen" },
    },
  },
];

const team = uuidFrom("a team with look-alikes");
const facts: TeamFacts = drafts.map((draft, n) => ({
  team,
  fact: {
    id: uuidFrom(`look-alike ${n}`),
    at: `2026-06-01T00:00:0${n}.000Z`,
    device: uuidFrom("a device of look-alikes"),
    seq: n + 1,
    ...draft,
    prev: null,
    hash: "f".repeat(64),
  },
}));

async function expectMerged(sql: postgres.Sql): Promise<void> {
  expect([...(await sql`select kind, reason from ai_sync.fact_errors`)]).toEqual([]);
  expect([...(await sql`select agent, runs::int, coin_tenths::int from ai_sync.reward_ledger`)]).toEqual([
    { agent: cafe, runs: 3, coin_tenths: 50 },
  ]);
  const runs = await sql`
    select session_id, project, findings_json -> 0 ->> 'rule' as rule from ai_sync.review_runs where not hidden order by session_id`;
  expect([...runs]).toEqual(["r1", "r2", "\u00e9"].map((session_id) => ({ session_id, project, rule: "gr\u00f6\u00dfe" })));
  expect([...(await sql`select repo_slug, tests -> 0 ->> 'name' as name from ai_sync.eval_runs`)]).toEqual([
    { repo_slug: project, name: cafe },
  ]);
  expect([...(await sql`select id, state, stage, worker, inputs_json, project from ai_sync.agent_tasks`)]).toEqual([
    { id: task, state: "running", stage: "pr\u00fcfen", worker: cafe, inputs_json: inputs, project },
  ]);
}

const migratedStack = useStack();
const lateStack = useStack(emptyProject);

describe("names that look alike are the same in the team's tables", () => {
  test("as facts arrive, and the facts keep the text that was sent", async () => {
    const { sql } = migratedStack();
    await insertTeams(sql, [team]);
    await insertDevices(sql, facts);
    await insertFacts(sql, facts);
    await expectMerged(sql);
    expect([...(await sql`select data ->> 'agent' as agent, project from ai_sync.facts where seq = 1`)]).toEqual([
      { agent: decomposed(cafe), project: decomposed(project) },
    ]);
  });

  test("as facts arrive one by one, in an order that refolds store rows", async () => {
    const { sql } = migratedStack();
    const other = uuidFrom("another team with look-alikes");
    const otherFacts = facts.map(({ fact }) => ({ team: other, fact }));
    await sql`delete from ai_sync.teams where id = ${team}`;
    await insertTeams(sql, [other]);
    await insertDevices(sql, otherFacts);
    for (const one of otherFacts) await insertFacts(sql, [one]);
    await expectMerged(sql);
  });

  test("when the facts precede the migration, and when it runs again", async () => {
    const { sql } = lateStack();
    const all = migrations();
    const file = all.findIndex(({ name }) => name.includes("composed_names"));
    await migrate(sql, all.toSpliced(file, 1));
    await insertTeams(sql, [team]);
    await insertDevices(sql, facts);
    await insertFacts(sql, facts);
    expect(await sql`select agent from ai_sync.reward_ledger`).toHaveLength(2);
    // Applies the file that was left out, and the files after it once more.
    await migrate(sql, all.slice(file));
    await expectMerged(sql);
    await migrate(sql, all.slice(file));
    await expectMerged(sql);
  });

  test("the server knows the store columns that contain JSON", () => {
    const sql = migrations().find(({ name }) => name.includes("composed_names"))?.sql ?? "";
    const quotedNames = /name in \(([^)]*)\)/.exec(sql)?.[1] ?? "";
    const columns = allStores.flatMap((store) => store.columns.filter(({ holds }) => holds === "json").map(({ name }) => name));
    expect(columns.filter((name) => !name.endsWith("_json") && !quotedNames.includes(`'${name}'`))).toEqual([]);
  });
});
