import {
  type JunitCase,
  type JunitFailure,
  type JunitReport,
  junitAttempts,
  junitCaseKey,
  readJunitReport,
  writesTestsOnce,
} from "../../../shared/input/junit-cases.ts";
import { createCollector, defineFormat, severitiesOf, type ToolFinding } from "./define-format.ts";
import { parseLineNumber } from "./text.ts";

/** The elements in a test that did not pass; a test that passed on a retry has other elements. */
const severities = severitiesOf({ error: ["failure", "error"] });

/** Whether a class name is the name of a file: `test/cart.test.js`. */
const isFile = (name: string): boolean => /\.(?:[cm]?[jt]sx?|py|rb|php|vue|svelte)$/.test(name);

const firstLine = (text: string): string => (text.trim().split("\n")[0] ?? "").trim();

/** The message of a failure, else the first line of its text. */
const reasonOf = ({ message, text }: JunitFailure): string => message?.trim() || firstLine(text);

function findingOf({ name, className, file, line }: JunitCase, failures: readonly JunitFailure[]): ToolFinding {
  const reason = failures.map(reasonOf).find((text) => text !== "") ?? "";
  return {
    tool: "junit",
    rule: failures[0]?.isError === true ? "TEST_ERROR" : "TEST_FAILURE",
    severity: "error",
    category: "testing",
    message: [name, reason].filter((part) => part !== "").join(": "),
    path: file ?? (isFile(className) ? className : null),
    line: parseLineNumber(line),
    fixable: false,
    always: true,
  };
}

const ran = (one: JunitCase): boolean => junitAttempts(one).length > 0;

/** Why the last attempt at a test failed; nothing for one that passed or did not run. */
function failuresOf(one: JunitCase): readonly JunitFailure[] {
  const last = junitAttempts(one).at(-1) ?? [];
  const deciding = one.failures.filter(({ order }) => order === "deciding");
  // Attempts after the deciding one only confirm it.
  return deciding.length > 0 ? deciding : last;
}

/** Returns each test that ran, by its last attempt. */
function testsOf({ producer, cases }: JunitReport): readonly JunitCase[] {
  const tests = cases.filter(ran);
  if (writesTestsOnce(producer) || !tests.some((one) => failuresOf(one).length > 0)) return tests;
  return [...new Map(tests.map((one) => [junitCaseKey(one), one])).values()];
}

/** https://github.com/testmoapp/junitxml, as nearly every test runner writes it. */
export const junit = defineFormat({
  form: "xml",
  id: "junit",
  title: "JUnit XML",
  looksFor: "XML with the root element `testsuites` or `testsuite`",
  severities,
  gives:
    "a finding for each test that failed (`TEST_FAILURE`) or broke, and each suite that failed without one (`TEST_ERROR`), of category testing",
  lacks: "lines, and mostly files",
  claims: ({ root }) => root === "testsuites" || root === "testsuite",
  read({ text }, target) {
    const collector = createCollector();
    const report = readJunitReport(text, target);
    for (const one of testsOf(report)) {
      const failures = failuresOf(one);
      if (failures.length > 0) collector.findings.push(findingOf(one, failures));
    }
    return { ...collector.reading(), ran: report.cases.some((one) => !one.isSuite && ran(one)) };
  },
});
