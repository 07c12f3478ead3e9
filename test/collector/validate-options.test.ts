import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { judgeOf, startCollector } from "../../src/collector/main.ts";
import { temporaryFolder } from "../support/folder.ts";

const run = promisify(execFile);
const script = join(import.meta.dirname, "..", "support", "collector-finish.ts");
const head = { version: "1.0", tier: "e2e", gitBranch: "main", gitSha: "abc", env: {} } as const;
const home = (): string => `${temporaryFolder()}/home`;

/** A function as a program without types calls it. */
const untyped = (call: unknown): ((...given: readonly unknown[]) => Promise<unknown>) => {
  if (typeof call !== "function") throw new TypeError("not a function");
  return async (...args) => call(...args);
};

const names = (field: string) => ({ code: "invalid_input", message: expect.stringContaining(field) });

describe("untyped input to the library", () => {
  it.each([
    [undefined, "(root): is missing"],
    [null, "(root)"],
    [{ tier: "e2e" }, "version: is missing"],
    [{ version: "1.0" }, "tier: is missing"],
    [{ ...head, version: 2 }, "version: must be text"],
    [{ ...head, version: "  " }, "version: must not be empty"],
    [{ ...head, label: 3 }, "label: must be text"],
    [{ ...head, gitBranch: {} }, "gitBranch: must be text"],
    [{ ...head, expected: "ten" }, "expected: must be a number"],
    [{ ...head, expected: -1 }, "expected: must be at least 0"],
    [{ ...head, home: 1 }, "home: must be text"],
    [{ ...head, env: { A: 1 } }, "env.A: must be text"],
    [{ ...head, now: "2026-01-01" }, "now: must be a function"],
  ])("startCollector(%j) is rejected with the problem named", async (options, problem) => {
    await expect(untyped(startCollector)(options)).rejects.toMatchObject(names(problem));
  });

  it("may leave optional fields undefined", async () => {
    const started = untyped(startCollector)({ ...head, home: home(), label: undefined, runId: undefined, expected: undefined });
    await expect(started).resolves.toMatchObject({ runId: expect.any(String) });
  });

  it.each([
    [undefined, "(root)"],
    [{ passed: true }, "name: is missing"],
    [{ name: "a" }, "passed: is missing"],
    [{ name: "a", passed: "yes" }, "passed: must be true or false"],
    [{ name: "a", passed: true, cost_usd: "1" }, "cost_usd: must be a number"],
    [{ name: "a", passed: true, duration_ms: Number.NaN }, "duration_ms: must be a number"],
  ])("add(%j) is rejected with the problem named, and the run continues", async (test, problem) => {
    const collector = await startCollector({ ...head, home: home() });
    await expect(untyped(collector.add)(test)).rejects.toMatchObject(names(problem));
    await collector.add({ name: "good", passed: true });
    expect((await collector.finalize({ record: false })).table).toContain("1 of 1 passed");
  });

  it("is validated by every other entry point too", async () => {
    const collector = await startCollector({ ...head, home: home() });
    await expect(untyped(collector.begin)(undefined)).rejects.toMatchObject(names("the name of a test"));
    await expect(untyped(collector.progress)(undefined)).rejects.toMatchObject(names("the progress of a test"));
    await expect(untyped(collector.progress)({ turn: "3" })).rejects.toMatchObject(names("turn: must be a number"));
    await expect(untyped(collector.finalize)({ record: "no" })).rejects.toMatchObject(names("record: must be true or false"));
    await expect(untyped(judgeOf)({ home: 3 })).rejects.toMatchObject(names("home: must be text"));
    const judge = judgeOf({ home: home(), env: {} });
    await expect(untyped(judge)(undefined, z.object({}))).rejects.toMatchObject(names("the prompt of the judge"));
    await expect(untyped(judge)("p", {})).rejects.toMatchObject(names("must be a zod schema"));
    await expect(untyped(judge)("p", z.object({}), { retries: "3" })).rejects.toMatchObject(names("retries: must be a number"));
  });

  it("is rejected with an error code after the end of the run", async () => {
    const collector = await startCollector({ ...head, home: home() });
    await collector.finalize({ record: false });
    await expect(collector.add({ name: "late", passed: true })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("the run is over"),
    });
  });
});

describe("an environment variable with an unknown tier", () => {
  it("is reported with its value and the choices", async () => {
    const env = { EVAL_TIER: "garbage", EVAL_JUDGE_TIER: "constructor" };
    const collector = await startCollector({ ...head, home: home(), env });
    expect(collector.warnings).toEqual([
      'EVAL_TIER: "garbage" is not a tier (fast (haiku), standard (sonnet), full (opus)); standard is used',
      'EVAL_JUDGE_TIER: "constructor" is not a tier (fast (haiku), standard (sonnet), full (opus)); standard is used',
    ]);
  });

  it("is reported on the standard error of the collecting program", async () => {
    const { stderr } = await run(process.execPath, [script, home()], { env: { ...process.env, EVAL_TIER: "__proto__" } });
    expect(stderr).toContain(
      'RewardLedgerWarning: EVAL_TIER: "__proto__" is not a tier (fast (haiku), standard (sonnet), full (opus))',
    );
  });
});
