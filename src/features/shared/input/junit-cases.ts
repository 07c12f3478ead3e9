import { composedKey } from "../../../kernel/composed-key.ts";
import { readXml, type XmlElement } from "./xml.ts";

/** The producers that write JUnit XML in a way of their own. */
export type JunitProducer =
  | "vitest"
  | "jest"
  | "mocha-junit"
  | "mocha-xunit"
  | "pytest"
  | "playwright"
  | "surefire"
  | "node"
  | "other";

/** The producers that write each test once, with all of its attempts. Others may write a test once per attempt. */
const writeOnce: ReadonlySet<JunitProducer> = new Set([
  "vitest",
  "jest",
  "mocha-junit",
  "mocha-xunit",
  "playwright",
  "surefire",
  "node",
]);

/**
 * How a failed attempt relates to the deciding one: it was made before it, is the deciding one, or repeated it with the same
 * result.
 */
type Order = "before" | "deciding" | "after";

const orders: ReadonlyMap<string, Order> = new Map([
  ["flakyFailure", "before"],
  ["flakyError", "before"],
  ["failure", "deciding"],
  ["error", "deciding"],
  ["rerunFailure", "after"],
  ["rerunError", "after"],
]);

/** A reason for which an attempt failed. */
export type JunitFailure = Readonly<{
  order: Order;
  isError: boolean;
  message: string | undefined;
  type: string | undefined;
  text: string;
}>;

/** The suites that contain a test. The values are computed once for all of their tests. */
export type JunitSuites = Readonly<{ names: readonly string[]; file: string | undefined; host: string | undefined }>;

/** A test as written in the file, or a suite that failed as a whole. */
export type JunitCase = Readonly<{
  /** For a suite, itself included. */
  around: JunitSuites;
  isSuite: boolean;
  /** The class where a test has no name, as Surefire writes failures before the first test of a class. */
  name: string;
  className: string;
  /** The file that the test or one of its suites names. */
  file: string | undefined;
  line: string | undefined;
  /** Milliseconds. */
  took: number | undefined;
  /** Whether its last attempt did not run. */
  skipped: boolean;
  failures: readonly JunitFailure[];
}>;

/** The contents of a JUnit report. */
export type JunitReport = Readonly<{
  producer: JunitProducer;
  root: XmlElement | undefined;
  /** When they began, as the root and the suites state it, or else the tests. */
  times: readonly string[];
  /** Figures that suites state. Suites contain suites, whose figures are part of their own: only the outermost are here. */
  stated: Readonly<Record<"time" | "tests" | "skipped", readonly string[]>>;
  cases: readonly JunitCase[];
}>;

/** A single comma before the decimals, as producers write it that follow the language of the machine. */
const decimalComma = /^(\d+),(\d+)$/;

/** Commas between thousands. */
const groupedThousands = /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;

/** Converts seconds to milliseconds: `1134.193`, `1,134.193`, `0,125`. */
export function secondsToMs(seconds = ""): number | undefined {
  const point = seconds.replace(decimalComma, "$1.$2");
  const text = groupedThousands.test(point) ? point.replaceAll(",", "") : point;
  if (text.trim() === "") return undefined;
  // Shifts the decimal point by three places without binary rounding errors.
  const value = Number(`${text}e3`);
  return Number.isFinite(value) ? value : undefined;
}

/** Values of `status` and `result` for tests that did not run. */
const notRunStates: ReadonlySet<string> = new Set(["notrun", "skipped", "disabled", "ignored", "suppressed", "pending"]);

/** Whether a test's attributes state that it did not run. Most tests that did not run contain an element `skipped` instead. */
const didNotRun = ({ attributes }: XmlElement): boolean =>
  ["status", "result"].some((key) => notRunStates.has(attributes.get(key)?.toLowerCase() ?? ""));

/** Reads the element of a failed attempt; undefined for any other element. */
function failureOf({ name, attributes, text }: XmlElement): JunitFailure | undefined {
  const order = orders.get(name);
  if (order === undefined) return undefined;
  const isError = name.toLowerCase().endsWith("error");
  return { order, isError, message: attributes.get("message"), type: attributes.get("type"), text };
}

const isSuite = ({ name }: XmlElement): boolean => name === "testsuite" || name === "testsuites";

const statedCount = ({ attributes }: XmlElement, name: string): number => {
  const text = attributes.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
};

/** A suite that failed as a whole is broken, whichever element states it. */
const ofSuite = { order: "deciding", isError: true, type: undefined } as const;

/** Returns why a suite failed if no failed test in it explains that; undefined for any other element. */
type BrokenSuiteDetector = (element: XmlElement, parents: readonly XmlElement[]) => readonly JunitFailure[] | undefined;

/**
 * Detects suites that failed as a whole: a `failure` or `error` is directly in the suite, or the suite states some and no test in
 * it has one, as jest-junit writes for a file that could not be loaded.
 * @returns a function to call with every element of one text when it closes
 */
function createBrokenSuiteDetector(): BrokenSuiteDetector {
  const explainedSuites = new Set<XmlElement>();
  const ownFailures = new Map<XmlElement, JunitFailure[]>();
  const markExplained = (parents: readonly XmlElement[]): void => {
    for (const parent of parents) explainedSuites.add(parent);
  };
  return (element, parents) => {
    const parent = parents.at(-1);
    const failure = failureOf(element);
    if (failure !== undefined && parent !== undefined) {
      if (isSuite(parent)) ownFailures.set(parent, [...(ownFailures.get(parent) ?? []), { ...failure, ...ofSuite }]);
      else markExplained(parents);
      return undefined;
    }
    if (!isSuite(element)) return undefined;
    const failures = ownFailures.get(element);
    const wasExplained = explainedSuites.delete(element);
    ownFailures.delete(element);
    if (failures === undefined && (wasExplained || statedCount(element, "failures") + statedCount(element, "errors") === 0))
      return undefined;
    markExplained(parents);
    return failures ?? [{ ...ofSuite, message: "the suite states a failure, and no test in it has one", text: "" }];
  };
}

/** Node names neither itself nor the time; the class of a test is the names of its suites. */
function isOfNode(root: XmlElement, suites: readonly XmlElement[], cases: readonly JunitCase[]): boolean {
  const isPlain = root.name === "testsuites" && root.attributes.size === 0 && cases.length > 0;
  return (
    isPlain &&
    suites.every(({ attributes }) => attributes.has("disabled") && attributes.has("hostname") && !attributes.has("timestamp")) &&
    cases.every(({ isSuite: broke, className, around }) => broke || ["test", around.names.join(".")].includes(className))
  );
}

/** Detects the producer from the root element, the suites and the classes of tests. */
function producerOf(root: XmlElement, suites: readonly XmlElement[], cases: readonly JunitCase[]): JunitProducer {
  const name = root.attributes.get("name");
  if (name === "vitest tests") return "vitest";
  if (name === "jest tests") return "jest";
  if (name === "Mocha Tests") return root.name === "testsuites" ? "mocha-junit" : "mocha-xunit";
  if ([name, suites[0]?.attributes.get("name")].some((one) => one === "pytest" || one === "pytest tests")) return "pytest";
  if (root.name === "testsuites" && root.attributes.get("id") === "" && name === "") return "playwright";
  if (root.attributes.get("xsi:noNamespaceSchemaLocation")?.includes("surefire") === true) return "surefire";
  return isOfNode(root, suites, cases) ? "node" : "other";
}

const suitesOf = (suites: readonly XmlElement[]): JunitSuites => ({
  names: suites.map(({ attributes }) => attributes.get("name") ?? "").filter((name) => name !== ""),
  file: suites.findLast(({ attributes }) => (attributes.get("file") ?? "") !== "")?.attributes.get("file"),
  host: suites.at(-1)?.attributes.get("hostname"),
});

/** Identifies a test within its report. */
export const junitCaseKey = ({ around, className, file = "", name }: JunitCase): string =>
  composedKey(...around.names, className, file, name);

/** How pytest begins the error of a test whose teardown failed, today and before version 5.4. */
const teardownMessage = /^(?:failed on teardown with "|test teardown failure$)/;

const isTeardown = ({ failures: [first, ...others] }: JunitCase): boolean =>
  first?.isError === true && others.length === 0 && teardownMessage.test(first.message ?? "");

/** pytest writes a test that failed, and failed again in its teardown, as two tests of one name. */
function joinTeardowns(cases: readonly JunitCase[]): readonly JunitCase[] {
  if (!cases.some(isTeardown)) return cases;
  const joined: JunitCase[] = [];
  const places = new Map<string, number>();
  for (const one of cases) {
    const key = junitCaseKey(one);
    const place = places.get(key);
    const first = place === undefined ? undefined : joined[place];
    if (place !== undefined && first !== undefined && isTeardown(one)) {
      const took = first.took === undefined ? one.took : first.took + (one.took ?? 0);
      joined[place] = { ...first, took, skipped: false, failures: [...first.failures, ...one.failures] };
    } else {
      places.set(key, joined.length);
      joined.push(one);
    }
  }
  return joined;
}

/**
 * Returns the attempts at a test as written in one place, in order: the failures of each, none for one that passed. There are no
 * attempts at a test that did not run. One that failed, and did not run when it was repeated, failed: Surefire and Gradle say so.
 */
export function junitAttempts({ skipped, failures }: JunitCase): readonly (readonly JunitFailure[])[] {
  const of = (order: Order): readonly JunitFailure[] => failures.filter((one) => one.order === order);
  const deciding = of("deciding");
  const each = (list: readonly JunitFailure[]): readonly (readonly JunitFailure[])[] => list.map((one) => [one]);
  if (deciding.length > 0) return [...each(of("before")), deciding, ...each(of("after"))];
  return [...each(failures), ...(skipped ? [] : [[]])];
}

/** Whether the last attempt at a test passed. */
const hasPassed = (one: JunitCase): boolean => junitAttempts(one).at(-1)?.length === 0;

/**
 * Whether a test that passed is written again where no retry writes it: in another suite, as the results of several machines are,
 * directly after itself, as rows of a table are, or in a suite in which nothing has failed so far. Runners repeat what failed, and
 * some of them repeat tests that passed with it.
 */
function repeatsPasses(cases: readonly JunitCase[]): boolean {
  const passedIn = new Map<string, JunitSuites>();
  const failed = new Set<JunitSuites>();
  let previous: string | undefined;
  for (const one of cases) {
    const { around } = one;
    const key = junitCaseKey(one);
    const known = passedIn.get(key);
    if (known !== undefined && (known !== around || key === previous || !failed.has(around))) return true;
    if (hasPassed(one)) passedIn.set(key, around);
    else if (one.failures.length > 0) failed.add(around);
    previous = key;
  }
  return false;
}

/**
 * Whether cases of one name are tests of their own, and not attempts at one test. If they were attempts, one that passed would
 * hide one that failed before it.
 */
export const hasTestsOfOneName = ({ producer, cases }: Pick<JunitReport, "producer" | "cases">): boolean =>
  writeOnce.has(producer) || repeatsPasses(cases);

/** A test whose element is open. Elements are not kept: for a long report, most of the time would go into freeing them. */
type OpenCase = Readonly<{ element: XmlElement; around: JunitSuites; failures: JunitFailure[] }> & {
  skipped: boolean;
  isTodo: boolean;
};

function toCase({ element: { attributes }, around, skipped, isTodo, failures }: OpenCase): JunitCase {
  const className = attributes.get("classname") ?? "";
  const file = attributes.get("file") ?? "";
  return {
    around,
    isSuite: false,
    name: attributes.get("name")?.trim() || className,
    className,
    file: file === "" ? around.file : file,
    line: attributes.get("line"),
    took: secondsToMs(attributes.get("time")),
    skipped,
    // Node also writes the failure of a test that is expected to fail until it is done.
    failures: isTodo ? [] : failures,
  };
}

function toSuite(suite: XmlElement, parents: readonly XmlElement[], failures: readonly JunitFailure[]): JunitCase {
  const around = suitesOf([...parents, suite].filter(({ name }) => name === "testsuite"));
  const { file, names } = around;
  const line = suite.attributes.get("line");
  return {
    around,
    isSuite: true,
    name: names.at(-1) ?? "",
    className: "",
    file,
    line,
    took: undefined,
    skipped: false,
    failures,
  };
}

/** Reads an element in a test. */
function readPart(test: OpenCase, element: XmlElement): void {
  if (element.name === "skipped") {
    test.skipped = true;
    test.isTodo ||= element.attributes.get("type") === "todo";
  }
  const failure = failureOf(element);
  if (failure !== undefined) test.failures.push(failure);
}

/** Reads every test of a report, and its suites. @throws invalid_xml */
export function readJunitReport(text: string, target: string): JunitReport {
  const cases: JunitCase[] = [];
  const suites: XmlElement[] = [];
  const suiteTimes: string[] = [];
  const testTimes: string[] = [];
  const addTime = (element: XmlElement): void => {
    const time = element.attributes.get("timestamp");
    if (time === undefined || time === "") return;
    if (isSuite(element)) suiteTimes.push(time);
    else if (element.name === "testcase") testTimes.push(time);
  };
  const stated: Readonly<Record<"time" | "tests" | "skipped", string[]>> = { time: [], tests: [], skipped: [] };
  let root: XmlElement | undefined;
  let place: Readonly<{ parent: XmlElement | undefined; around: JunitSuites }> | undefined;
  let current: OpenCase | undefined;
  const brokenSuite = createBrokenSuiteDetector();
  readXml(text, target, {
    open(element, parents) {
      root ??= element;
      addTime(element);
      if (element.name === "testsuite") {
        suites.push(element);
        for (const name of ["time", "tests", "skipped"] as const) {
          const value = element.attributes.get(name);
          const isPart = parents.some((one) => one.name === "testsuite" && one.attributes.has(name));
          if (value !== undefined && !isPart) stated[name].push(value);
        }
      }
      if (element.name !== "testcase") return;
      const parent = parents.at(-1);
      if (place === undefined || place.parent !== parent)
        place = { parent, around: suitesOf(parents.filter(({ name }) => name === "testsuite")) };
      current = { element, around: place.around, skipped: didNotRun(element), isTodo: false, failures: [] };
    },
    close(element, parents) {
      const broken = brokenSuite(element, parents);
      if (broken !== undefined) cases.push(toSuite(element, parents, broken));
      if (current === undefined) return;
      if (element === current.element) {
        cases.push(toCase(current));
        current = undefined;
      } else if (parents.at(-1) === current.element) readPart(current, element);
    },
  });
  const producer = root === undefined ? "other" : producerOf(root, suites, cases);
  const times = suiteTimes.length > 0 ? suiteTimes : testTimes;
  return { producer, root, times, stated, cases: joinTeardowns(cases) };
}
