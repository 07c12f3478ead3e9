import type * as z from "zod";
import { attemptCounts } from "./attempts.ts";
import { carriedDuration, isCarriedDuration, readDuration, statedDuration } from "./duration.ts";
import { keptField, runLayout, testLayout } from "./file-layout.ts";
import { repairCosts } from "./mend-costs.ts";
import { type EvalFormat, type EvalRun, type EvalTest, evalRun, evalTest } from "./run.ts";
import { detectFormat, isRecord, testsField, validateEvalRun } from "./validate.ts";

/** A run that was read, or the errors. Warnings name optional fields that are kept but not used. */
export type ReadResult =
  | Readonly<{ valid: true; run: EvalRun; warnings: readonly string[] }>
  | Readonly<{ valid: false; format: EvalFormat; errors: readonly string[] }>;

type Fields = Record<string, unknown>;

/**
 * The object being read: its layout, its path (a prefix for messages), and the receiver of warnings about values that cannot be
 * used.
 */
type ReadContext = Readonly<{ layout: (typeof runLayout)["standard"]; at: string; warn(message: string): void }>;

/** `__proto__` cannot be a field of a plain object; no producer stores data under it. */
const protoField = "__proto__";

function copyFields(fields: Readonly<Fields>, extra: Fields): void {
  for (const [name, value] of Object.entries(fields)) if (name !== protoField) extra[name] = value;
}

/**
 * Separates the fields of a format from unknown ones. Fields whose value is undefined count as absent.
 * @param handled names that are read elsewhere
 */
function splitFields(
  raw: Readonly<Fields>,
  { layout, at, warn }: ReadContext,
  handled: readonly string[],
): Readonly<{ fields: Fields; extra: Fields }> {
  const fields: Fields = {};
  const extra: Fields = {};
  for (const name of Object.keys(raw)) {
    const value = raw[name];
    if (value === undefined || handled.includes(name)) continue;
    const field = layout.toField.get(name);
    if (field !== undefined) fields[field] = value;
    else if (name === protoField) warn(`${at}${name}: cannot be kept`);
    else if (name === keptField && isRecord(value) && !Array.isArray(value)) copyFields(value, extra);
    else extra[name] = value;
  }
  return { fields, extra };
}

/**
 * Parses fields. Optional fields of the wrong type go to `extra` under their name in the file, so that nothing is lost and
 * nothing unchecked is used. Null means "none" and is moved without a warning. Cost entries are read one by one.
 */
function parseFields<T>(schema: z.ZodType<T>, fields: Fields, extra: Fields, { layout, at, warn }: ReadContext): T {
  const first = schema.safeParse(Object.keys(extra).length === 0 ? fields : { ...fields, extra });
  if (first.success) return first.data;
  const extraFields = { ...extra };
  const typed = { ...fields };
  for (const field of new Set(first.error.issues.map((issue) => String(issue.path[0])))) {
    const name = layout.toName.get(field) ?? field;
    const value = fields[field];
    extraFields[name] = value;
    if (field === "costs" && Array.isArray(value)) {
      typed[field] = repairCosts(value, `${at}${name}`, warn);
      continue;
    }
    if (value !== null) warn(`${at}${name}: not of its type; kept, but not used`);
    delete typed[field];
  }
  return schema.parse({ ...typed, extra: extraFields });
}

/** Adds the missing `failed` to counts in the variant `{passed, total}`. */
function withFailed(counts: unknown): unknown {
  if (!isRecord(counts) || counts["failed"] !== undefined) return counts;
  const [passed, total] = [counts["passed"], counts["total"]];
  return typeof passed === "number" && typeof total === "number" ? { ...counts, failed: total - passed } : counts;
}

/** Returns the counts per category with `failed` filled in. A value that is still of the wrong type stays as it was written. */
function categoriesOf(value: unknown): unknown {
  if (!isRecord(value) || Array.isArray(value)) return value;
  const filled = Object.fromEntries(Object.entries(value).map(([name, counts]) => [name, withFailed(counts)]));
  return evalRun.shape.by_category.safeParse(filled).success ? filled : value;
}

/** Whether every field has the same name in the file as in the internal form, so that the value can be parsed as it is. */
function hasPlainNames(raw: Readonly<Fields>, { toField }: ReadContext["layout"]): boolean {
  for (const name in raw) if (toField.get(name) !== name) return false;
  return true;
}

function readTest(raw: unknown, context: ReadContext): EvalTest {
  if (isRecord(raw) && hasPlainNames(raw, context.layout)) {
    const parsed = evalTest.safeParse(raw);
    if (parsed.success) return parsed.data;
  }
  const { fields, extra } = splitFields(isRecord(raw) ? raw : {}, context, []);
  return parseFields(evalTest, fields, extra, context);
}

const runHeadSchema = evalRun.omit({ tests: true });

/** Reads a value that `validateEvalRun` found valid. */
function readValid(raw: Readonly<Fields>, format: EvalFormat, warn: ReadContext["warn"]): EvalRun {
  const context = { layout: runLayout[format], at: "", warn };
  const list = testsField[format];
  const stated = Number(raw[statedDuration[format]]);
  const carried = raw[carriedDuration[format]];
  const handled = [
    list,
    statedDuration[format],
    ...(isCarriedDuration(format, carried, stated) ? [carriedDuration[format]] : []),
  ];
  const { fields, extra } = splitFields(raw, context, handled);
  if (fields["by_category"] !== undefined) fields["by_category"] = categoriesOf(fields["by_category"]);
  const head = parseFields(runHeadSchema, { ...fields, format, ...readDuration(format, stated, carried) }, extra, context);
  const listed: unknown = raw[list];
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const layout = testLayout[format];
  const tests = entries.flatMap((entry, index) => {
    const at = `${list}[${index}].`;
    if (!isRecord(entry) || entry["passed"] !== null) return [readTest(entry, { layout, at, warn })];
    warn(`${at}passed: null, so the test did not run and is not counted`);
    return [];
  });
  // The counts in a file include tests that did not run; only the others have a verdict.
  return tests.length === entries.length ? { ...head, tests } : { ...head, ...attemptCounts({ tests }), tests };
}

/**
 * Reads a JSON value in either format into the internal form.
 * @param format detected from the list of tests unless given
 */
export function readEvalRun(value: unknown, format: EvalFormat = detectFormat(value)): ReadResult {
  const { errors } = validateEvalRun(value, format);
  if (errors.length > 0 || !isRecord(value)) return { valid: false, format, errors };
  const warnings: string[] = [];
  const run = readValid(value, format, (message) => warnings.push(message));
  return { valid: true, run, warnings };
}
