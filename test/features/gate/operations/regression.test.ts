import { expect, it } from "vitest";
import { regressionOf, type TestPlace } from "../../../../src/features/gate/operations/regression.ts";

const ended = (...codes: readonly (number | null)[]): TestPlace => {
  const left = [...codes];
  return {
    commands: [["test"]],
    run: async () => ({ state: "exited", code: left.shift() ?? null, output: "", report: "", isCut: false, duration_ms: 1 }),
  };
};
const judged = (before: TestPlace, fix: TestPlace) =>
  regressionOf(
    { fix, inBase: (_, work) => work({ tests: before, bring: async () => true }), timeoutMs: 1 },
    "a.test",
    AbortSignal.timeout(60_000),
  );

it("a test that fails before a change and passes with it shows the change", async () => {
  expect((await judged(ended(0, 1), ended(0))).verdict).toBe("shown");
});

it("tests that something killed show nothing, on whichever side", async () => {
  const killed = { verdict: "not_run", reason: "the regression test could not be run: `test` was killed" };
  expect(await judged(ended(0, null), ended(0))).toEqual(killed);
  expect(await judged(ended(null), ended(0))).toEqual(killed);
  expect(await judged(ended(0, 1), ended(null))).toEqual(killed);
});
