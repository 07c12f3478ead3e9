import { describe, expect, test } from "vitest";
import { compareRuns } from "../../../../src/features/evals/model/compare.ts";
import { compareNotes, noteText } from "../../../../src/features/evals/model/compare-notes.ts";
import { toolCounts } from "../../../../src/features/evals/model/tool-calls.ts";
import { minimalStandard, runOf } from "./samples.ts";

type Entry = Readonly<Record<string, unknown>>;

const run = (entries: readonly Entry[], head: Entry = {}) => runOf({ ...minimalStandard(), ...head, all_results: entries });

const pass = (name: string, more: Entry = {}): Entry => ({ name, passed: true, ...more });
const fail = (name: string, more: Entry = {}): Entry => ({ name, passed: false, ...more });

const compare = (before: readonly Entry[], after: readonly Entry[]) => compareRuns(run(before), run(after));

const changes = (before: readonly Entry[], after: readonly Entry[]) =>
  compare(before, after).deltas.map((delta) => `${delta.suite}/${delta.name}#${delta.occurrence} ${delta.change}`);

const notes = (before: readonly Entry[], after: readonly Entry[]) => compareNotes(compare(before, after)).map(noteText);

const calls = (...names: readonly string[]) => [
  { type: "user", message: { content: [{ type: "tool_use", name: "NotCounted" }] } },
  { type: "assistant", message: { content: names.map((name) => ({ type: "tool_use", name })) } },
  { type: "assistant", message: { content: "text" } },
  "noise",
];

describe("test matching", () => {
  test("lists the tests of the later run in order, then the removed ones", () => {
    expect(changes([pass("a"), fail("b"), pass("gone"), fail("d")], [fail("d"), pass("b"), fail("a"), fail("new")])).toEqual([
      "/d#1 unchanged",
      "/b#1 improved",
      "/a#1 regressed",
      "/new#1 added",
      "/gone#1 removed",
    ]);
  });

  test("treats the same name in two suites as two tests", () => {
    expect(
      changes([pass("a", { suite: "x" }), fail("a", { suite: "y" })], [fail("a", { suite: "x" }), fail("a", { suite: "y" })]),
    ).toEqual(["x/a#1 regressed", "y/a#1 unchanged"]);
  });

  test("treats attempts as one test, decided by the last attempt", () => {
    expect(changes([pass("a")], [fail("a"), pass("a")])).toEqual(["/a#1 unchanged"]);
    expect(changes([fail("a"), pass("a")], [pass("a")])).toEqual(["/a#1 unchanged"]);
    expect(changes([pass("a"), pass("a"), pass("a")], [pass("a"), fail("a")])).toEqual(["/a#1 regressed"]);
    expect(changes([fail("a"), fail("a")], [fail("a"), fail("a"), pass("a")])).toEqual(["/a#1 improved"]);
  });

  test("treats the same name in two tiers as two tests", () => {
    const tiers = [pass("a", { tier: "e2e" }), fail("a", { tier: "llm-judge" })];
    expect(changes(tiers, tiers)).toEqual(["/a#1 unchanged", "/a#2 unchanged"]);
  });

  test("treats composed and decomposed Unicode names as equal", () => {
    expect(changes([pass("caf\u00e9", { suite: "\u00e9" })], [fail("cafe\u0301", { suite: "e\u0301" })])).toEqual([
      "\u00e9/caf\u00e9#1 regressed",
    ]);
  });

  test("yields counts that add up to the deltas", () => {
    const { counts, deltas } = compare([pass("a"), fail("b"), pass("c")], [fail("a"), pass("b"), fail("x")]);
    expect(counts).toEqual({ improved: 1, regressed: 1, unchanged: 0, added: 1, removed: 1 });
    expect(deltas).toHaveLength(4);
  });
});

describe("compared amounts and warnings", () => {
  test("durations are those stated by the runs, in whole milliseconds", () => {
    const before = run([pass("a")], { duration_seconds: 2 });
    const after = run([pass("a")], { duration_seconds: 1.5 });
    expect(compareRuns(before, after)).toMatchObject({ durationDeltaMs: -500 });
  });

  test("costs and durations of attempts are summed, without invalid values", () => {
    const attempts = [
      fail("a", { cost_usd: 0.05, duration_ms: 1_000 }),
      fail("a", { cost_usd: -1 }),
      pass("a", { cost_usd: 0.1, duration_ms: 2_000, turns_used: 4 }),
    ];
    const [delta] = compare([pass("a")], attempts).deltas;
    expect(delta?.after).toMatchObject({ passed: true, costMicros: 150_000, durationMs: 3_000, turns: 4, attempts: 3 });
  });

  test("an incomplete run causes a warning", () => {
    const partial = run([pass("a")], { _partial: true });
    expect(compareRuns(partial, run([pass("a")])).warnings).toEqual([
      "the run before is incomplete: it was stopped before its end",
    ]);
  });

  test("values that a minimal test does not state stay null", () => {
    const { deltas } = compare([pass("a")], [pass("a")]);
    expect(deltas[0]?.after).toEqual({
      passed: true,
      costMicros: null,
      durationMs: null,
      turns: null,
      detectionRate: null,
      tools: {},
      attempts: 1,
    });
  });

  test("tool calls are counted from assistant events, per test and in total", () => {
    expect(toolCounts(calls("Read", "Bash", "Read"))).toEqual({ Bash: 1, Read: 2 });
    expect(toolCounts(undefined)).toEqual({});
    const result = compare(
      [pass("a", { transcript: calls("Bash") })],
      [pass("a", { transcript: calls("Bash", "Read") }), pass("b", { transcript: calls("Read") })],
    );
    expect([result.toolsBefore, result.toolsAfter]).toEqual([{ Bash: 1 }, { Bash: 1, Read: 2 }]);
  });

  test("a different tier or schema version causes a warning", () => {
    expect(compareRuns(run([]), run([], { tier: "llm-judge", schema_version: 2 })).warnings).toEqual([
      "the runs are of different tiers (e2e, llm-judge)",
      "the runs are of different schema versions (1, 2)",
    ]);
  });
});

describe("comparison notes", () => {
  test("are sorted: regressions, added failures, fixes, then changes of steady tests", () => {
    expect(
      notes(
        [fail("fixed"), pass("steady", { turns_used: 10 }), pass("broken", { suite: "cart" }), pass("also")],
        [
          pass("fixed"),
          pass("steady", { turns_used: 15 }),
          fail("new"),
          fail("broken", { suite: "cart" }),
          fail("also"),
          pass("fine"),
        ],
      ),
    ).toEqual([
      "cart › broken: passed before, fails after",
      "also: passed before, fails after",
      "new: added and failing",
      "fixed: failed before, passes after",
      "steady: 10 → 15 turns (+50 %)",
    ]);
  });

  test.each([
    ["turns at 20 % and 2", { turns_used: 10 }, { turns_used: 12 }, ["a: 10 → 12 turns (+20 %)"]],
    ["turns below 20 %", { turns_used: 20 }, { turns_used: 23 }, []],
    ["turns by less than 2", { turns_used: 2 }, { turns_used: 3 }, []],
    ["turns from 0", { turns_used: 0 }, { turns_used: 9 }, []],
    ["turns unknown before", {}, { turns_used: 9 }, []],
    ["duration at 20 % and 5 s", { duration_ms: 25_000 }, { duration_ms: 20_000 }, ["a: 25s → 20s (-20 %)"]],
    ["duration by less than 5 s", { duration_ms: 10_000 }, { duration_ms: 14_999 }, []],
    ["cost at 30 % and 0.05", { cost_usd: 0.1 }, { cost_usd: 0.15 }, ["a: $0.10 → $0.15 (+50 %)"]],
    ["cost by less than 0.05", { cost_usd: 0.1 }, { cost_usd: 0.149999 }, []],
    ["cost below 30 %", { cost_usd: 1 }, { cost_usd: 1.29 }, []],
    ["any change of detection", { detection_rate: 0 }, { detection_rate: 1 }, ["a: 0 → 1 bugs detected"]],
    ["the same detection", { detection_rate: 3 }, { detection_rate: 3 }, []],
  ])("%s", (_, before, after, expected) => {
    expect(notes([pass("a", before)], [pass("a", after)])).toEqual(expected);
  });

  test("of a steady test are sorted: turns, duration, detection, cost", () => {
    const kinds = compareNotes(
      compare(
        [pass("a", { turns_used: 5, duration_ms: 10_000, detection_rate: 1, cost_usd: 0.1 })],
        [pass("a", { turns_used: 9, duration_ms: 20_000, detection_rate: 2, cost_usd: 0.3 })],
      ),
    ).map((note) => note.kind);
    expect(kinds).toEqual(["turns", "duration", "detection", "cost"]);
  });

  test("omit a test that fails before and after", () => {
    expect(notes([fail("a", { turns_used: 1 })], [fail("a", { turns_used: 90 })])).toEqual([]);
  });

  const threeTests = (cost: number, turns: number) =>
    ["a", "b", "c"].map((name) => pass(name, { cost_usd: cost, turns_used: turns }));

  test("include an overall line for three tests without a regression, based on tests in both runs", () => {
    const before = [...threeTests(0.01, 10), pass("gone", { cost_usd: 100 })];
    expect(notes(before, threeTests(0.02, 11))).toEqual(["Overall, nothing broke: cost +100 %, turns +10 %"]);
  });

  test("report a stable run when three tests barely change", () => {
    expect(notes(threeTests(1, 10), threeTests(1.05, 10))).toEqual([
      "Stable run: no test broke, and cost, duration and turns stayed within 10 %",
    ]);
  });

  test("omit the overall line for fewer than three matched tests, a regression or an added failure", () => {
    expect(notes(threeTests(1, 1).slice(1), threeTests(1, 1).slice(1))).toEqual([]);
    expect(notes(threeTests(1, 1), [fail("a"), ...threeTests(1, 1).slice(1)])).toEqual(["a: passed before, fails after"]);
    expect(notes(threeTests(1, 1), [...threeTests(1, 1), fail("new")])).toEqual(["new: added and failing"]);
  });

  test("name a test that passed only after a retry, which is not a regression", () => {
    expect(notes([pass("a")], [fail("a"), pass("a")])).toEqual(["a: passed only after a retry"]);
  });
});
