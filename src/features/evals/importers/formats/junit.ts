import { parseTimestamp } from "../../../../kernel/timestamp.ts";
import {
  hasTestsOfOneName,
  type JunitCase,
  type JunitFailure,
  type JunitProducer,
  type JunitSuites,
  junitAttempts,
  readJunitReport,
  secondsToMs,
} from "../../../shared/input/junit-cases.ts";
import { xmlRootName } from "../../../shared/input/xml.ts";
import { createFileNamer, isPathAround } from "./files.ts";
import type { ReadResults, ResultFormat, ResultText } from "./format.ts";
import { buildRun, failureText, isoOf, joinNames, numberDuplicates, optionalField, type ResultTest } from "./result-run.ts";

/** How the suites and names of a producer become those of tests. */
type Dialect = Readonly<{
  tier: string;
  /** Names of suites that the tool itself adds. */
  ownSuites?: readonly string[];
  /** Whether `classname` repeats the name. */
  classNameIsName?: boolean;
  /** Whether `hostname` is the name of a project of the tool. */
  hostIsProject?: boolean;
  /** Separator between the suites in a test's name. */
  separator?: string;
  /** Whether `file` adds nothing to `classname`. */
  fileIsClass?: boolean;
}>;

const dialects: Readonly<Record<JunitProducer, Dialect>> = {
  vitest: { tier: "vitest", separator: " > " },
  jest: { tier: "jest", classNameIsName: true },
  "mocha-junit": { tier: "mocha", ownSuites: ["Root Suite"], classNameIsName: true },
  "mocha-xunit": { tier: "mocha", ownSuites: ["Mocha Tests"] },
  pytest: { tier: "pytest", ownSuites: ["pytest"], fileIsClass: true },
  playwright: { tier: "playwright", hostIsProject: true },
  surefire: { tier: "surefire" },
  node: { tier: "junit" },
  other: { tier: "junit" },
};

const parseCount = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0);

const textsOf = ({ message, text }: JunitFailure): string | undefined => failureText(message, text);

/** Returns the attempts at one test, in order. The duration is that of the last one. */
function attemptsAt(one: JunitCase, key: Pick<ResultTest, "suite" | "name">): readonly ResultTest[] {
  const attempts = junitAttempts(one);
  if (attempts.length === 0) return [{ ...key, passed: null }];
  return attempts.map((failures, index) => ({
    ...key,
    passed: failures.length === 0,
    ...(index === attempts.length - 1 ? optionalField("duration_ms", one.took) : {}),
    ...optionalField("error", failureText(...failures.map(textsOf))),
  }));
}

/**
 * Converts the date format of mail, which some producers write (`Sun, 29 Nov 2026 05:52:38 GMT`), to ISO-8601; keeps any other
 * text.
 */
const toIsoTime = (text: string): string => (/^[A-Z][a-z]{2}, .* GMT$/.test(text) ? (isoOf(Date.parse(text)) ?? text) : text);

/**
 * Returns the earliest of several times. If one is valid, invalid ones are ignored, and so is the year 1, which Go and .NET write
 * for an unknown time.
 */
function firstTime(times: readonly string[]): string | undefined {
  const stated = times.filter((time) => time.trim() !== "").map((text) => ({ text, at: parseTimestamp(text) }));
  const known = stated.flatMap(({ text, at }) => (at === undefined || at <= 0 ? [] : [{ text, at }]));
  const [first] = known.toSorted((a, b) => a.at - b.at);
  return first?.text ?? stated.find(({ at }) => at === undefined)?.text;
}

/** Names of suites that are paths around the tests' files, such as that of its configuration, which PHPUnit writes. */
function pathNames(cases: readonly JunitCase[], files: readonly string[]): ReadonlySet<string> {
  const names = new Set(cases.flatMap(({ around }) => around.names));
  return new Set([...names].filter((name) => isPathAround(name, files)));
}

/** Returns a function that gives the suite name in a test's key. Tests of one class in one suite have the same suite name. */
function suiteNames(
  dialect: Dialect,
  toFileName: (file: string) => string,
  paths: ReadonlySet<string>,
): (one: JunitCase) => string {
  const known = new Map<JunitSuites, Map<string, string>>();
  return ({ around, name, className, file }) => {
    const namesByKey = known.get(around) ?? new Map<string, string>();
    known.set(around, namesByKey);
    const own = around.names
      .filter((part) => dialect.ownSuites?.includes(part) !== true)
      .map((part) => (paths.has(part) ? toFileName(part) : part));
    // PHPUnit writes the class of a suite with dots for its backslashes.
    const isClass = (part: string): boolean => part.includes("\\") && part.replaceAll("\\", ".") === className;
    const isRedundant = className === name || dialect.classNameIsName === true || own.some(isClass);
    const classPart = isRedundant || [own.at(-1), own.join("."), own.join(" ")].includes(className) ? "" : className;
    const key = `${classPart}\n${file ?? ""}`;
    const cached = namesByKey.get(key);
    if (cached !== undefined) return cached;
    const path = file === undefined || dialect.fileIsClass === true ? undefined : toFileName(file);
    const parts = [...own, classPart];
    const project = dialect.hostIsProject === true ? around.host : undefined;
    const suite = joinNames(project, path !== undefined && parts.includes(path) ? undefined : path, ...parts);
    namesByKey.set(key, suite);
    return suite;
  };
}

function readJunit({ text, target, root: folder }: ResultText): ReadResults {
  const report = readJunitReport(text, target);
  const { producer, cases, stated, root } = report;
  const dialect = dialects[producer];
  const files = [...new Set(cases.flatMap(({ file }) => file ?? []))];
  const paths = pathNames(cases, files);
  const suiteOf = suiteNames(dialect, createFileNamer(folder, [...files, ...paths]), paths);
  const keyOf = (one: JunitCase): Pick<ResultTest, "suite" | "name"> => {
    const suite = suiteOf(one);
    const name = dialect.separator === undefined ? one.name : one.name.replaceAll(dialect.separator, " › ");
    return { ...optionalField("suite", suite === "" ? undefined : suite), name };
  };
  const all = cases.map((one) => attemptsAt(one, keyOf(one)));
  const tests = hasTestsOfOneName(report) ? numberDuplicates(all) : all.flat();
  const skipped = tests.filter(({ passed }) => passed === null).length;
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const statedSkipped = root?.attributes.get("skipped") ?? String(sum(stated.skipped.map(parseCount)));
  const durations = stated.time.flatMap((time) => secondsToMs(time) ?? []);
  return buildRun(target, {
    format: "junit",
    tier: dialect.tier,
    at: firstTime(report.times.map(toIsoTime)),
    durationMs: secondsToMs(root?.attributes.get("time")) ?? (durations.length === 0 ? undefined : sum(durations)),
    tests,
    // Some producers state only the number of tests that did not run.
    ...(skipped === 0 ? { alsoSkipped: parseCount(statedSkipped) } : {}),
  });
}

export const junit: ResultFormat = {
  id: "junit",
  title: "JUnit XML",
  claims: ({ isXml, text }) => isXml && ["testsuites", "testsuite"].includes(xmlRootName(text) ?? ""),
  read: readJunit,
};
