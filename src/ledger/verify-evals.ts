import { hash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type FoldedRun, foldEvalRuns, resultsText } from "../features/evals/model/fold-runs.ts";
import { unpackResults } from "../features/evals/model/packed-results.ts";
import type { EvalQueries, EvalRunRow } from "../features/evals/model/queries.ts";
import type { TestKey } from "../features/evals/model/run.ts";
import type { TakenBackCheck } from "../features/intake/model/undo.ts";
import { cancelled } from "../kernel/errors.ts";
import type { Recording } from "../kernel/fact.ts";

/** SHA-256 digest that is compared in place of a long text. */
export const digestOf = (text: string): string => hash("sha256", text);

type Expected = Omit<FoldedRun, "id" | "recording" | "shown">;

const toExpected = ({ id: _, recording: __, shown: ___, ...run }: FoldedRun): Expected => run;

function readStored(evals: EvalQueries, { id, place: _, ...run }: EvalRunRow, tests: ReadonlyMap<number, TestKey>): Expected {
  const [packed] = evals.packed(id);
  const { tests: numbers, passed } = unpackResults(packed ?? new Uint8Array());
  const results = numbers.map((number, index) => {
    const key = tests.get(number);
    if (key === undefined) throw new TypeError(`the index has no eval test ${number}`);
    return { key, passed: passed[index] === true };
  });
  const costs = evals.costs({ run: id }).map(({ runId: __, at: ___, ...entry }) => entry);
  return { ...run, results: digestOf(resultsText(results)), costs };
}

/** Compares the eval runs of index and journal; returns a message about the first difference, if any. */
export async function compareEvals(
  evals: EvalQueries,
  recorded: readonly FoldedRun[],
  isTakenBack: TakenBackCheck,
  readings: readonly Recording[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const expected = foldEvalRuns(recorded, isTakenBack, readings);
  const rows = evals.everyRun();
  const tests = evals.tests({});
  const unknown = rows.find(({ id }) => !expected.has(id));
  if (unknown !== undefined) return [`The index has the eval run ${unknown.id}, the journal has none`];
  if (rows.length !== expected.size) return [`The index has ${rows.length} eval runs where the journal gives ${expected.size}`];
  for (const [position, row] of rows.entries()) {
    const wanted = expected.get(row.id);
    if (wanted === undefined) continue;
    if (position % 50 === 0) {
      // Unpacking many runs takes long: yield to other work, and stop when the caller has cancelled.
      await nextTurn();
      if (signal?.aborted) throw cancelled("verifying");
    }
    const [stored, expectedRun] = [readStored(evals, row, tests), toExpected(wanted)];
    if (!isDeepStrictEqual(stored, expectedRun)) {
      return [
        `The eval run ${row.id} in the index is ${JSON.stringify(stored)} where the journal gives ${JSON.stringify(expectedRun)}`,
      ];
    }
  }
  return [];
}
