import { carriedDuration, isCarriedDuration, statedDuration, writeDuration } from "./duration.ts";
import { keptField, runLayout, testLayout } from "./file-layout.ts";
import type { EvalFormat, EvalRun, EvalTest } from "./run.ts";

/** The JSON object of a file. */
export type EvalFile = Readonly<Record<string, unknown>>;

/**
 * Adds unknown fields next to the known ones. Fields whose names would be read as something else go into a separate field,
 * `keptField`.
 */
function addExtra(
  out: Record<string, unknown>,
  extra: EvalFile | undefined,
  isTaken: (name: string, value: unknown) => boolean,
): void {
  if (extra === undefined) return;
  const clashingFields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(extra)) {
    // The original list of costs, if some of its entries could not be read; it replaces the entries that were read.
    const isOriginal = name === "costs" && Array.isArray(value);
    const clashes = !isOriginal && (name === keptField || Object.hasOwn(out, name) || isTaken(name, value));
    (clashes ? clashingFields : out)[name] = value;
  }
  if (Object.keys(clashingFields).length > 0) out[keptField] = clashingFields;
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
 * Writes a run in either format. Required fields follow the formats' documentation (legacy → standard: seconds rounded half up;
 * standard → legacy: milliseconds = seconds × 1000). Fields that the target format has no place for are written too, so that
 * `readEvalRun` restores the run unchanged (except for its `format`).
 */
export function writeEvalRun(run: EvalRun, format: EvalFormat): EvalFile {
  const layout = runLayout[format];
  const { stated, carried } = writeDuration(format, run);
  const out = writeFields({ ...run, tests: undefined }, layout.toName);
  out[statedDuration[format]] = stated;
  if (carried !== undefined) out[carriedDuration[format]] = carried;
  // The list of tests comes last: it is long, and the fields of the whole run should be seen first.
  const tests = layout.toName.get("tests");
  if (tests !== undefined) out[tests] = run.tests.map((test) => writeTest(test, format));
  addExtra(out, run.extra, (name, value) =>
    name === carriedDuration[format] ? isCarriedDuration(format, value, stated) : layout.reads(name, value),
  );
  return out;
}
