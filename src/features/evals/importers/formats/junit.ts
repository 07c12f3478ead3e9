import { readXml, type XmlElement, xmlRoot } from "../../../shared/input/xml.ts";
import { filesBelow } from "./files.ts";
import type { ReadResults, ResultFormat, ResultText } from "./format.ts";
import { failureText, given, isoOf, joined, type ResultTest, runOf } from "./result-run.ts";

/** How a known producer writes its suites and names. */
type Dialect = Readonly<{
  tier: string;
  /** Names of suites that are the tool's own. */
  ownSuites?: readonly string[];
  /** Whether `classname` repeats what the name says. */
  classNameIsName?: boolean;
  /** Whether `hostname` is a project of the tool. */
  hostIsProject?: boolean;
  /** What stands between the suites in a test's name. */
  separator?: string;
  /** Whether `file` says no more than `classname`. */
  fileIsClass?: boolean;
}>;

const any: Dialect = { tier: "junit" };

/** The producer, as far as the root element and the first suite tell. */
function dialectOf(root: XmlElement, suite: XmlElement | undefined): Dialect {
  const name = root.attributes.get("name");
  if (name === "vitest tests") return { tier: "vitest", separator: " > " };
  if (name === "jest tests") return { tier: "jest", classNameIsName: true };
  if (name === "Mocha Tests" && root.name === "testsuites")
    return { tier: "mocha", ownSuites: ["Root Suite"], classNameIsName: true };
  if (name === "Mocha Tests") return { tier: "mocha", ownSuites: ["Mocha Tests"] };
  if ([name, suite?.attributes.get("name")].some((one) => one === "pytest" || one === "pytest tests"))
    return { tier: "pytest", ownSuites: ["pytest"], fileIsClass: true };
  if (root.name === "testsuites" && root.attributes.get("id") === "" && name === "")
    return { tier: "playwright", hostIsProject: true };
  if (root.attributes.get("xsi:noNamespaceSchemaLocation")?.includes("surefire") === true) return { tier: "surefire" };
  return any;
}

/** Seconds; some producers write a comma between thousands. */
function milliseconds(seconds: string | undefined): number | undefined {
  const text = seconds !== undefined && /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/.test(seconds) ? seconds.replaceAll(",", "") : seconds;
  if (text === undefined || text.trim() === "") return undefined;
  // Moved by three places without the dust of binary fractions.
  const value = Number(`${text}e3`);
  return Number.isFinite(value) ? value : undefined;
}

const count = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0);

/** Attempts that failed before the one that decided. */
const before: ReadonlySet<string> = new Set(["flakyFailure", "flakyError"]);
/** Attempts that failed after the first one had. */
const after: ReadonlySet<string> = new Set(["rerunFailure", "rerunError"]);
const failures: ReadonlySet<string> = new Set(["failure", "error"]);

/** Values of `status` and `result` of tests that did not run. */
const notRun: ReadonlySet<string> = new Set(["notrun", "skipped", "disabled", "ignored", "suppressed", "pending"]);

type Case = {
  readonly suites: readonly XmlElement[];
  readonly element: XmlElement;
  skipped: boolean;
  /** Text of each failed attempt; the tools write no failure of a test that passed at once. */
  readonly flaky: (string | undefined)[];
  readonly failed: (string | undefined)[];
  readonly reruns: (string | undefined)[];
};

const textOf = ({ attributes, text }: XmlElement): string | undefined => failureText(attributes.get("message"), text);

/** The attempts at one test, in order. The time is that of the last one. */
function attemptsAt(one: Case, key: Pick<ResultTest, "suite" | "name">): readonly ResultTest[] {
  const took = given("duration_ms", milliseconds(one.element.attributes.get("time")));
  if (one.skipped) return [{ ...key, passed: null }];
  const failed = (texts: readonly (string | undefined)[]): readonly ResultTest[] =>
    texts.map((text) => ({ ...key, passed: false, ...given("error", text) }));
  if (one.failed.length === 0) return [...failed(one.flaky), { ...key, passed: true, ...took }];
  const all = failed([failureText(...one.failed), ...one.reruns]);
  return all.map((test, index) => (index === all.length - 1 ? { ...test, ...took } : test));
}

/** Every test case of the text, its root and the earliest time that a suite states. */
function readCases(text: string, target: string) {
  const cases: Case[] = [];
  const suites: XmlElement[] = [];
  let root: XmlElement | undefined;
  let current: Case | undefined;
  readXml(text, target, {
    open(element, parents) {
      root ??= element;
      if (element.name === "testsuite") suites.push(element);
      if (element.name !== "testcase") return;
      const states = [element.attributes.get("status"), element.attributes.get("result")];
      current = {
        suites: parents.filter(({ name }) => name === "testsuite"),
        element,
        skipped: states.some((state) => state !== undefined && notRun.has(state.toLowerCase())),
        flaky: [],
        failed: [],
        reruns: [],
      };
    },
    close(element, parents) {
      if (current === undefined) return;
      if (element === current.element) {
        cases.push(current);
        current = undefined;
      } else if (parents.at(-1) === current.element) {
        if (element.name === "skipped") current.skipped = true;
        else if (failures.has(element.name)) current.failed.push(textOf(element));
        else if (before.has(element.name)) current.flaky.push(textOf(element));
        else if (after.has(element.name)) current.reruns.push(textOf(element));
      }
    },
  });
  return { cases, suites, root };
}

/** ISO-8601, or what mail and some producers write: `Sun, 29 Nov 2026 05:52:38 GMT`. */
const timeOf = (text: string): string => (/^[A-Z][a-z]{2}, .* GMT$/.test(text) ? (isoOf(Date.parse(text)) ?? text) : text);

function readJunit({ text, target, root: folder }: ResultText): ReadResults {
  const { cases, suites, root } = readCases(text, target);
  const dialect = root === undefined ? any : dialectOf(root, suites[0]);
  const files = cases.flatMap(({ element, suites: around }) => fileOf(element, around) ?? []);
  const below = filesBelow(folder, files);
  const keyOf = ({ element, suites: around }: Case): Pick<ResultTest, "suite" | "name"> => {
    const { attributes } = element;
    const name = attributes.get("name")?.trim() ?? "";
    const className = attributes.get("classname") ?? "";
    const named = around.map((suite) => suite.attributes.get("name") ?? "");
    const own = named.filter((part) => part !== "" && dialect.ownSuites?.includes(part) !== true);
    const told = [own.at(-1), own.join("."), own.join(" "), name].includes(className) || dialect.classNameIsName === true;
    const file = dialect.fileIsClass === true ? undefined : fileOf(element, around);
    const path = file === undefined ? undefined : below(file);
    const parts = [...own, ...(told ? [] : [className])];
    const project = dialect.hostIsProject === true ? around.at(-1)?.attributes.get("hostname") : undefined;
    const suite = joined(project, path !== undefined && parts.includes(path) ? undefined : path, ...parts);
    const shown = dialect.separator === undefined ? name : name.replaceAll(dialect.separator, " › ");
    return { ...given("suite", suite === "" ? undefined : suite), name: shown };
  };
  const tests = cases.flatMap((one) => attemptsAt(one, keyOf(one)));
  const skipped = tests.filter(({ passed }) => passed === null).length;
  const outer = suites.filter((_, index) => index === 0 || root?.name === "testsuites");
  const stated =
    root?.attributes.get("skipped") ?? String(outer.reduce((all, one) => all + count(one.attributes.get("skipped")), 0));
  const took = outer.flatMap((suite) => milliseconds(suite.attributes.get("time")) ?? []);
  const times = suites.flatMap((suite) => suite.attributes.get("timestamp") ?? []).map(timeOf);
  return runOf(target, {
    format: "junit",
    tier: dialect.tier,
    at: times.toSorted()[0],
    durationMs:
      milliseconds(root?.attributes.get("time")) ?? (took.length === 0 ? undefined : took.reduce((sum, time) => sum + time, 0)),
    tests,
    // Some producers only count the tests that did not run.
    ...(skipped === 0 ? { alsoSkipped: count(stated) } : {}),
  });
}

const fileOf = (element: XmlElement, suites: readonly XmlElement[]): string | undefined =>
  element.attributes.get("file") ?? suites.findLast((suite) => suite.attributes.has("file"))?.attributes.get("file");

export const junit: ResultFormat = {
  id: "junit",
  title: "JUnit XML",
  claims: ({ isXml, text }) => isXml && ["testsuites", "testsuite"].includes(xmlRoot(text) ?? ""),
  read: readJunit,
};
