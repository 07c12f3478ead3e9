import { parseTimestamp } from "../../../../kernel/timestamp.ts";
import { createBrokenSuiteDetector, didNotRun } from "../../../shared/input/junit-suites.ts";
import { readXml, type XmlElement, xmlRootName } from "../../../shared/input/xml.ts";
import { createFileNamer, isPathAround } from "./files.ts";
import type { ReadResults, ResultFormat, ResultText } from "./format.ts";
import { buildRun, failureText, isoOf, joinNames, numberDuplicates, optionalField, type ResultTest } from "./result-run.ts";

/** How a known producer writes its suites and names. */
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
  /** Whether each test is written once, with its last attempt. */
  writesOnce?: boolean;
}>;

const defaultDialect: Dialect = { tier: "junit" };

/** Detects the producer from the root element and the first suite. */
function dialectOf(root: XmlElement, suite: XmlElement | undefined): Dialect {
  const name = root.attributes.get("name");
  if (name === "vitest tests") return { tier: "vitest", separator: " > ", writesOnce: true };
  if (name === "jest tests") return { tier: "jest", classNameIsName: true, writesOnce: true };
  if (name === "Mocha Tests" && root.name === "testsuites")
    return { tier: "mocha", ownSuites: ["Root Suite"], classNameIsName: true, writesOnce: true };
  if (name === "Mocha Tests") return { tier: "mocha", ownSuites: ["Mocha Tests"], writesOnce: true };
  if ([name, suite?.attributes.get("name")].some((one) => one === "pytest" || one === "pytest tests"))
    return { tier: "pytest", ownSuites: ["pytest"], fileIsClass: true };
  if (root.name === "testsuites" && root.attributes.get("id") === "" && name === "")
    return { tier: "playwright", hostIsProject: true, writesOnce: true };
  if (root.attributes.get("xsi:noNamespaceSchemaLocation")?.includes("surefire") === true)
    return { tier: "surefire", writesOnce: true };
  return defaultDialect;
}

/** Converts seconds to milliseconds; some producers write a comma between thousands. */
function toMilliseconds(seconds: string | undefined): number | undefined {
  const text = seconds !== undefined && /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/.test(seconds) ? seconds.replaceAll(",", "") : seconds;
  if (text === undefined || text.trim() === "") return undefined;
  // Shifts the decimal point by three places without binary rounding errors.
  const value = Number(`${text}e3`);
  return Number.isFinite(value) ? value : undefined;
}

const parseCount = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0);

/**
 * Which attempt an element in a test describes: one that failed before the deciding one (`flaky`), the deciding one (`failed`),
 * or one after the first failure (`reruns`).
 */
const attemptKinds: ReadonlyMap<string, "flaky" | "failed" | "reruns"> = new Map([
  ["flakyFailure", "flaky"],
  ["flakyError", "flaky"],
  ["failure", "failed"],
  ["error", "failed"],
  ["rerunFailure", "reruns"],
  ["rerunError", "reruns"],
]);

/** The suites that contain a test. The values are computed once for all of their tests. */
type SuiteContext = Readonly<{
  names: readonly string[];
  file: string | undefined;
  host: string | undefined;
}>;

/** A test as written in the file. Elements are not kept: for a long report, most of the time would go into freeing them. */
type Case = Readonly<{
  around: SuiteContext;
  name: string;
  className: string;
  file: string | undefined;
  took: number | undefined;
}> & {
  skipped: boolean;
  /** Text of each failed attempt; undefined for a test that passed at the first attempt, for which the tools write no failure. */
  attempts: Readonly<Record<"flaky" | "failed" | "reruns", (string | undefined)[]>> | undefined;
};

const suiteContextOf = (suites: readonly XmlElement[]): SuiteContext => ({
  names: suites.map(({ attributes }) => attributes.get("name") ?? "").filter((name) => name !== ""),
  file: suites.findLast(({ attributes }) => attributes.has("file"))?.attributes.get("file"),
  host: suites.at(-1)?.attributes.get("hostname"),
});

const textOf = ({ attributes, text }: XmlElement): string | undefined => failureText(attributes.get("message"), text);

/** Returns the attempts at one test, in order. The duration is that of the last one. */
function attemptsAt({ skipped, attempts, took }: Case, key: Pick<ResultTest, "suite" | "name">): readonly ResultTest[] {
  if (skipped) return [{ ...key, passed: null }];
  const last = optionalField("duration_ms", took);
  if (attempts === undefined) return [{ ...key, passed: true, ...last }];
  const failed = (texts: readonly (string | undefined)[]): readonly ResultTest[] =>
    texts.map((text) => ({ ...key, passed: false, ...optionalField("error", text) }));
  if (attempts.failed.length === 0) return [...failed(attempts.flaky), { ...key, passed: true, ...last }];
  const all = failed([failureText(...attempts.failed), ...attempts.reruns]);
  return all.map((test, index) => (index === all.length - 1 ? { ...test, ...last } : test));
}

/** Reads every test case of the text, its root and its suites. */
function readCases(text: string, target: string) {
  const cases: Case[] = [];
  const suites: XmlElement[] = [];
  // Suites contain suites, whose figures are part of their own: only the outermost that states one counts.
  const outermost: Readonly<Record<"time" | "skipped", string[]>> = { time: [], skipped: [] };
  let root: XmlElement | undefined;
  let place: Readonly<{ parent: XmlElement | undefined; around: SuiteContext }> | undefined;
  let current: Readonly<{ element: XmlElement; test: Case }> | undefined;
  const brokenSuite = createBrokenSuiteDetector();
  readXml(text, target, {
    open(element, parents) {
      root ??= element;
      if (element.name === "testsuite") {
        suites.push(element);
        for (const name of ["time", "skipped"] as const) {
          const value = element.attributes.get(name);
          const isPart = parents.some((one) => one.name === "testsuite" && one.attributes.has(name));
          if (value !== undefined && !isPart) outermost[name].push(value);
        }
      }
      if (element.name !== "testcase") return;
      const parent = parents.at(-1);
      if (place === undefined || place.parent !== parent)
        place = { parent, around: suiteContextOf(parents.filter(({ name }) => name === "testsuite")) };
      const { attributes } = element;
      const test = {
        around: place.around,
        name: attributes.get("name")?.trim() ?? "",
        className: attributes.get("classname") ?? "",
        file: attributes.get("file") ?? place.around.file,
        took: toMilliseconds(attributes.get("time")),
        skipped: didNotRun(element),
        attempts: undefined,
      };
      current = { element, test };
    },
    close(element, parents) {
      const broken = brokenSuite(element, parents);
      if (broken !== undefined) {
        const context = suiteContextOf([...parents, element].filter(({ name }) => name === "testsuite"));
        const test = { around: context, name: context.names.at(-1) ?? "", className: "", file: context.file, took: undefined };
        cases.push({ ...test, skipped: false, attempts: { flaky: [], failed: [failureText(...broken.said)], reruns: [] } });
      }
      if (current === undefined) return;
      const { test } = current;
      if (element === current.element) {
        cases.push(test);
        current = undefined;
      } else if (parents.at(-1) === current.element) {
        if (element.name === "skipped") test.skipped = true;
        const kind = attemptKinds.get(element.name);
        if (kind === undefined) return;
        test.attempts ??= { flaky: [], failed: [], reruns: [] };
        test.attempts[kind].push(textOf(element));
      }
    },
  });
  return { cases, suites, outermost, root };
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
function pathNames(cases: readonly Case[], files: readonly string[]): ReadonlySet<string> {
  const names = new Set(cases.flatMap(({ around }) => around.names));
  return new Set([...names].filter((name) => isPathAround(name, files)));
}

/** Returns a function that gives the suite name in a test's key. Tests of one class in one suite have the same suite name. */
function suiteNames(dialect: Dialect, toFileName: (file: string) => string, paths: ReadonlySet<string>): (one: Case) => string {
  const known = new Map<SuiteContext, Map<string, string>>();
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
  const { cases, suites, outermost, root } = readCases(text, target);
  const dialect = root === undefined ? defaultDialect : dialectOf(root, suites[0]);
  const files = [...new Set(cases.flatMap(({ file }) => file ?? []))];
  const paths = pathNames(cases, files);
  const suiteOf = suiteNames(dialect, createFileNamer(folder, [...files, ...paths]), paths);
  const keyOf = (one: Case): Pick<ResultTest, "suite" | "name"> => {
    const suite = suiteOf(one);
    const name = dialect.separator === undefined ? one.name : one.name.replaceAll(dialect.separator, " › ");
    return { ...optionalField("suite", suite === "" ? undefined : suite), name };
  };
  const all = cases.map((one) => attemptsAt(one, keyOf(one)));
  const tests = dialect.writesOnce === true ? numberDuplicates(all) : all.flat();
  const skipped = tests.filter(({ passed }) => passed === null).length;
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const statedSkipped = root?.attributes.get("skipped") ?? String(sum(outermost.skipped.map(parseCount)));
  const durations = outermost.time.flatMap((time) => toMilliseconds(time) ?? []);
  const times = suites.flatMap((suite) => suite.attributes.get("timestamp") ?? []).map(toIsoTime);
  return buildRun(target, {
    format: "junit",
    tier: dialect.tier,
    at: firstTime(times),
    durationMs: toMilliseconds(root?.attributes.get("time")) ?? (durations.length === 0 ? undefined : sum(durations)),
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
