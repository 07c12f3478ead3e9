import { type EvalFormat, evalRun, evalTest } from "./run.ts";
import { testsField } from "./validate.ts";

/*
 * Maps the fields of the internal form to their names in a file. A field that a format has no place for is still written, under
 * its own name: other readers of that format ignore it, and this program's reader restores it.
 */

/** Field of a written file that holds the unknown fields whose names have another meaning in that format. */
export const keptField = "_reward_ledger";

type Layout = Readonly<{
  /** Name in the file → field of the internal form. */
  toField: ReadonlyMap<string, string>;
  /** Field of the internal form → name in the file, in the order they are written. */
  toName: ReadonlyMap<string, string>;
  /** Whether a value under a name in the file would be read as the field of that name. */
  reads(name: string, value: unknown): boolean;
}>;

type Shape = Readonly<Record<string, Readonly<{ safeParse(value: unknown): Readonly<{ success: boolean }> }>>>;

/**
 * @param renamed field → name in the file, where they differ
 * @param special fields that are read and written separately
 */
function layoutOf(shape: Shape, renamed: Readonly<Record<string, string>>, special: readonly string[]): Layout {
  const toName = new Map<string, string>();
  const toField = new Map<string, string>();
  for (const field of Object.keys(shape)) {
    if (special.includes(field)) continue;
    const name = renamed[field] ?? field;
    toName.set(field, name);
    toField.set(name, field);
  }
  const reads = (name: string, value: unknown): boolean => {
    const field = toField.get(name);
    return field !== undefined && shape[field]?.safeParse(value).success === true;
  };
  return { toField, toName, reads };
}

/** Seconds and milliseconds are the same value in two precisions: see `duration.ts`. */
const specialRunFields = ["format", "extra", "total_duration_ms", "duration_seconds"];

export const runLayout: Readonly<Record<EvalFormat, Layout>> = {
  standard: layoutOf(evalRun.shape, { tests: testsField.standard }, specialRunFields),
  legacy: layoutOf(evalRun.shape, { git_branch: "branch", total: "total_tests", tests: testsField.legacy }, specialRunFields),
};

/** `output` is an object in the standard format and text in the legacy one. */
export const testLayout: Readonly<Record<EvalFormat, Layout>> = {
  standard: layoutOf(evalTest.shape, {}, ["extra"]),
  legacy: layoutOf(evalTest.shape, { output: "output_object", output_text: "output" }, ["extra"]),
};
