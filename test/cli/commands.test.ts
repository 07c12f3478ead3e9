import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcess } from "../support/cli-here.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { chain, chainReports, finding, report } from "./reports.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const status = {
  agent: "claude-code",
  project: null,
  coins: -1.9,
  streak_pass: 1,
  streak_block: 0,
  best_streak_pass: 6,
  last_verdict: "PASS",
  last_delta: 20,
  last_run_at: "2026-03-11T12:00:00.000Z",
  runs: 11,
  top_violations: [
    { rule: "E501", count: 12 },
    { rule: "W0702", count: 2 },
  ],
  dated_ahead: [],
  recorded_ahead: null,
  warnings: [],
};

describe("a ledger with the worked example", () => {
  let home: Home;
  beforeAll(async () => {
    home = await session.newHome();
    for (const [index, one] of chainReports.entries()) await home.file(`reports/${index}.json`, JSON.stringify(one));
    const imported = await home.json(["import", "reports", "--project", "acme/shop"]);
    expect(imported).toMatchObject({
      code: 0,
      stderr: "",
      document: { files: 11, recorded: 11, duplicates: 0, rejected: [], disagreements: [] },
    });
  });

  it("status: prints one JSON document and nothing on standard error", async () => {
    expect(await home.json(["status"])).toMatchObject({ code: 0, stderr: "", document: status });
    const { document } = await home.json(["status", "--project", "acme/shop"]);
    expect(document).toEqual({ ...status, project: "acme/shop" });
    expect((await home.cli(["status", "--json"])).stdout).toMatch(/^\{.*\}\n$/);
  });

  it("status: reports an agent without runs", async () => {
    expect(await home.json(["status", "--agent", "codex"])).toMatchObject({
      code: 0,
      document: { agent: "codex", coins: 0, last_verdict: "UNKNOWN", last_delta: null, runs: 0, top_violations: [] },
    });
    expect(await home.json(["status"], { env: { REWARD_LEDGER_AGENT: "codex" } })).toMatchObject({
      document: { agent: "codex" },
    });
  });

  it("status: prints text for people", async () => {
    const { stdout, code } = await home.cli(["status"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^claude-code {2}all projects\n\nCoins {10,}-1\.90 /);
    expect(stdout).toMatch(/Last verdict +PASS +.* ago, 2026-03-11 12:00\n/);
    expect(stdout).toContain("Top violations  E501 (12), W0702 (2)\n");
  });

  it("agents", async () => {
    expect((await home.json(["agents"])).document).toEqual([status]);
    expect((await home.cli(["agents"])).stdout).toMatch(/^Agent +Coins[^\n]*\nclaude-code +-1\.90 [^\n]*\n$/);
  });

  it("history: lists coins after each run, oldest first", async () => {
    const { document } = await home.json(["history"]);
    expect(document).toHaveLength(chain.length);
    expect(document).toMatchObject(chain.map(({ coins, delta }) => ({ coins, reward_delta: delta })));
    expect(document).toMatchObject([
      {
        run_id: "review-001",
        agent: "claude-code",
        project: "acme/shop",
        created_at: "2026-03-01T12:00:00.000Z",
        score: 100,
        verdict: "PASS",
        coin_delta: 2,
        streak_pass: 1,
        streak_block: 0,
        findings: 2,
      },
      ...chain.slice(1).map(() => ({})),
    ]);
    const newest = await home.json(["history", "--limit", "2"]);
    expect(newest.document).toMatchObject([{ run_id: "review-010" }, { run_id: "review-011" }]);
    expect((await home.cli(["history", "--limit", "2"])).stdout.split("\n")).toHaveLength(4);
  });

  it.each([
    ["2026-03-10", 2],
    ["2026-03-10T12:00:00Z", 2],
    ["2026-03-10T12:00:01Z", 1],
    ["2026-03-10T14:00:00+02:00", 2],
    ["2027-01-01", 0],
  ])("history --since %s", async (since, runs) => {
    expect((await home.json(["history", "--since", since])).document).toHaveLength(runs);
  });

  it("violations: counts over all runs, the latest runs or since a day", async () => {
    const { document } = await home.json(["violations"]);
    expect(document).toEqual([
      {
        rule: "E501",
        count: 12,
        runs: 6,
        first_seen: "2026-03-01T12:00:00.000Z",
        last_seen: "2026-03-11T12:00:00.000Z",
        by_severity: { error: 0, warning: 12, info: 0 },
      },
      {
        rule: "W0702",
        count: 2,
        runs: 2,
        first_seen: "2026-03-07T12:00:00.000Z",
        last_seen: "2026-03-09T12:00:00.000Z",
        by_severity: { error: 2, warning: 0, info: 0 },
      },
    ]);
    expect((await home.json(["violations", "--last", "1"])).document).toMatchObject([{ rule: "E501", count: 2 }]);
    expect((await home.json(["violations", "--since", "2026-03-09"])).document).toMatchObject([
      { rule: "E501", count: 4 },
      { rule: "W0702", count: 1 },
    ]);
    expect((await home.cli(["violations"])).stdout).toMatch(/\nE501 +12 +6 +- +12 +- /);
  });

  it("show and breaking: report one run and the runs that broke a rule", async () => {
    expect((await home.json(["show", "review-006"])).document).toMatchObject({
      run: { run_id: "review-006", coins: 6.2 },
      formula: { score: 120, baseline: 80, reward: 4, bonus: 0.5, total: 4.5, coins_before: 1.7, coins_after: 6.2 },
    });
    expect((await home.cli(["show", "review-006"])).stdout).toContain("bonus for 6 passes in a row: +0.50");
    expect((await home.json(["breaking", "W0702"])).document).toMatchObject([{ run_id: "review-009" }, { run_id: "review-007" }]);
    expect((await home.cli(["breaking", "W0702"])).stdout).toContain("review-009");
  });

  it("verify and doctor: report a sound ledger", async () => {
    const verified = await home.json(["verify"]);
    expect(verified).toMatchObject({ code: 0, document: { ok: true, facts: 11, agents: [status], problems: [] } });
    expect(verified.document).toMatchObject({ devices: [{ facts: 11, head: expect.stringMatching(/^[0-9a-f]{64}$/) }] });
    expect((await home.cli(["verify"])).stdout).toMatch(/^OK {2}11 facts of 1 device: /);
    const doctor = await home.json(["doctor"]);
    expect(doctor).toMatchObject({ code: 0, document: { ok: true } });
    expect(doctor.document).toMatchObject({
      checks: expect.arrayContaining([{ name: "home", state: "ok", detail: home.path, hint: null }]),
    });
    expect((await home.cli(["doctor"])).stdout).toMatch(/\nok +home +\//);
  });

  it("rebuild", async () => {
    expect(await home.json(["rebuild"])).toMatchObject({ code: 0, document: { facts: 11 } });
    expect((await home.cli(["rebuild"])).stdout).toBe("The index was built again from 11 facts.\n");
  });

  it("export: writes every format to standard output and to a file, and the result can be imported", async () => {
    const json = await home.cli(["export"]);
    expect(json).toMatchObject({ code: 0, stderr: "11 runs exported as json\n" });
    expect(JSON.parse(json.stdout)).toMatchObject({ runs: chain.map(() => ({ agent: "claude-code" })) });
    expect((await home.json(["export"])).document).toEqual({ ...JSON.parse(json.stdout), exported_at: expect.any(String) });

    const csv = await home.cli(["export", "--format", "csv", "--quiet"]);
    expect(csv.stderr).toBe("");
    expect(csv.stdout.trimEnd().split("\n")).toHaveLength(12);
    expect((await home.json(["export", "--format", "csv"])).document).toMatchObject({
      format: "csv",
      runs: 11,
      content: csv.stdout,
    });

    const out = await home.json(["export", "--format", "specfact", "--out", "ledger.json"]);
    expect(out.document).toEqual({ format: "specfact", runs: 11, out: "ledger.json", content: null });
    const ledger: unknown = JSON.parse(await readFile(join(home.work, "ledger.json"), "utf8"));
    expect(ledger).toMatchObject({
      agent: "claude-code",
      cumulative_coins: -1.9,
      streak_pass: 1,
      violation_counts: { E501: 12 },
    });
    expect((await home.cli(["export", "--out", "all.json"])).stdout).toBe("Exported 11 runs as json to all.json\n");

    const other = await session.newHome();
    expect((await other.json(["import", join(home.work, "all.json")])).document).toMatchObject({ recorded: 11 });
    expect((await other.json(["status"])).document).toEqual(status);
    expect((await other.json(["import", join(home.work, "ledger.json")])).document).toMatchObject({ disagreements: [] });
  });
});

describe("update", () => {
  it("records a piped report once", async () => {
    const home = await session.newHome();
    const input = JSON.stringify(report({ findings: [finding("E501")] }));
    const first = await home.json(["update", "--issue", "42", "--changed-file", "a.py", "--changed-file", "b.py"], { input });
    expect(first).toMatchObject({
      code: 0,
      stderr: "",
      document: {
        recorded: true,
        reason: null,
        run: { run_id: "review-001", score: 85, coin_delta: 0.5, coins: 0.5, findings: 1, issue_number: 42, project: "work" },
        status: { agent: "claude-code", coins: 0.5, streak_pass: 1, runs: 1 },
      },
    });
    expect(await home.json(["update"], { input })).toMatchObject({ code: 0, document: { recorded: false, reason: "duplicate" } });
    expect((await home.cli(["update"], { input })).stdout).toMatch(/^Unchanged: run review-001 is already recorded\n/);
    expect((await home.json(["show", "review-001"])).document).toMatchObject({ changed_files: ["a.py", "b.py"] });
  });

  it("reads a file, or a path on standard input as some producers print it", async () => {
    const home = await session.newHome();
    await home.file("review-report.json", JSON.stringify(report()));
    await home.file("my reports/zweiter Bericht ü.json", JSON.stringify(report({ run_id: "review-002" })));
    const piped = await home.cli(["update"], { input: "review-report.json\n" });
    expect(piped).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Recorded review-001: score 85, 0 findings, \+0\.50 coins\n/),
    });
    const named = await home.json(["update", "--from", "my reports/zweiter Bericht ü.json"], { input: "not looked at" });
    expect(named).toMatchObject({ code: 0, document: { run: { run_id: "review-002" }, status: { runs: 2 } } });
  });

  it("rejects different content under a known id and keeps the recorded run", async () => {
    const home = await session.newHome();
    await home.cli(["update"], { input: JSON.stringify(report()) });
    const other = await home.json(["update"], { input: JSON.stringify(report({ score: 20 })) });
    expect(other).toMatchObject({
      code: 1,
      document: { error: { code: "conflict", message: expect.stringContaining("review-001") } },
    });
    expect((await home.json(["update", "--agent", "codex"], { input: JSON.stringify(report({ score: 20 })) })).code).toBe(0);
    expect((await home.json(["status"])).document).toMatchObject({ coins: 0.5, runs: 1 });
  });

  it("prints the streak bonus", async () => {
    const home = await session.newHome();
    for (const n of [1, 2, 3, 4]) await home.cli(["update"], { input: JSON.stringify(report({ run_id: `r${n}`, score: 100 })) });
    const fifth = await home.cli(["update"], { input: JSON.stringify(report({ run_id: "r5", score: 100 })) });
    expect(fifth.stdout).toContain("+2.50 coins, streak bonus +0.50 included\n");
    expect(fifth.stdout).toContain("claude-code: 10.50 coins, streak 5 passes, 5 runs, last verdict PASS\n");
  });
});

describe("score", () => {
  it("produces a report that update accepts", async () => {
    const home = await session.newHome();
    const findings = JSON.stringify([finding("E501"), finding("W0702", { severity: "error" })]);
    const scored = await home.json(["score", "--run-id", "review-9"], { input: findings });
    expect(scored).toMatchObject({ code: 0, document: { run_id: "review-9", overall_verdict: "FAIL", findings: [{}, {}] } });
    expect(await home.json(["update"], { input: scored.stdout })).toMatchObject({ code: 0, document: { recorded: true } });
    expect((await home.cli(["score"], { input: findings })).stdout).toMatch(/^Score +\d+ {2}reward [+-]\d+\nVerdict +FAIL\n/);
  });
});

describe("reset", () => {
  it("requires confirmation, hides runs, and can be undone", async () => {
    const home = inProcess(await session.newHome());
    await home.cli(["update"], { input: JSON.stringify(report()) });
    await home.cli(["update", "--agent", "codex"], { input: JSON.stringify(report()) });
    const unconfirmed = await home.json(["reset"]);
    expect(unconfirmed).toMatchObject({
      code: 1,
      document: { error: { code: "not_confirmed", hint: expect.stringContaining("--confirm") } },
    });
    expect((await home.json(["status"])).document).toMatchObject({ runs: 1 });

    expect(await home.json(["reset", "--confirm", "--agent", "codex"])).toMatchObject({
      code: 0,
      document: { reset: true, agent: "codex", hidden_runs: 1 },
    });
    expect((await home.json(["reset", "--confirm"])).document).toMatchObject({ reset: true, agent: null, hidden_runs: 1 });
    expect((await home.json(["agents"])).document).toEqual([]);

    const own = { agent: null, at: expect.any(String), hidden_runs: 1 };
    expect((await home.json(["status"])).document).toMatchObject({ runs: 0, resets: [own] });
    const { stdout } = await home.cli(["status"]);
    expect(stdout).toMatch(
      /No runs count\.\n\nReset of all agents on .*: hides 1 run\.\nUndo it: {2}reward-ledger reset --undo\n$/,
    );
    const codex = await home.cli(["status", "--agent", "codex"]);
    expect(codex.stdout).toMatch(
      /Reset of codex on .*: hides 1 run\.\n.*reset --undo --agent codex\n\nReset of all agents on .*: hides 1 run\.\n/,
    );
    const hidden = "Runs are hidden by a reset: `reward-ledger reset --undo` takes it back.\n";
    for (const list of [["history"], ["agents"], ["violations"], ["breaking", "E501"]]) {
      expect(await home.cli(list)).toMatchObject({ code: 0, stdout: expect.not.stringContaining("recorded"), stderr: hidden });
    }
    const other = await home.cli(["status", "--agent", "never"]);
    expect(other.stdout).toContain("No runs of this agent are recorded.\nRecord a run:");
    expect((await home.cli(["history", "--agent", "never"])).stderr).toBe("");

    expect((await home.cli(["reset", "--undo"])).stdout).toContain("1 run counts again\n");
    expect((await home.json(["reset", "--undo"])).document).toMatchObject({ undone: true, agent: "codex", restored_runs: 1 });
    expect((await home.json(["agents"])).document).toHaveLength(2);
    expect(await home.json(["reset", "--undo"])).toMatchObject({ code: 1, document: { error: { code: "nothing_to_undo" } } });
  });
});

describe("a filter that matches nothing", () => {
  const ending = /^Nothing matches these filters\.\nList everything: +reward-ledger (.+)\n$/;

  it.each([
    [["history", "--agent", "nobody"], "history"],
    [["history", "--since", "2040-01-01"], "history"],
    [["agents", "--project", "nobody"], "agents"],
    [["eval", "list", "--branch", "none"], "eval list"],
    [["eval", "summary", "--project", "none"], "eval list"],
    [["task", "list", "--state", "running"], "task list"],
    [["inbox", "list", "--state", "seen"], "inbox list"],
    [["audit", "list", "--tool-name", "git"], "audit list"],
    [["memory", "list", "--current"], "memory list"],
    [["store", "list", "tasks", "--where", "state=running"], "store list tasks"],
  ])("is told apart from an empty ledger: %j", async (words, all) => {
    const home = await session.newHome();
    await home.cli(["update"], { input: JSON.stringify(report()) });
    const { stdout, code } = await home.cli(words);
    expect({ code, all: ending.exec(stdout)?.[1] }).toEqual({ code: 0, all });
  });
});
