import { stripVTControlCharacters } from "node:util";
import type * as z from "zod";
import { composedKey } from "../../../../kernel/composed-key.ts";
import { invalidEval } from "../../../../kernel/errors.ts";
import { formatNumber as withCommas } from "../../../../kernel/grouped.ts";
import { isInstant } from "../../../../kernel/timestamp.ts";
import { formatPath } from "../../../../kernel/zod-messages.ts";
import { testCounts } from "../../model/attempts.ts";
import { amountMicros, microsToUsd } from "../../model/money.ts";
import { type CostEntry, type EvalRun, type EvalTest, evalRun } from "../../model/run.ts";
import type { ReadResults } from "./format.ts";

/**
 * One attempt at a test; `passed` is null when it did not run. Optional fields are absent when the format does not state them.
 */
export type ResultTest = Omit<EvalTest, "passed"> & Readonly<{ passed: boolean | null }>;

/** The results of a run as a format states them. */
export type Results = Readonly<{
  format: string;
  /** Name of the set of tests; a later run of the same set is compared with this one. */
  tier: string;
  /** When the run began, ISO-8601 or ms since the epoch, if the format states it. */
  at?: string | number | undefined;
  durationMs?: number | undefined;
  /** Every attempt; attempts at the same test are in order. */
  tests: readonly ResultTest[];
  /** Number of tests that did not run and are not among `tests`. */
  alsoSkipped?: number | undefined;
  branch?: string | undefined;
  sha?: string | undefined;
  label?: string | undefined;
  costs?: readonly CostEntry[] | undefined;
  /** Whether the run ended before all tests had run. */
  partial?: boolean | undefined;
  warnings?: readonly string[] | undefined;
}>;

/** Maximum length of a failure text in characters: some tools print a page per test. */
const maxFailureLength = 4000;

/**
 * Returns the text of a failure without colours, cut to a length that a person reads. A part that repeats the text before it is
 * left out. Undefined when there is no text.
 */
export function failureText(...parts: readonly (string | undefined)[]): string | undefined {
  const texts: string[] = [];
  for (const part of parts) {
    const text = stripVTControlCharacters(part ?? "").trim();
    if (text === "" || texts.some((one) => one.includes(text))) continue;
    const last = texts.at(-1);
    if (last !== undefined && (text.startsWith(last) || text.split("\n", 1)[0]?.includes(last) === true)) texts.pop();
    texts.push(text);
  }
  const text = texts.join("\n");
  if (text === "") return undefined;
  return text.length > maxFailureLength ? `${text.slice(0, maxFailureLength).toWellFormed()}…` : text;
}

/**
 * Maximum number of failed attempts before the last one, for a test and for a whole file; higher numbers are errors of the
 * producer.
 */
const maxAttempts = 100;
const maxAttemptsOfFile = 100_000;

/**
 * Returns the failed attempts before a test's last one, of which only the number is stated.
 * @param at where the number is stated
 */
type FailedBefore = (count: number | undefined, one: Omit<ResultTest, "passed">, at: string) => readonly ResultTest[];

/**
 * Returns a `FailedBefore` for one file. A number that cannot be right yields no attempts; once the sum exceeds the limit of the
 * file, no number yields any.
 */
export function createFailedBefore(warn: (message: string) => void): FailedBefore {
  let remaining = maxAttemptsOfFile;
  let isFull = false;
  return (count = 0, one, at) => {
    if (!Number.isInteger(count) || count < 0 || count > maxAttempts) {
      warn(`${at}: ${count} earlier attempts cannot be right (at most ${maxAttempts} are read); not counted`);
      return [];
    }
    if (count > remaining && !isFull) {
      warn(
        `${at}: the file states more than ${withCommas(maxAttemptsOfFile)} earlier attempts; from here on they are not counted`,
      );
      isFull = true;
    }
    if (isFull) return [];
    remaining -= count;
    return Array.from({ length: count }, () => ({ ...one, passed: false }));
  };
}

/**
 * Numbers tests of the same name, such as those of a table or of two projects, in formats that distinguish attempts from tests.
 * If they were taken for attempts, a test that passed would hide one that failed.
 * @param tests the attempts at each test
 */
export function numberDuplicates(tests: readonly (readonly ResultTest[])[]): readonly ResultTest[] {
  const keyOf = ({ suite = "" }: ResultTest, name: string): string => composedKey(suite, name).normalize("NFC");
  const keyed = tests.flatMap((attempts) => {
    const [first] = attempts;
    return first === undefined ? [] : [{ attempts, first, key: keyOf(first, first.name) }];
  });
  const taken = new Set(keyed.map(({ key }) => key));
  if (taken.size === keyed.length) return tests.flat();
  const numbers = new Map<string, number>();
  return keyed.flatMap(({ attempts, first, key }) => {
    let number = (numbers.get(key) ?? 0) + 1;
    const nameOf = (): string => (number === 1 ? first.name : `${first.name} #${number}`);
    while (number > 1 && taken.has(keyOf(first, nameOf()))) number += 1;
    numbers.set(key, number);
    if (number === 1) return attempts;
    const name = nameOf();
    return attempts.map((one) => ({ ...one, name }));
  });
}

/** Joins the names of nested suites and tests. */
export const joinNames = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part.trim() !== "").join(" › ");

/** An optional field; absent when there is no value. */
export const optionalField = <Key extends string, Value>(key: Key, value: Value | undefined | null) =>
  value === undefined || value === null ? {} : ({ [key]: value } as { [K in Key]: Value });

/**
 * Returns the input tokens without cached ones, for producers that count those among the input. A total below the cached tokens
 * cannot contain them and stays as it is.
 */
export function withoutCached(input: number, ...cached: readonly (number | undefined)[]): number {
  const rest = input - sum(cached);
  return rest < 0 ? input : rest;
}

const sum = (values: readonly (number | undefined)[]): number => values.reduce<number>((all, value) => all + (value ?? 0), 0);

const hasRun = (test: ResultTest): test is EvalTest => test.passed !== null;

/** Builds the run from the results of a format. @throws invalid_eval when there is no test at all */
export function buildRun(target: string, results: Results): ReadResults {
  const { format, tier, tests: all, costs, warnings = [] } = results;
  const tests = all.filter(hasRun);
  const skipped = all.length - tests.length + (results.alsoSkipped ?? 0);
  if (tests.length + skipped === 0) throw invalidEval(target, [`it holds no test results (${format})`, ...warnings.slice(0, 3)]);
  const micros = sum((costs ?? tests).map(({ cost_usd }) => (cost_usd === undefined ? undefined : amountMicros(cost_usd))));
  const run: EvalRun = {
    format: "standard",
    schema_version: 1,
    version: "",
    git_branch: results.branch ?? "",
    git_sha: results.sha ?? "",
    timestamp: (typeof results.at === "number" ? isoOf(toMilliseconds(results.at)) : results.at) ?? "",
    tier,
    ...optionalField("label", results.label),
    ...testCounts({ tier, tests }),
    total_cost_usd: microsToUsd(micros),
    total_duration_ms: results.durationMs ?? sum(tests.map(({ duration_ms }) => duration_ms)),
    ...(results.partial === true ? { _partial: true } : {}),
    ...(costs === undefined || costs.length === 0 ? {} : { costs: [...costs] }),
    source_format: format,
    ...(skipped === 0 ? {} : { tests_skipped: skipped }),
    tests,
  };
  return { run: evalRun.parse(run), warnings };
}

/** An entry of a list, and its path. */
export type Placed<T> = Readonly<{ entry: T; at: string }>;

/**
 * Reads the entries of a list one by one, so that the others are kept when one is invalid.
 * @param at path of the list
 */
export function placedEntries<T>(
  schema: z.ZodType<T>,
  list: readonly unknown[],
  at: string,
  warn: (message: string) => void,
): readonly Placed<T>[] {
  return list.flatMap((entry, index) => {
    const result = schema.safeParse(entry);
    if (result.success) return [{ entry: result.data, at: `${at}[${index}]` }];
    warn(`${at}[${index}]: ${firstProblem(result.error)}; not recorded`);
    return [];
  });
}

/** `placedEntries` without the paths. */
export const readEntries = <T>(...args: Parameters<typeof placedEntries<T>>): readonly T[] =>
  placedEntries(...args).map(({ entry }) => entry);

const firstProblem = ({ issues: [issue] }: z.ZodError): string =>
  issue === undefined ? "not of the format" : [formatPath(issue.path), issue.message].filter((part) => part !== "").join(": ");

/** Parses a value with a schema. @throws invalid_eval with one line per problem */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, target: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidEval(
    target,
    result.error.issues.map((issue) => [formatPath(issue.path), issue.message].filter((part) => part !== "").join(": ")),
  );
}

/** Converts milliseconds since the epoch to ISO-8601; undefined when they are not a valid time. */
export const isoOf = (ms: number): string | undefined => (isInstant(ms) ? new Date(ms).toISOString() : undefined);

/**
 * Range of plausible times in ms since the epoch, 1973 to 5138. Plausible times in seconds, microseconds or nanoseconds are
 * outside of it.
 */
const [minMs, maxMs] = [1e11, 1e14];

/** Converts a time that should be in milliseconds; some producers use other units. */
function toMilliseconds(at: number): number {
  if (at > 0 && at < minMs) return at * 1000;
  return at < maxMs ? at : at < maxMs * 1000 ? at / 1000 : at / 1_000_000;
}

/** An optional field. Null means the same as absent, as in the output of most producers. */
export const maybe = <T>(schema: z.ZodType<T>) => schema.nullish().transform((value) => value ?? undefined);

/** Groups things by key; keys are in the order of their first occurrence. */
export function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): ReadonlyMap<Key, readonly T[]> {
  const groups = new Map<Key, T[]>();
  for (const thing of items) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thing]);
    else group.push(thing);
  }
  return groups;
}
