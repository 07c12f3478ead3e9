import { describe, expect, it } from "vitest";
import type { Cell, Row } from "../../../../src/features/agent/model/column-types.ts";
import { recordedKey, serialKey } from "../../../../src/features/agent/model/key.ts";
import { learningLine, learnings, parseLearning } from "../../../../src/features/agent/model/learnings.ts";
import { snapshotText } from "../../../../src/features/agent/model/paused-tasks.ts";
import { reduceRow } from "../../../../src/features/agent/model/row-reducer.ts";
import { selfEditLine } from "../../../../src/features/agent/model/self-edits.ts";
import { levelOf } from "../../../../src/features/agent/model/spend-limits.ts";
import { type Column, keyOf, type Store } from "../../../../src/features/agent/model/store.ts";
import { agentStores, allStores } from "../../../../src/features/agent/model/stores.ts";
import { taskIdProblem } from "../../../../src/features/agent/model/task-id.ts";
import { toErrorView } from "../../../../src/kernel/ledger-error.ts";
import { pausedRow, sampleRow, selfEditRow } from "../../../support/agent-rows.ts";

const at = "2026-03-16T08:00:00.000Z";

const add = (store: Store, row: Row) => reduceRow(store, undefined, "k", { op: "add", data: { row } }, {});
const change = (store: Store, row: Row, set: Row, more: Readonly<{ expect?: Row; note?: Record<string, unknown> }> = {}) =>
  reduceRow(store, row, keyOf(store, row), { op: "change", data: { key: keyOf(store, row), at, set, ...more } }, {});

function rowAfter(result: ReturnType<typeof reduceRow>): Row {
  if (!result.ok || result.row === null) throw new Error(result.ok ? "the row is gone" : result.error.message);
  return result.row;
}
const errorOf = (result: ReturnType<typeof reduceRow>) => (result.ok ? undefined : toErrorView(result.error));

/** Cells that a column must not hold. */
function wrongCells({ name, type, nullable, default: defaultValue, values, min, max }: Column): readonly Cell[] {
  return [
    type === "integer" ? "7" : 7,
    ...(!nullable && defaultValue === undefined ? [null] : []),
    ...(values === null ? [] : ["no such value", ""]),
    ...(min === null ? [] : [min - 1]),
    ...(max === null ? [] : [max + 1]),
    ...(name.endsWith("_at") ? ["2026-03-16", "2026-03-16T08:00:00.000123+00:00"] : []),
    ...(name.endsWith("_json") ? ["{", ""] : []),
  ];
}

/** The cells that a row needs in a state, so that only the transition to the state is judged. */
function requiredCells(store: Store, state: string): Row {
  switch (`${store.name} ${state}`) {
    case "em_inbox answered":
      return { answer: "yes", answered_at: at };
    case "em_inbox escalated":
      return { escalated_to: "f" };
    case "em_inbox closed":
      return { closed_at: at };
    case "feedback verified":
      return { regression_test_path: "test/a.test.ts" };
    case "feedback rejected":
      return { fix_class: "out-of-scope" };
    default:
      return {};
  }
}

describe.each(allStores.map((store) => ({ name: store.name, store })))("$name", ({ store }) => {
  const sample = sampleRow(store);

  it("accepts a row and fills in omitted columns", () => {
    const row = rowAfter(add(store, sample));
    expect(Object.keys(row)).toEqual(store.columns.map(({ name }) => name));
    for (const [name, cell] of Object.entries(sample)) expect(row[name]).toBe(cell);
  });

  it("refuses a row that exists already", () => {
    expect(errorOf(reduceRow(store, rowAfter(add(store, sample)), "k", { op: "add", data: { row: sample } }, {}))?.code).toBe(
      "exists",
    );
  });

  it("refuses invalid cells: unknown enum values, out-of-range numbers, nulls and wrong types", () => {
    for (const column of store.columns) {
      for (const cell of wrongCells(column)) {
        const view = errorOf(add(store, { ...sample, [column.name]: cell }));
        expect([column.name, cell, view?.code]).toEqual([column.name, cell, "invalid_input"]);
        expect(view?.message).toContain(column.name);
      }
    }
  });

  it("refuses unknown columns", () => {
    expect(errorOf(add(store, { ...sample, "id; DROP TABLE tasks": 1 }))?.message).toContain(
      "there is no column id; DROP TABLE tasks",
    );
    if (store.changes === "none") return;
    expect(errorOf(change(store, rowAfter(add(store, sample)), { "state\n": "x" }))?.message).toContain("there is no column");
  });

  it("validates patches like rows, and refuses empty patches and changes to keys", () => {
    const row = rowAfter(add(store, sample));
    if (store.changes !== "free") {
      expect(errorOf(change(store, row, { [store.columns[1]?.name ?? ""]: "other" }))?.code).toBe("append_only");
      return;
    }
    expect(errorOf(change(store, row, {}))?.code).toBe("invalid_input");
    expect(errorOf(change(store, row, { [store.key[0] ?? ""]: "other" }))?.message).toContain("cannot change");
    for (const column of store.columns.filter(({ values, name }) => values !== null && name !== store.states?.column)) {
      expect(errorOf(change(store, row, { [column.name]: "no such value" }))?.code).toBe("invalid_input");
    }
  });

  it("allows only defined state transitions, and lists the allowed next states", () => {
    const { states } = store;
    if (states === null) return;
    const { column, ways } = states;
    const row = rowAfter(add(store, sample));
    const all = Object.keys(ways);
    expect(all).toEqual(store.columns.find(({ name }) => name === column)?.values);
    const pairs = all.flatMap((from) => all.map((to) => [from, to] as const));
    for (const [from, to] of pairs) {
      const before = { ...row, ...requiredCells(store, from), [column]: from };
      const result = change(store, before, { ...requiredCells(store, to), [column]: to });
      const nextStates = ways[from] ?? [];
      const allowed = nextStates.includes(to);
      expect([from, to, errorOf(result)?.code]).toEqual([from, to, allowed ? undefined : "illegal_transition"]);
      const hint = nextStates.length === 0 ? `${from} is a final state.` : `Allowed next states: ${nextStates.join(", ")}.`;
      expect(errorOf(result)?.hint).toBe(allowed ? undefined : hint);
    }
  });
});

const storeNamed = (name: string): Store => {
  const store = agentStores.find((one) => one.name === name);
  if (store === undefined) throw new Error(name);
  return store;
};

describe("rules of individual stores", () => {
  it("verified needs a regression test", () => {
    const feedback = storeNamed("feedback");
    const row = { ...rowAfter(add(feedback, sampleRow(feedback))), state: "fix-pr-open" };
    expect(errorOf(change(feedback, row, { state: "verified" }))?.message).toContain("verified needs a regression test");
    expect(change(feedback, row, { state: "verified", regression_test_path: "test/a.test.ts" }).ok).toBe(true);
    expect(errorOf(add(feedback, { ...sampleRow(feedback), state: "verified" }))?.message).toContain(
      "verified needs a regression test",
    );
  });

  it("feedback appends transitions to its trail and never restarts it", () => {
    const feedback = storeNamed("feedback");
    const row = rowAfter(add(feedback, sampleRow(feedback)));
    const triaged = rowAfter(change(feedback, row, { state: "triaged" }, { note: { confidence: 80 } }));
    expect(JSON.parse(String(triaged["notes_json"]))).toEqual([{ at, transition: "pending → triaged", confidence: 80 }]);
    expect(errorOf(change(feedback, triaged, { state: "rejected" }))?.message).toContain("only as out-of-scope");
    expect(errorOf(change(feedback, { ...row, notes_json: '{"a":1}' }, { state: "triaged" }))?.code).toBe("invalid_input");
  });

  it("audit accepts missing values once, and no other changes", () => {
    const audit = storeNamed("audit");
    const row = rowAfter(add(audit, sampleRow(audit)));
    const filled = rowAfter(change(audit, row, { result_json: "[]", duration_ms: 5 }));
    expect(filled).toEqual({ ...row, result_json: "[]", duration_ms: 5 });
    expect(errorOf(change(audit, filled, { duration_ms: 6 }))?.code).toBe("append_only");
    expect(errorOf(change(audit, row, { tool_name: "other" }))?.code).toBe("append_only");
  });

  it("a change is refused when its expected cells differ", () => {
    const tasks = storeNamed("tasks");
    const row = rowAfter(add(tasks, sampleRow(tasks)));
    expect(errorOf(change(tasks, row, { state: "running" }, { expect: { worker: "b" } }))?.code).toBe("changed_meanwhile");
    expect(change(tasks, row, { state: "running" }, { expect: { worker: null } }).ok).toBe(true);
  });

  it("budgets warn from 80 % on and stop at 100 %", () => {
    expect([0, 79, 80, 99, 100, 101].map((spent) => levelOf(spent, 100))).toEqual([
      "ok",
      "ok",
      "warning",
      "warning",
      "exhausted",
      "exhausted",
    ]);
    expect(levelOf(0, 0)).toBe("exhausted");
  });
});

describe("task ids", () => {
  it.each([
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "C:evil",
    ".hidden",
    "con",
    "CON.txt",
    "nul",
    "COM1",
    "lpt9.log",
    "a\0b",
    "a\nb",
    "a\u202eb",
    "a.",
    "a ",
    " a",
    "a]b",
    "a[b",
    "x".repeat(129),
  ])("cannot be %j", (id) => {
    expect(taskIdProblem(id)).toBeTypeOf("string");
  });

  it.each(["t_8f2", "019b2f00-0000-7000-8000-000000000000", "console", "a b", "naïve", "x".repeat(128)])("can be %j", (id) => {
    expect(taskIdProblem(id)).toBeUndefined();
  });
});

describe("learnings.log", () => {
  const learning = { ts: "2026-05-03", task_id: "t_8f2", observation: "I added a broad except", candidate: "GAIA.md" };
  const check = (row: Row) => errorOf(add(learnings, { recorded: "r", ...learning, ...row }));

  it("writes the documented line format, and reads it with varying whitespace", () => {
    const line = '2026-05-03 [task=t_8f2] Observed: "I added a broad except" → GAIA.md';
    expect(learningLine(learning)).toBe(line);
    expect(parseLearning(`  2026-05-03   [task=t_8f2]\tObserved:  "I added a broad except"  →  GAIA.md \r\n`)).toEqual(learning);
  });

  it.each(['he said "hi"', '"', "[task=x] Observed:", "a → b", "ends in a backslash \\", " spaces ", "skill:x"])(
    "keeps the observation %j",
    (observation) => {
      expect(check({ observation })).toBeUndefined();
      expect(parseLearning(learningLine({ ...learning, observation }))).toEqual({ ...learning, observation });
    },
  );

  it.each([
    { observation: "two\nlines" },
    { observation: "two\rlines" },
    { observation: "two\u2028lines" },
    { observation: " " },
    { observation: 'x" → dismissed' },
    { observation: `x" → GAIA.md\n2026-01-01 [task=y] Observed: "z` },
    { task_id: 't] Observed: "forged" → GAIA.md' },
    { task_id: "" },
    { ts: "2026 05" },
    { ts: "2026\n05" },
    { candidate: "skill:" },
    { candidate: "skill:a b" },
    { candidate: "README.md" },
  ])("refuses %j", (row) => {
    expect(check(row)?.code).toBe("invalid_input");
  });

  it("ignores lines in any other format", () => {
    for (const text of ["", "nonsense", '2026 [task=] Observed: "x" → GAIA.md', '2026 [task=t] Observed: "x" -> GAIA.md']) {
      expect(parseLearning(text)).toBeUndefined();
    }
  });
});

describe("files", () => {
  it("snapshots are pretty JSON with sorted keys", () => {
    const text = snapshotText(pausedRow);
    const parsed: Readonly<Record<string, unknown>> = JSON.parse(text);
    expect(Object.keys(parsed)).toEqual(Object.keys(parsed).toSorted());
    expect(parsed["tool_call_history"]).toEqual([{ args: { a: 1 }, result: null, tool: "read" }]);
    expect(text).toContain('\n  "context_hash": "sha256-abc",\n');
    expect(text).not.toContain("project");
  });

  it("self-edits are one JSON object per line, with fields in order", () => {
    expect(Object.keys(JSON.parse(selfEditLine(selfEditRow)))).toEqual([
      "ts",
      "pr",
      "fix_class",
      "files",
      "before_sha",
      "after_sha",
      "review_passes",
      "confidence",
      "em_review",
      "auto_merged",
      "feedback_id",
    ]);
  });
});

describe("keys from recording order", () => {
  const device = "0198c0de-0000-7000-8000-000000000001";

  it("sort in recording order, and increase along a log", () => {
    expect(recordedKey({ at, device, seq: 9 }) < recordedKey({ at, device, seq: 10 })).toBe(true);
    const numbers = [1, 2, 3, 4096, 1_000_000].map((seq) => serialKey({ at, device, seq }));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.every(Number.isSafeInteger)).toBe(true);
    expect(serialKey({ at, device, seq: 1 })).not.toBe(serialKey({ at, device: device.replace("1", "2"), seq: 1 }));
  });
});
