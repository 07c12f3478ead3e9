import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { startCollector } from "../../src/collector/main.ts";
import { inProcess } from "../support/cli-here.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { report } from "./reports.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

type Test = Readonly<{ name: string; passed: boolean; cost_usd?: number; duration_ms?: number }>;

const evalFile = (day: string, tests: readonly Test[], extra: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    schema_version: 1,
    version: "1.4.0",
    git_branch: "main",
    git_sha: "abc1234",
    timestamp: `2026-03-${day}T08:00:00.000Z`,
    hostname: "ci",
    tier: "e2e",
    total: tests.length,
    passed: tests.filter(({ passed }) => passed).length,
    failed: tests.filter(({ passed }) => !passed).length,
    total_cost_usd: tests.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0),
    duration_seconds: 12,
    all_results: tests.map((test) => ({ suite: "shop", tier: "e2e", ...test })),
    ...extra,
  });

const run = z.strictObject({
  id: z.string(),
  timestamp: z.iso.datetime(),
  git_branch: z.string(),
  git_sha: z.string(),
  tier: z.string(),
  version: z.string(),
  label: z.string().nullable(),
  passed: z.int(),
  pass_k: z.strictObject({ k: z.int(), passed: z.int(), rate: z.number().nullable() }).nullable(),
  failed: z.int(),
  total: z.int(),
  total_cost_usd: z.number(),
  duration_seconds: z.number(),
  project: z.string().nullable(),
  partial: z.boolean(),
  timestamp_given: z.boolean(),
  stated_at: z.string().nullable(),
  cost_usd: z.number(),
  cost_complete: z.boolean(),
});
const listed = z.array(run.extend({ baseline: z.boolean() }));
const pushed = z.looseObject({
  recorded: z.boolean(),
  reason: z.enum(["duplicate", "rejected"]).nullable(),
  run: run.nullable(),
});
const error = z.object({ error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }) });

/** Two runs: `search` breaks, `login` is repaired, `pay` is unchanged, `cart` is removed, `mail` is added. */
async function twoRuns(): Promise<Home> {
  const home = await session.newHome();
  const before = [
    { name: "login", passed: false, cost_usd: 0.1, duration_ms: 1000 },
    { name: "search", passed: true, cost_usd: 0.1, duration_ms: 2000 },
    { name: "pay", passed: true, cost_usd: 0.2, duration_ms: 3000 },
    { name: "cart", passed: true, cost_usd: 0.1, duration_ms: 1000 },
  ];
  const after = [
    { name: "login", passed: true, cost_usd: 0.1, duration_ms: 1000 },
    { name: "search", passed: false, cost_usd: 0.1, duration_ms: 2000 },
    { name: "pay", passed: true, cost_usd: 0.2, duration_ms: 3000 },
    { name: "mail", passed: true, cost_usd: 0.4, duration_ms: 500 },
  ];
  await home.file("before.json", evalFile("01", before));
  await home.file("after.json", evalFile("02", after, { git_branch: "topic", label: "faster" }));
  const pushed = await inProcess(home).cli(["eval", "push", "before.json", "after.json", "--project", "acme/shop"]);
  expect(pushed).toMatchObject({ code: 0 });
  return home;
}

/** The output of `eval list` without the fields that only it has. */
const runsOf = async (home: Home) =>
  listed.parse((await home.json(["eval", "list"])).document).map(({ baseline: _, ...one }) => one);

it("a process prints the same as an in-process call", async () => {
  const home = await twoRuns();
  const inside = inProcess(home);
  for (const args of [["compare"], ["baseline", "latest"], ["summary"], ["trend"], ["cost"], ["cache", "stats"]]) {
    const command = ["eval", ...args];
    const { code, stdout, stderr } = await home.cli(command);
    expect(await inside.cli(command), args.join(" ")).toMatchObject({ code, stdout, stderr });
  }
  for (const command of [
    ["eval", "show", "latest"],
    ["eval", "show", "nothing"],
    ["eval", "cost", "--limit", "x"],
  ]) {
    const { code, document, stderr } = await home.json(command);
    expect(await inside.json(command), command.join(" ")).toMatchObject({ code, document, stderr });
  }
});

describe("eval push", () => {
  it("returns the run, recognizes it when pushed again, and reports each of several files separately", async () => {
    const home = await session.newHome();
    const file = await home.file("run.json", evalFile("01", [{ name: "login", passed: true }]));
    await home.file("bad.json", '{"tier":"e2e","all_results":[]}');
    const first = await home.json(["eval", "push", file]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const recorded = pushed.parse(first.document);
    expect(recorded).toMatchObject({ recorded: true, reason: null, run: { total: 1, passed: 1, failed: 0, git_sha: "abc1234" } });
    const again = await inProcess(home).json(["eval", "push", file]);
    expect(again).toMatchObject({ code: 0, document: { recorded: false, reason: "duplicate", run: recorded.run } });
    const several = await home.json(["eval", "push", file, "bad.json", "gone.json"]);
    expect(several.code).toBe(1);
    expect(z.array(pushed).parse(several.document)).toMatchObject([
      { reason: "duplicate" },
      { reason: "rejected", run: null, error: { code: "invalid_eval", message: expect.stringContaining("schema_version") } },
      { reason: "rejected", run: null, error: { code: "unreadable_file" } },
    ]);
    expect((await inProcess(home).json(["eval", "list"])).document).toEqual([
      { ...recorded.run, baseline: false, cost_usd: 0, cost_complete: false },
    ]);
  });

  it("prints the same cost as eval list, even when a run reports none or a model has no price", async () => {
    const home = inProcess(await session.newHome());
    const tokens = (model: string, millions: number) => ({
      model,
      calls: 1,
      input_tokens: millions * 1e6,
      output_tokens: millions * 1e5,
    });
    const cached = {
      calls: 1,
      input_tokens: 5,
      output_tokens: 100,
      cache_read_input_tokens: 1e5,
      cache_creation_input_tokens: 2000,
    };
    const tests = [{ name: "login", passed: true }];
    await home.file("cached.json", evalFile("01", tests, { costs: [{ model: "claude-sonnet-4-5", ...cached }] }));
    const models = [tokens("claude-sonnet-4-5", 1), tokens("claude-opus-4-6", 2), tokens("claude-opus-4-6-fast", 1)];
    await home.file("unpriced.json", evalFile("02", tests, { costs: models }));
    for (const prefix of ["Recorded", "Already recorded"]) {
      const lines = (await home.cli(["eval", "push", "cached.json", "unpriced.json"])).stdout.split("\n");
      expect(lines[0]).toMatch(new RegExp(`^${prefix} cached\\.json: .*, \\$0\\.04$`));
      expect(lines[1]).toMatch(new RegExp(`^${prefix} unpriced\\.json: .*, ≥ \\$19\\.50$`));
    }
    const list = (await home.cli(["eval", "list"])).stdout;
    expect(list).toContain(" $0.04 ");
    expect(list).toContain("≥ $19.50");
    expect((await home.json(["eval", "push", "unpriced.json"])).document).toMatchObject({
      run: { cost_usd: 19.5, cost_complete: false },
    });
  });

  it("reads a run from standard input, and its label from the environment", async () => {
    const home = await session.newHome();
    const answer = await home.json(["eval", "push"], {
      input: evalFile("01", [{ name: "login", passed: true }]),
      env: { EVAL_LABEL: "nightly" },
    });
    expect(answer).toMatchObject({ code: 0, document: { recorded: true, run: { label: "nightly" } } });
    expect(await home.json(["eval", "push"], { input: "not json" })).toMatchObject({ code: 1 });
  });

  it("imports a folder and reports what it skipped", async () => {
    const home = await session.newHome();
    const runs = makeEvalHistory({ seed: 5, runs: 6, tests: 5 });
    for (const [index, one] of runs.entries()) await home.file(`evals/${index}.json`, JSON.stringify(one));
    await home.file("evals/_partial-e2e.json", evalFile("01", [], { _partial: true }));
    await home.file("evals/broken.json", "{");
    const { code, document } = await home.json(["eval", "import", "evals"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      recorded: 6,
      duplicates: 0,
      skipped: 1,
      rejected: [{ file: expect.stringContaining("broken.json"), code: "invalid_json" }],
    });
    expect(await inProcess(home).json(["eval", "import", "nowhere"])).toMatchObject({
      code: 1,
      document: { error: { code: "unreadable_file" } },
    });
  });
});

describe("import", () => {
  it("recognizes eval files among reports by their content", async () => {
    const home = await session.newHome();
    for (const [index, one] of makeEvalHistory({ seed: 5, runs: 3, tests: 4 }).entries()) {
      await home.file(`mixed/eval-${index}.json`, JSON.stringify(one));
    }
    await home.file("mixed/_partial-e2e.json", evalFile("01", [{ name: "login", passed: true }], { _partial: true }));
    await home.file("mixed/wrong.json", '{"all_results":[],"tier":"e2e"}');
    await home.file("mixed/review.json", JSON.stringify(report()));
    expect((await home.json(["import", "mixed"])).document).toMatchObject({
      files: 6,
      recorded: 4,
      duplicates: 0,
      rejected: [{ file: expect.stringContaining("wrong.json"), code: "invalid_eval" }],
    });
    const inside = inProcess(home);
    expect((await inside.json(["import", "mixed"])).document).toMatchObject({ recorded: 0, duplicates: 4 });
    expect((await inside.json(["eval", "list"])).document).toHaveLength(3);
    expect((await inside.json(["status"])).document).toMatchObject({ runs: 1 });
    expect((await inside.json(["verify"])).document).toMatchObject({ ok: true });
  });
});

describe("eval list and show", () => {
  it("marks a stopped run, counts its cost, and replaces it once the complete run is recorded", async () => {
    const home = inProcess(await session.newHome());
    const done = [{ name: "login", passed: true, cost_usd: 0.1 }];
    await home.file("_partial-e2e.json", evalFile("01", done, { _partial: true }));
    const pushed = await home.cli(["eval", "push", "_partial-e2e.json", "--project", "acme/shop"]);
    expect(pushed.stdout).toContain("incomplete");
    expect((await home.cli(["eval", "list"])).stdout).toContain("1 run, 1 incomplete, $0.10");
    expect((await home.json(["eval", "show", "latest"])).document).toMatchObject({ run: { partial: true }, cost_usd: 0.1 });
    expect((await home.json(["eval", "cost"])).document).toMatchObject({ total_usd: 0.1 });
    expect((await home.json(["eval", "summary"])).document).toMatchObject({ partial_runs: 1, total_cost_usd: 0.1 });
    expect((await home.json(["eval", "trend"])).document).toEqual([]);
    expect(await home.cli(["eval", "baseline", "latest"])).toMatchObject({ code: 1 });
    await home.file("whole.json", evalFile("01", [...done, { name: "search", passed: true, cost_usd: 0.2 }]));
    await home.cli(["eval", "push", "whole.json", "--project", "acme/shop"]);
    expect((await home.cli(["eval", "list"])).stdout).toContain("1 run, $0.30");
    expect(await home.cli(["verify"])).toMatchObject({ code: 0 });
  });

  it("marks a run whose time is unknown, and does not treat it as the latest", async () => {
    const home = inProcess(await session.newHome());
    await home.file("dated.json", evalFile("01", [{ name: "a", passed: true }]));
    await home.file("undated.json", evalFile("02", [{ name: "b", passed: true }], { timestamp: "soon", total: -1, passed: 5 }));
    await home.cli(["eval", "push", "dated.json", "undated.json", "--project", "acme/shop"]);
    const text = (await home.cli(["eval", "list"])).stdout;
    expect(text).toContain("time unknown");
    expect(text).not.toContain("%-");
    expect(text).not.toMatch(/-\d+%/);
    expect((await home.json(["eval", "show", "latest"])).document).toMatchObject({ tests: [{ name: "a" }] });
    expect((await home.cli(["eval", "list", "--limit", "1"])).stdout).toContain("1 of 2 runs");
  });

  it("lists newest first, filtered by branch and tier and limited in number", async () => {
    const home = inProcess(await twoRuns());
    const all = listed.parse((await home.json(["eval", "list"])).document);
    expect(all.map(({ git_branch }) => git_branch)).toEqual(["topic", "main"]);
    expect((await home.json(["eval", "list", "--branch", "main"])).document).toEqual([all[1]]);
    expect((await home.json(["eval", "list", "--limit", "1"])).document).toEqual([all[0]]);
    expect((await home.json(["eval", "list", "--tier", "llm-judge"])).document).toEqual([]);
    expect(await home.cli(["eval", "list"])).toMatchObject({ code: 0, stdout: expect.stringContaining("2 runs, $1.30") });
    expect(await home.cli(["eval", "list", "--limit", "none"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("explains how to begin when nothing is recorded", async () => {
    const home = inProcess(await session.newHome());
    expect(await home.cli(["eval", "list"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("reward-ledger eval import junit.xml"),
    });
    expect((await home.json(["eval", "trend"])).document).toEqual([]);
    const missing = await home.json(["eval", "show", "latest"]);
    expect(missing.code).toBe(1);
    expect(error.parse(missing.document).error.code).toBe("not_found");
  });

  it("shows a run by its id or as previous, and rejects an ambiguous id prefix", async () => {
    const home = inProcess(await twoRuns());
    const [newest, oldest] = await runsOf(home);
    expect((await home.json(["eval", "show", newest?.id ?? ""])).document).toMatchObject({
      run: newest,
      baseline: false,
      tests: [{ name: "login" }, { name: "search", passed: false }, { name: "pay" }, { name: "mail" }],
      costs: { complete: true },
    });
    expect((await home.json(["eval", "show", "previous"])).document).toMatchObject({ run: oldest });
    const both = await home.json(["eval", "show", (newest?.id ?? "").slice(0, 1)]);
    expect(both.code).toBe(1);
  });
});

describe("eval compare", () => {
  it("reports that a first run has nothing to compare with, and compares a file with the latest run", async () => {
    const home = inProcess(await session.newHome());
    await home.file("one.json", evalFile("01", [{ name: "login", passed: true, cost_usd: 0.1 }]));
    await home.file("two.json", evalFile("02", [{ name: "login", passed: false, cost_usd: 0.1 }]));
    await home.cli(["eval", "push", "one.json", "--project", "acme/shop"]);
    const alone = await home.cli(["eval", "compare"]);
    expect(alone).toMatchObject({ code: 0, stderr: "" });
    expect(alone.stdout).toContain("Nothing to compare");
    expect((await home.json(["eval", "compare"])).document).toMatchObject({ before: null, after: { tier: "e2e" } });
    expect(await home.cli(["eval", "trend"])).toMatchObject({ code: 0 });
    // A file is compared with the latest run, and never with itself.
    const file = (await home.json(["eval", "compare", "two.json", "--project", "acme/shop"])).document;
    expect(file).toMatchObject({ regressed: 1, after: { id: "two.json" } });
    expect((await home.json(["eval", "compare", "one.json", "--project", "acme/shop"])).document).toMatchObject({ before: null });
  });

  it("reports that no team is set up when a team is asked about", async () => {
    const home = await session.newHome();
    expect((await inProcess(home).cli(["eval", "leaderboard"])).stdout).toContain("No team is set up");
    const evals = ["list", "summary", "trend", "tests", "cost"].map((verb) => ["eval", verb]);
    const commands = [["status"], ["history"], ["violations"], ["breaking", "some-rule"], ...evals];
    for (const [index, command] of commands.entries()) {
      // Processes for the other commands would show nothing more: JSON without a note is a rule of the program, not of a command.
      const { cli } = index === 0 ? home : inProcess(home);
      const answer = await cli([...command, "--team"]);
      expect(answer, command.join(" ")).toMatchObject({ code: 0, stderr: expect.stringContaining("No team is set up") });
      expect(await cli([...command, "--team", "--json"]), command.join(" ")).toMatchObject({ code: 0, stderr: "" });
      expect(await cli(command), command.join(" ")).toMatchObject({ code: 0, stderr: "" });
    }
  });

  const compared = z.looseObject({
    before: run,
    after: run,
    improved: z.int(),
    regressed: z.int(),
    unchanged: z.int(),
    added: z.int(),
    removed: z.int(),
    total_cost_delta_usd: z.number(),
    total_duration_delta_ms: z.number(),
    deltas: z.array(
      z.looseObject({
        suite: z.string(),
        name: z.string(),
        change: z.enum(["improved", "regressed", "unchanged", "added", "removed"]),
        before: z.looseObject({ passed: z.boolean() }).nullable(),
        after: z.looseObject({ passed: z.boolean() }).nullable(),
      }),
    ),
    notes: z.array(z.string()),
  });

  it("shows improved, regressed, unchanged, added and removed tests, for runs and files", async () => {
    const home = inProcess(await twoRuns());
    for (const args of [[], ["latest"], ["previous", "latest"], ["before.json", "after.json"]]) {
      const { code, document } = await home.json(["eval", "compare", ...args]);
      const view = compared.parse(document);
      expect([code, view.improved, view.regressed, view.unchanged, view.added, view.removed]).toEqual([0, 1, 1, 1, 1, 1]);
      expect(Object.fromEntries(view.deltas.map(({ name, change }) => [name, change]))).toEqual({
        login: "improved",
        search: "regressed",
        pay: "unchanged",
        mail: "added",
        cart: "removed",
      });
      expect(view.total_cost_delta_usd).toBe(0.3);
      expect(view.notes[0]).toContain("search");
    }
    const text = (await home.cli(["eval", "compare"])).stdout;
    expect(text).toContain("1 improved, 1 regressed, 1 unchanged, 1 added, 1 removed");
    expect(text).toContain("Cost +$0.30");
  });

  it("limits terminal output to a screenful and reports what it left out", async () => {
    const home = inProcess(await session.newHome());
    const tests = (passed: boolean): readonly Test[] =>
      Array.from({ length: 60 }, (_, index) => ({ name: `test-${index}`, passed: index < 30 ? passed : true }));
    await home.file("a.json", evalFile("01", tests(true)));
    await home.file("b.json", evalFile("02", tests(false)));
    const { stdout } = await home.cli(["eval", "compare", "a.json", "b.json"]);
    expect(stdout).toContain("and 10 more unchanged; --json lists them all");
    expect(stdout).toContain("and 10 more notes; --json lists them all");
    expect(stdout.match(/regressed$/gm)?.length ?? 0).toBe(0);
    expect(stdout.split("\n").filter((line) => line.includes("↓ regressed"))).toHaveLength(30);
    expect(compared.parse((await home.json(["eval", "compare", "a.json", "b.json"])).document).deltas).toHaveLength(60);
  });

  it("compares with the pinned baseline until it is unpinned", async () => {
    const home = inProcess(await twoRuns());
    await home.file("third.json", evalFile("03", [{ name: "login", passed: true }], { git_branch: "topic" }));
    await home.cli(["eval", "push", "third.json", "--project", "acme/shop"]);
    const runs = await runsOf(home);
    const oldest = runs.at(-1);
    expect((await home.json(["eval", "baseline", oldest?.id ?? ""])).document).toMatchObject({
      pinned: true,
      tier: "e2e",
      run: oldest,
    });
    expect((await home.json(["eval", "compare"])).document).toMatchObject({ before: oldest, after: runs[0] });
    expect((await home.json(["eval", "compare", "baseline", "latest"])).document).toMatchObject({ before: oldest });
    expect((await home.json(["eval", "baseline", oldest?.id ?? "", "--unpin"])).document).toMatchObject({ pinned: false });
    expect((await home.json(["eval", "compare"])).document).toMatchObject({ before: runs[1], after: runs[0] });
  });
});

describe("eval summary, trend and cost", () => {
  it("prints trends ordered by status, as JSON, Markdown and CSV", async () => {
    const home = inProcess(await session.newHome());
    const outcomes = {
      flaky: "1010101010",
      degrading: "1111111000",
      improving: "0000000111",
      dead: "0000000000",
      fine: "1111111111",
    };
    for (let day = 0; day < 10; day += 1) {
      const tests = Object.entries(outcomes).map(([name, results]) => ({ name, passed: results[day] === "1" }));
      await home.file(`${day}.json`, evalFile(String(day + 1).padStart(2, "0"), tests));
    }
    await home.cli(["eval", "import", "."]);
    const trend = z.array(
      z.strictObject({
        tier: z.string(),
        suite: z.string(),
        name: z.string(),
        pass_rate: z.number(),
        flips: z.int(),
        streak: z.strictObject({ type: z.enum(["pass", "fail"]), count: z.int() }),
        status: z.enum(["flaky", "degrading", "improving", "stable-fail", "stable-pass"]),
        interval: z.tuple([z.number(), z.number()]),
        results: z.array(z.strictObject({ timestamp: z.iso.datetime(), passed: z.boolean(), retried: z.boolean() })),
        health: z.enum(["broken", "degrading", "flaky", "recovering", "too-few", "healthy"]),
        health_reason: z.string(),
        health_why: z.looseObject({ kind: z.string() }),
        health_since: z.strictObject({ run: z.uuid(), timestamp: z.iso.datetime(), git_sha: z.string() }).nullable(),
      }),
    );
    const rows = trend.parse((await home.json(["eval", "trend"])).document);
    expect(rows.map(({ name, status }) => [name, status])).toEqual([
      ["flaky", "flaky"],
      ["degrading", "degrading"],
      ["improving", "improving"],
      ["dead", "stable-fail"],
      ["fine", "stable-pass"],
    ]);
    expect(rows[1]).toMatchObject({ pass_rate: 0.7, flips: 1, streak: { type: "fail", count: 3 } });
    // Wilson 95 % of 7 in 10.
    expect(rows[1]?.interval.map((bound) => bound.toFixed(3))).toEqual(["0.397", "0.892"]);
    const one = trend.parse((await home.json(["eval", "trend", "--test", "dead", "--limit", "4"])).document);
    expect(one.map(({ name, results }) => [name, results.length])).toEqual([["dead", 4]]);
    expect((await home.cli(["eval", "trend", "--markdown"])).stdout).toMatch(/^\| .*\n\| -/);
    const csv = (await home.cli(["eval", "trend", "--csv"])).stdout.split(/\r?\n/).filter((line) => line !== "");
    expect(csv).toHaveLength(6);
    expect((await home.json(["eval", "summary"])).document).toMatchObject({ runs: 10, flaky: [{ name: "flaky" }] });
  });

  it("totals the cost by model, and reports when it is incomplete", async () => {
    const home = inProcess(await session.newHome());
    const million = { calls: 1, input_tokens: 1_000_000, output_tokens: 500_000 };
    await home.file(
      "priced.json",
      evalFile("01", [{ name: "login", passed: true }], { costs: [{ model: "claude-sonnet-4-6", ...million }] }),
    );
    await home.file(
      "mixed.json",
      evalFile("02", [{ name: "login", passed: true }], {
        costs: [
          { model: "house-model-7", ...million },
          { model: "gpt-x", ...million, cost_usd: 2.5 },
        ],
      }),
    );
    const entry = z.strictObject({
      model: z.string(),
      calls: z.int(),
      input_tokens: z.int(),
      output_tokens: z.int(),
      cache_read_tokens: z.int(),
      cache_creation_tokens: z.int(),
      cost_usd: z.number().nullable(),
      exact: z.boolean(),
      priced: z.boolean(),
    });
    const bill = z.looseObject({
      entries: z.array(entry),
      total_usd: z.number(),
      complete: z.boolean(),
      at_fast_tier_usd: z.number().nullable(),
      at_full_tier_usd: z.number().nullable(),
    });
    const priced = bill.parse((await home.json(["eval", "cost", "priced.json"])).document);
    expect(priced).toMatchObject({ total_usd: 10.5, complete: true, entries: [{ exact: false, priced: true, cost_usd: 10.5 }] });
    await home.cli(["eval", "push", "priced.json", "mixed.json"]);
    const latest = bill.parse((await home.json(["eval", "cost", "latest"])).document);
    expect(latest).toMatchObject({ total_usd: 2.5, complete: false });
    expect(latest.entries.map(({ model, cost_usd, exact, priced: known }) => [model, cost_usd, exact, known])).toEqual([
      ["gpt-x", 2.5, true, true],
      ["house-model-7", null, false, false],
    ]);
    expect((await home.json(["eval", "cost"])).document).toMatchObject({ total_usd: 13, complete: false });
    expect((await home.json(["eval", "cost", "--since", "2026-03-02"])).document).toMatchObject({ total_usd: 2.5 });
    expect((await home.cli(["eval", "cost"])).stdout).toContain("house-model-7");
  });
});

describe("eval convert, cache and watch", () => {
  it("writes either format, and converting back loses nothing", async () => {
    const home = await session.newHome();
    const text = evalFile("01", [{ name: "login", passed: true, duration_ms: 1499 }], { label: "x", own_field: { deep: [1] } });
    await home.file("run.json", text);
    expect(await home.cli(["eval", "convert", "run.json", "--to", "legacy", "--out", "legacy.json"])).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(home.work, "legacy.json"), "utf8"))).toMatchObject({ branch: "main", total_tests: 1 });
    expect(await home.cli(["eval", "convert", "legacy.json", "--out", "back.json"])).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(home.work, "back.json"), "utf8"))).toMatchObject(JSON.parse(text));
    const inside = inProcess(home);
    await inside.cli(["eval", "push", "run.json"]);
    const recorded = await inside.cli(["eval", "convert", "latest"]);
    expect(JSON.parse(recorded.stdout)).toEqual(JSON.parse(text));
    expect(await inside.json(["eval", "convert", "gone.json"])).toMatchObject({
      code: 1,
      document: { error: { code: "unreadable_file" } },
    });
  });

  it("stores answers by key, signals a miss by its exit code, and stays inside its folder", async () => {
    const home = inProcess(await session.newHome());
    const key = "a".repeat(64);
    expect(await home.cli(["eval", "cache", "read", "judge", key])).toMatchObject({ code: 1 });
    expect(await home.cli(["eval", "cache", "write", "judge", key, '{"score":4}'])).toMatchObject({ code: 0 });
    expect((await home.json(["eval", "cache", "read", "judge", key])).document).toMatchObject({ hit: true, data: { score: 4 } });
    expect(await home.cli(["eval", "cache", "read", "judge", key], { env: { EVAL_CACHE: "0" } })).toMatchObject({ code: 1 });
    expect((await home.json(["eval", "cache", "stats"])).document).toMatchObject([{ suite: "judge", entries: 1 }]);
    expect((await home.json(["eval", "cache", "verify"])).document).toMatchObject({ ok: true, valid: 1, invalid: 0 });
    const otherKey = "b".repeat(64);
    expect(
      await home.cli(["eval", "cache", "write", "judge", otherKey, "--meta", '{"model":"m1"}'], { input: "[1,null]" }),
    ).toMatchObject({
      code: 0,
    });
    expect((await home.json(["eval", "cache", "read", "judge", otherKey])).document).toMatchObject({
      hit: true,
      data: [1, null],
    });
    expect(await home.json(["eval", "cache", "write", "judge", otherKey, "1", "--meta", "[1]"])).toMatchObject({
      code: 2,
      document: { error: { code: "usage" } },
    });
    expect(await home.cli(["eval", "cache", "clear", "judge"])).toMatchObject({ code: 0, stdout: "2 answers removed\n" });
    expect(await home.cli(["eval", "cache", "read", "judge", key])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^MISS/),
    });
    await home.cli(["eval", "cache", "write", "judge", key, "1"]);
    expect((await home.json(["eval", "cache", "clear", ".."])).code).not.toBe(0);
    expect((await home.json(["eval", "cache", "clear"])).document).toEqual({ cleared: 1 });
    expect(await home.cli(["eval", "cache", "burn"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("read, write, stats"),
    });
  });

  it("reports that no collector runs", async () => {
    const home = inProcess(await session.newHome());
    expect((await home.json(["eval", "watch"])).document).toMatchObject({ state: "none" });
  });

  it("follows a collector to its end, printing each line once when output cannot be redrawn", async () => {
    const home = await session.newHome();
    const collector = await startCollector({
      version: "1.4.0",
      tier: "e2e",
      home: home.path,
      gitBranch: "main",
      gitSha: "abc1234",
    });
    await collector.begin("login");
    let output = "";
    let resolveShown: () => void = () => undefined;
    const loginShown = new Promise<void>((resolve) => {
      resolveShown = resolve;
    });
    const watching = home.cli(["eval", "watch"], {
      onStart: ({ stdout }) =>
        stdout?.on("data", (text) => {
          output += String(text);
          if (output.includes("login")) resolveShown();
        }),
    });
    await collector.add({ name: "login", suite: "shop", passed: true, duration_ms: 1000, cost_usd: 0.25 });
    // The next result is added after the first one was shown, so that the view is that of a running collector.
    await loginShown;
    await collector.add({ name: "search", suite: "shop", passed: false, duration_ms: 2000, cost_usd: 0.5 });
    await collector.finalize();
    const { code, stdout } = await watching;
    expect(code).toBe(0);
    expect(stdout.match(/Running/g)).toHaveLength(1);
    expect(stdout.match(/shop \/ login/g)).toHaveLength(1);
    expect(stdout).toMatch(/FAIL {2}shop \/ search[\s\S]*Finished[\s\S]*2 tests done, 1 failed, \$0\.75/);
  });
});
