import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { inProcess } from "../support/cli-here.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { copyEarlierHome, earlierHome } from "../support/earlier-home.ts";

/*
 * A home written by version 1 of the index and the first version of the journal: reviews of two agents in two projects, a reset,
 * another one that was taken back, eval runs with a baseline, rows of the agent's stores, and two entries of spending near 2^53
 * millionths. `answers.json` contains the answers of the program that wrote it.
 */
const fixture = join(import.meta.dirname, "../fixtures/earlier-home");
const answers = z.record(z.string(), z.object({ args: z.array(z.string()), answer: z.unknown() }));

let session: CliSession;
let home: Home;
let knownAnswers: z.infer<typeof answers>;
beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
  await cp(join(fixture, "home"), home.path, { recursive: true });
  knownAnswers = answers.parse(JSON.parse(await readFile(join(fixture, "answers.json"), "utf8")));
});
afterAll(() => session.dispose());

const questions = [
  "status ada",
  "status bob",
  "status ada in lib",
  "agents",
  "history",
  "violations",
  "eval list",
  "task list",
  "feedback list",
  "memory list",
  "learn list",
] as const;

describe("a home of the first version", () => {
  it("opens and verifies", async () => {
    const { code, document } = await home.json(["verify"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({ ok: true, facts: 33 });
  });

  it.each(questions)(
    "gives the same answer as before: %s",
    async (question) => {
      const recorded = knownAnswers[question];
      if (recorded === undefined) throw new Error("the fixture has no such answer");
      expect((await inProcess(home).json(recorded.args)).document).toMatchObject(
        z.union([z.looseObject({}), z.array(z.unknown())]).parse(recorded.answer),
      );
    },
    60_000,
  );

  it("has the same pending rows", async () => {
    const overview = z.object({ inbox: z.unknown(), tasks: z.unknown(), feedback: z.unknown() });
    const before = overview.parse(knownAnswers["overview"]?.answer);
    expect((await home.json(["overview"])).document).toMatchObject(before);
  });

  it("has the exact total of spending", async () => {
    const { document } = await home.json(["spend", "summary", "--all"]);
    expect(document).toMatchObject({
      total: { calls: 4, usd_micros: Number(250_000n + 1_500_001n + 9_007_199_254_700_000n + 9_007_199_254_600_003n) },
    });
  });
});

/*
 * A home of a build of 2026-11-21: reviews of two agents, a reset and one that was taken back, eval runs with a baseline, and at
 * least one row in each of the agent's ten stores. Its `answers.json` contains the answers of that build by command line.
 */
describe("a home of an earlier build with all stores", async () => {
  const stores = join(import.meta.dirname, "../fixtures/home-2026-11-21");
  const answered = z
    .record(z.string(), z.union([z.looseObject({}), z.array(z.unknown())]))
    .parse(JSON.parse(await readFile(join(stores, "answers.json"), "utf8")));
  let earlier: Home;
  beforeAll(async () => {
    earlier = await session.newHome();
    await cp(join(stores, "home"), earlier.path, { recursive: true });
  });

  it("opens and verifies", async () => {
    expect(await earlier.json(["verify"])).toMatchObject({ code: 0, document: { ok: true, facts: 30 } });
  });

  it.each(Object.keys(answered))("gives the same answer as that build: %s", async (question) => {
    expect((await inProcess(earlier).json(question.split(" "))).document).toMatchObject(answered[question] ?? {});
  });

  it("counts a newly recorded review, and still verifies", async () => {
    const report = JSON.stringify({ run_id: "five", score: 110, summary: "five", timestamp: "2026-03-06T09:00:00Z" });
    expect(await earlier.json(["update", "--agent", "ada"], { input: report })).toMatchObject({
      code: 0,
      document: { recorded: true, status: { runs: 2, streak_pass: 2 } },
    });
    expect(await earlier.json(["verify"])).toMatchObject({ code: 0, document: { ok: true, facts: 31 } });
  });
});

const anyAnswer = z.union([z.looseObject({}), z.array(z.unknown())]);

/* Answers that intentionally differ from those of the build that made the home. */
const changedAnswers: Readonly<Record<string, object>> = {
  // A retried test is one test, and its last attempt decides.
  "eval list": [
    { passed: 1, total: 1, cost_usd: 0.5 },
    { passed: 1, total: 1, cost_usd: 0.02 },
    { passed: 1, failed: 2, total: 3, cost_usd: 0.52, baseline: true },
    { passed: 2, failed: 1, total: 3, cost_usd: 0.51 },
    { passed: 2, failed: 1, total: 3, cost_usd: 0.36 },
  ],
  "eval trend": [
    { name: "flaky", results: [{ passed: true }, { passed: false }, { passed: false, retried: true }] },
    { name: "pays", results: [{ passed: true }, { passed: true }, { passed: false }] },
    { name: "refunds", results: [{ passed: false }, { passed: true }, { passed: true }] },
    { name: "builds", results: [{ passed: true }] },
    { name: "tone", results: [{ passed: true }] },
  ],
  "eval compare --project acme/shop --tier e2e": {
    improved: 1,
    regressed: 2,
    unchanged: 0,
    added: 0,
    total_cost_delta_usd: 0.16,
  },
  // The same applies, and the average detection rate is that of the tier that looks for planted bugs.
  "eval summary": {
    runs: 5,
    total_cost_usd: 1.91,
    average_detection: null,
    flaky: [{ name: "flaky" }, { name: "pays" }, { name: "refunds" }],
  },
  // A bill includes costs that runs state without a model.
  "eval show latest": { run: { passed: 1, total: 1 }, cost_usd: 0.5, costs: { entries: [], total_usd: 0.5, unsplit_usd: 0.5 } },
  "eval cost": {
    entries: [
      {
        model: "claude-sonnet-4-6",
        calls: 6,
        input_tokens: 24_000,
        output_tokens: 1_800,
        cache_read_tokens: 80,
        cost_usd: 0.099,
      },
      { model: "own-model", calls: 2, input_tokens: 10, output_tokens: 12, cost_usd: null },
    ],
    total_usd: 1.91,
    unsplit_usd: 1.811,
    complete: false,
  },
};

/** A run that is dated after its recording is placed by its recording time; the exported report keeps the date it stated. */
const withPlacedTime = (question: string, answer: object): object =>
  question === "export"
    ? answer
    : anyAnswer.parse(JSON.parse(JSON.stringify(answer).replaceAll("2026-03-07T12:30:00.000Z", "2026-03-07T09:03:03.000Z")));

describe("a complete home of an earlier build, with its index and derived files", async () => {
  const recordedAnswers = z
    .record(z.string(), anyAnswer)
    .parse(JSON.parse(await readFile(join(earlierHome, "answers.json"), "utf8")));
  const derived = ["self-edits.log", "learnings.log", "paused-tasks/t-paused.json"];
  let earlier: Home;
  beforeAll(async () => {
    earlier = await session.newHome();
    await copyEarlierHome("home", earlier.path);
  });

  it.each(Object.entries(recordedAnswers))("gives the same answer as that build: %s", async (question, answer) => {
    const { document } = await inProcess(earlier).json(question.split(" "));
    expect(document).toMatchObject(changedAnswers[question] ?? withPlacedTime(question, answer));
  });

  it("verifies, and its derived files are unchanged", async () => {
    expect(await earlier.json(["verify"])).toMatchObject({ code: 0, document: { ok: true, facts: 103, problems: [] } });
    for (const file of derived) {
      expect(await readFile(join(earlier.path, file), "utf8")).toBe(await readFile(join(earlierHome, "home", file), "utf8"));
    }
    expect(await readdir(earlier.path)).not.toContain("quarantine");
  });

  it("appends to the same log: reviews, row changes, and a reset that is undone", async () => {
    const report = JSON.stringify({ run_id: "later", score: 110, summary: "later", timestamp: "2026-03-08T09:00:00Z" });
    expect(await earlier.json(["update", "--agent", "codex"], { input: report })).toMatchObject({
      code: 0,
      document: { recorded: true, status: { coins: 4.5, runs: 5, streak_pass: 3 } },
    });
    for (const args of [
      ["task", "resume", "t-paused"],
      ["task", "move", "t-paused", "done"],
      ["reset", "--agent", "aider", "--confirm"],
      ["reset", "--agent", "aider", "--undo"],
    ]) {
      expect(await earlier.json(args)).toMatchObject({ code: 0 });
    }
    expect(await earlier.json(["verify"])).toMatchObject({ document: { ok: true, devices: [{ facts: 109 }], problems: [] } });
  });

  it("has the same totals after its index is rebuilt", async () => {
    const questions = [["agents"], ["history"], ["eval", "summary"], ["spend", "summary", "--all"], ["store", "list", "tasks"]];
    const readAnswers = async () => Promise.all(questions.map(async (args) => (await inProcess(earlier).json(args)).document));
    const before = await readAnswers();
    expect(await earlier.json(["rebuild"])).toMatchObject({ code: 0 });
    expect(await readAnswers()).toEqual(before);
  });
});
