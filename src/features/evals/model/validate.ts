import type { EvalFormat } from "./run.ts";

/** `valid` is true exactly when `errors` is empty. Each error is one line: `where: what is wrong`. */
export type Validation = Readonly<{ valid: boolean; errors: readonly string[] }>;

type FieldTypes = readonly (readonly [field: string, type: "string" | "number" | "object"])[];

const standardFields: FieldTypes = [
  ["schema_version", "number"],
  ["version", "string"],
  ["git_branch", "string"],
  ["git_sha", "string"],
  ["timestamp", "string"],
  ["tier", "string"],
  ["total", "number"],
  ["passed", "number"],
  ["failed", "number"],
  ["total_cost_usd", "number"],
  ["duration_seconds", "number"],
  ["all_results", "object"],
];

const legacyFields: FieldTypes = [
  ["schema_version", "number"],
  ["version", "string"],
  ["branch", "string"],
  ["git_sha", "string"],
  ["timestamp", "string"],
  ["tier", "string"],
  ["total_tests", "number"],
  ["passed", "number"],
  ["failed", "number"],
  ["total_cost_usd", "number"],
  ["total_duration_ms", "number"],
  ["tests", "object"],
];

const requiredByFormat: Readonly<Record<EvalFormat, FieldTypes>> = { standard: standardFields, legacy: legacyFields };

/** Names of the required fields of a format. */
export const requiredFields = (format: EvalFormat): readonly string[] => requiredByFormat[format].map(([field]) => field);

/** The field that holds the tests. */
export const testsField: Readonly<Record<EvalFormat, string>> = { standard: "all_results", legacy: "tests" };

/** Whether a value can have fields. Arrays can; validation then fails because they lack the required fields. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const typeNameOf = (value: unknown): string => (value === null ? "null" : typeof value);

/** Maximum number of errors reported; a longer list of invalid tests adds no information. */
const maxErrors = 100;

function fieldErrors(value: Readonly<Record<string, unknown>>, fields: FieldTypes): readonly string[] {
  return fields.flatMap(([field, type]) => {
    const actual = Object.hasOwn(value, field) ? value[field] : undefined;
    if (actual === undefined) return [`${field}: missing`];
    if (typeof actual !== type) return [`${field}: expected ${type}, got ${typeNameOf(actual)}`];
    // JSON has no infinity, but a literal such as 1e999 is parsed as infinity and could not be written again.
    if (typeof actual === "number" && !Number.isFinite(actual)) return [`${field}: expected number, got ${actual}`];
    return [];
  });
}

function entryErrors(entry: unknown, at: string): readonly string[] {
  if (!isRecord(entry)) return [`${at}: not an object`];
  const errors: string[] = [];
  if (typeof entry["name"] !== "string") errors.push(`${at}.name: expected string, got ${typeNameOf(entry["name"])}`);
  // Null means no verdict: the test did not run.
  if (typeof entry["passed"] !== "boolean" && entry["passed"] !== null) {
    errors.push(`${at}.passed: expected boolean, got ${typeof entry["passed"]}`);
  }
  return errors;
}

/**
 * Validates a value as an eval run of a format: the required fields in the order of the format's table, then its tests in order.
 * Optional fields are not validated (see `readEvalRun` for how they are handled).
 */
export function validateEvalRun(value: unknown, format: EvalFormat): Validation {
  if (!isRecord(value)) return { valid: false, errors: [`(root): not an object, got ${value === null ? "null" : typeof value}`] };
  const field = testsField[format];
  const errors = [...fieldErrors(value, requiredByFormat[format])];
  const tests = Object.hasOwn(value, field) ? value[field] : undefined;
  if (Array.isArray(tests)) {
    for (const [index, entry] of tests.entries()) {
      if (errors.length >= maxErrors) break;
      for (const error of entryErrors(entry, `${field}[${index}]`)) errors.push(error);
    }
  } else if (tests !== undefined) errors.push(`${field}: not an array`);
  return { valid: errors.length === 0, errors };
}

/**
 * Detects the format of a value: legacy when it has the legacy list of tests and not the standard one, else standard, so that a
 * value that is neither is validated against the standard format.
 */
export const detectFormat = (value: unknown): EvalFormat =>
  isRecord(value) && Object.hasOwn(value, "tests") && !Object.hasOwn(value, "all_results") ? "legacy" : "standard";

/** Whether a value is an eval run, judged by its list of tests; it may still be invalid. */
export const isEval = (value: unknown): boolean =>
  isRecord(value) && !Array.isArray(value) && Array.isArray(value[testsField[detectFormat(value)]]);
