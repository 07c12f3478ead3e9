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
}, 120_000);
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
  }, 60_000);

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
  }, 60_000);

  it("has the exact sum of spending", async () => {
    const { document } = await home.json(["spend", "summary", "--all"]);
    expect(document).toMatchObject({
      total: { calls: 4, usd_micros: Number(250_000n + 1_500_001n + 9_007_199_254_700_000n + 9_007_199_254_600_003n) },
    });
  }, 60_000);
});
