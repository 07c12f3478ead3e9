import { attemptCounts, testCounts } from "./attempts.ts";
import { mostCounted } from "./cost.ts";
import { amountMicros } from "./money.ts";
import { type EvalRun, type EvalTest, runInstant } from "./run.ts";
import { testsField } from "./validate.ts";

/** The schema version, of both formats, that this program knows. */
const knownVersion = 1;

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

const nonCountWarnings = (names: readonly (readonly [string, number | undefined])[]): readonly string[] =>
  names.flatMap(([name, value]) => (value === undefined || isCount(value) ? [] : [`${name}: ${value} is not a count`]));

/** Warnings about counts of a cost entry, including those above `mostCounted`, which are not added up. */
const costCountWarnings = (names: readonly (readonly [string, number | undefined])[]): readonly string[] => [
  ...nonCountWarnings(names),
  ...names.flatMap(([name, value = 0]) => (isCount(value) && value > mostCounted ? [`${name}: ${value} cannot be right`] : [])),
];

const negativeWarnings = (names: readonly (readonly [string, number | undefined])[]): readonly string[] =>
  names.flatMap(([name, value]) => (value !== undefined && value < 0 ? [`${name}: ${value} is negative`] : []));

/** Warnings about amounts that cannot be right and are therefore not counted. */
const amountWarnings = (names: readonly (readonly [string, number | undefined])[]): readonly string[] =>
  names.flatMap(([name, value]) => {
    if (value === undefined || amountMicros(value) !== undefined) return [];
    return [`${name}: ${value} ${value < 0 ? "is negative" : "cannot be right"}`];
  });

const testWarnings = (test: EvalTest): readonly string[] => [
  ...negativeWarnings([
    ["duration_ms", test.duration_ms],
    ["detection_rate", test.detection_rate],
  ]),
  ...amountWarnings([["cost_usd", test.cost_usd]]),
  ...nonCountWarnings([
    ["turns_used", test.turns_used],
    ["false_positives", test.false_positives],
  ]),
];

/**
 * Returns the index in the file of each cost entry of a run. `extra` holds the list as written if some of its entries are null or
 * invalid; null entries are not among the run's entries.
 */
function costIndexes({ extra, costs = [] }: EvalRun): readonly number[] {
  const listed = extra?.["costs"];
  if (!Array.isArray(listed)) return [...costs.keys()];
  return listed.flatMap((entry, index) => (entry === null ? [] : [index]));
}

function costWarnings(run: EvalRun): readonly string[] {
  const indexes = costIndexes(run);
  return (run.costs ?? []).flatMap((entry, index) => {
    const at = `costs[${indexes[index] ?? index}]`;
    return [
      ...costCountWarnings([
        [`${at}.calls`, entry.calls],
        [`${at}.input_tokens`, entry.input_tokens],
        [`${at}.output_tokens`, entry.output_tokens],
        [`${at}.cache_read_input_tokens`, entry.cache_read_input_tokens],
        [`${at}.cache_creation_input_tokens`, entry.cache_creation_input_tokens],
      ]),
      ...amountWarnings([[`${at}.cost_usd`, entry.cost_usd]]),
    ];
  });
}

function countWarnings(run: EvalRun, fields: Readonly<{ total: string; tests: string }>): readonly string[] {
  const attempts = attemptCounts(run);
  // A runner that retries may state the number of tests or of attempts.
  const counted = run.total === attempts.total ? attempts : testCounts(run);
  const warnings: string[] = [];
  if (run.passed + run.failed !== run.total) {
    warnings.push(`${fields.total}: ${run.total} is not passed + failed (${run.passed} + ${run.failed})`);
  }
  if (run.total !== counted.total) warnings.push(`${fields.total}: ${run.total} stated, ${fields.tests} has ${counted.total}`);
  if (run.passed !== counted.passed) {
    warnings.push(`passed: ${run.passed} stated, ${counted.passed} of ${fields.tests} passed`);
  }
  return warnings;
}

function timeWarnings(run: EvalRun): readonly string[] {
  if (runInstant(run) !== undefined) return [];
  // Not every format of results states when the tests ran.
  if (run.source_format !== undefined && run.timestamp === "") return ["it states no time; the run counts as of its recording"];
  return [`timestamp: "${run.timestamp}" is not an ISO-8601 time`];
}

/**
 * Returns warnings about values of a valid run that cannot be right, one line each: `where: what`. None of them prevents the
 * recording of the run.
 */
export function sanityWarnings(run: EvalRun): readonly string[] {
  const legacy = run.format === "legacy";
  const total = legacy ? "total_tests" : "total";
  const tests = testsField[run.format];
  return [
    ...(run.schema_version === knownVersion
      ? []
      : [`schema_version: ${run.schema_version} is not known (this program knows ${knownVersion})`]),
    ...timeWarnings(run),
    ...nonCountWarnings([
      [total, run.total],
      ["passed", run.passed],
      ["failed", run.failed],
    ]),
    ...countWarnings(run, { total, tests }),
    ...amountWarnings([["total_cost_usd", run.total_cost_usd]]),
    ...negativeWarnings([
      legacy
        ? ["total_duration_ms", run.total_duration_ms]
        : ["duration_seconds", run.duration_seconds ?? run.total_duration_ms / 1000],
    ]),
    ...costWarnings(run),
    ...run.tests.flatMap((test, index) => testWarnings(test).map((warning) => `${tests}[${index}].${warning}`)),
  ];
}
