import { carriedDuration, isCarriedDuration, statedDuration, writeDuration } from "./duration.ts";
import { keptField, runLayout, testLayout } from "./file-layout.ts";
import type { EvalFormat, EvalRun, EvalTest } from "./run.ts";

/** A JSON object as a file holds it. */
export type EvalFile = Readonly<Record<string, unknown>>;

/** Puts unknown fields beside the known ones; those that would be taken for something else go to a field of their own. */
function addExtra(
  out: Record<string, unknown>,
  extra: EvalFile | undefined,
  isTaken: (name: string, value: unknown) => boolean,
): void {
  if (extra === undefined) return;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(extra)) {
    // Costs of which some could not be read, in place of what was read of them.
    const isOriginal = name === "costs" && Array.isArray(value);
    const clashes = !isOriginal && (name === keptField || Object.hasOwn(out, name) || isTaken(name, value));
    (clashes ? kept : out)[name] = value;
  }
  if (Object.keys(kept).length > 0) out[keptField] = kept;
}

function writeFields(fields: EvalFile, toName: ReadonlyMap<string, string>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [field, name] of toName) {
    const value = fields[field];
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function writeTest(test: EvalTest, format: EvalFormat): EvalFile {
  const layout = testLayout[format];
  const out = writeFields(test, layout.toName);
  addExtra(out, test.extra, layout.reads);
  return out;
}

/**
 * Writes a run in either format. Required fields are as the formats' documents say (legacy → standard: seconds rounded half up;
 * standard → legacy: milliseconds = seconds × 1000). What the target format has no place for is written all the same, so that
 * `readEvalRun` gives the run back as it was (its `format` aside).
 */
export function writeEvalRun(run: EvalRun, format: EvalFormat): EvalFile {
  const layout = runLayout[format];
  const { stated, carried } = writeDuration(format, run);
  const out = writeFields({ ...run, tests: undefined }, layout.toName);
  out[statedDuration[format]] = stated;
  if (carried !== undefined) out[carriedDuration[format]] = carried;
  // The list of tests comes last: it is long, and what is said of the whole run should be seen first.
  const tests = layout.toName.get("tests");
  if (tests !== undefined) out[tests] = run.tests.map((test) => writeTest(test, format));
  addExtra(out, run.extra, (name, value) =>
    name === carriedDuration[format] ? isCarriedDuration(format, value, stated) : layout.reads(name, value),
  );
  return out;
}
