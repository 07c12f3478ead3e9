import { expect, it } from "vitest";
import { runRegression, type TestFolder } from "../../../../src/features/gate/operations/regression.ts";

const fakeFolder = (...codes: readonly (number | null)[]): TestFolder => {
  const remaining = [...codes];
  return {
    have: async () => new Set(),
    commands: [["test"]],
    run: async () => ({ state: "exited", code: remaining.shift() ?? null, output: "", report: "", isCut: false, duration_ms: 1 }),
  };
};
const judgeFix = (before: TestFolder, fix: TestFolder) =>
  runRegression(
    { fix, inBase: (_, work) => work({ tests: before, bring: async () => true }), files: [], timeoutMs: 1 },
    "a.test",
    AbortSignal.timeout(60_000),
  );

it("a regression test that fails before a change and passes with it proves the change", async () => {
  expect((await judgeFix(fakeFolder(0, 1), fakeFolder(0))).verdict).toBe("shown");
});

it("killed tests prove nothing, whether before the change or with it", async () => {
  const killed = { verdict: "not_run", reason: "the regression test could not be run: `test` was killed" };
  expect(await judgeFix(fakeFolder(0, null), fakeFolder(0))).toEqual(killed);
  expect(await judgeFix(fakeFolder(null), fakeFolder(0))).toEqual(killed);
  expect(await judgeFix(fakeFolder(0, 1), fakeFolder(null))).toEqual(killed);
});

it("runners that accept test names run only related tests that exist on each side", async () => {
  const commandLog: string[] = [];
  const baseFiles = new Set(["./tests/test_old.py"]);
  const recordingFolder = (side: string, has: ReadonlySet<string>): TestFolder => ({
    commands: [["pytest"], ["npm", "test"]],
    have: async (files) => new Set(files.filter((file) => has.has(file))),
    run: async (command) => {
      commandLog.push(`${side}: ${command.join(" ")}`);
      const code = side === "before" && command.includes("./tests/test_new.py") ? 1 : 0;
      return { state: "exited", code, output: "", report: "", isCut: false, duration_ms: 1 };
    },
  });
  const { verdict } = await runRegression(
    {
      fix: recordingFolder("after", new Set(["./tests/test_old.py", "./tests/test_new.py"])),
      inBase: (_, work) =>
        work({ tests: recordingFolder("before", baseFiles), bring: async () => baseFiles.add("./tests/test_new.py") !== null }),
      files: ["src/old.py", "tests/test_new.py"],
      timeoutMs: 1,
    },
    "tests/test_new.py",
    AbortSignal.timeout(60_000),
  );
  expect(verdict).toBe("shown");
  expect(commandLog).toEqual([
    "before: pytest ./tests/test_old.py",
    "before: npm test",
    "before: pytest ./tests/test_old.py ./tests/test_new.py",
    "after: pytest ./tests/test_old.py ./tests/test_new.py",
    "after: npm test",
  ]);
});
