import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";

/*
 * A home that version 1 of the index and the first version of the journal wrote: reviews of two agents in two projects, a reset, one
 * that was taken back, eval runs with a baseline, rows of the agent's stores, and two entries of spending near 2^53 millionths.
 * `answers.json` holds what the program that wrote it answered.
 */
const fixture = join(import.meta.dirname, "../fixtures/earlier-home");
const answers = z.record(z.string(), z.object({ args: z.array(z.string()), answer: z.unknown() }));

let session: CliSession;
let home: Home;
let known: z.infer<typeof answers>;
beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
  await cp(join(fixture, "home"), home.path, { recursive: true });
  known = answers.parse(JSON.parse(await readFile(join(fixture, "answers.json"), "utf8")));
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
  it("opens, and is sound", async () => {
    const { code, document } = await home.json(["verify"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({ ok: true, facts: 33 });
  });

  it.each(questions)(
    "answers as before: %s",
    async (question) => {
      const asked = known[question];
      if (asked === undefined) throw new Error("the fixture has no such answer");
      expect((await home.json(asked.args)).document).toMatchObject(
        z.union([z.looseObject({}), z.array(z.unknown())]).parse(asked.answer),
      );
    },
    60_000,
  );

  it("has the same rows waiting", async () => {
    const overview = z.object({ inbox: z.unknown(), tasks: z.unknown(), feedback: z.unknown() });
    const before = overview.parse(known["overview"]?.answer);
    expect((await home.json(["overview"])).document).toMatchObject(before);
  });

  it("has the exact sum of spending", async () => {
    const { document } = await home.json(["spend", "summary", "--all"]);
    expect(document).toMatchObject({
      total: { calls: 4, usd_micros: Number(250_000n + 1_500_001n + 9_007_199_254_700_000n + 9_007_199_254_600_003n) },
    });
  });
});

/*
 * A home of a build of 2026-11-21: reviews of two agents, a reset and one that was taken back, eval runs with a baseline, and a row or
 * more in each of the agent's ten stores. Its `answers.json` holds what that build answered, by the command line that it was asked with.
 */
describe("a home with all stores, of an earlier build", async () => {
  const stores = join(import.meta.dirname, "../fixtures/home-2026-11-21");
  const answered = z
    .record(z.string(), z.union([z.looseObject({}), z.array(z.unknown())]))
    .parse(JSON.parse(await readFile(join(stores, "answers.json"), "utf8")));
  let earlier: Home;
  beforeAll(async () => {
    earlier = await session.newHome();
    await cp(join(stores, "home"), earlier.path, { recursive: true });
  });

  it("opens, and is sound", async () => {
    expect(await earlier.json(["verify"])).toMatchObject({ code: 0, document: { ok: true, facts: 30 } });
  });

  it.each(Object.keys(answered))("answers as that build did: %s", async (question) => {
    expect((await earlier.json(question.split(" "))).document).toMatchObject(answered[question] ?? {});
  });

  it("goes on: a review that is recorded counts on top, and all is sound", async () => {
    const report = JSON.stringify({ run_id: "five", score: 110, summary: "five", timestamp: "2026-03-06T09:00:00Z" });
    expect(await earlier.json(["update", "--agent", "ada"], { input: report })).toMatchObject({
      code: 0,
      document: { recorded: true, status: { runs: 2, streak_pass: 2 } },
    });
    expect(await earlier.json(["verify"])).toMatchObject({ code: 0, document: { ok: true, facts: 31 } });
  });
});
