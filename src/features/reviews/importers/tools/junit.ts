import {
  hasTestsOfOneName,
  type JunitCase,
  type JunitFailure,
  type JunitReport,
  junitAttempts,
  junitCaseKey,
  readJunitReport,
} from "../../../shared/input/junit-cases.ts";
import { createCollector, defineFormat, severitiesOf, severityOf, type ToolFinding } from "./define-format.ts";
import { findingOf, toolError, withoutRule } from "./entries.ts";
import { parseLineNumber } from "./text.ts";

/** The elements in a test that did not pass, where a test that passed on a retry has other elements, and the words of linters. */
const severities = severitiesOf({ error: ["failure", "error"], warning: ["warning"], info: ["info"] });

/** Whether a class name is the name of a file: `test/cart.test.js`. */
const isFile = (name: string): boolean => /\.(?:[cm]?[jt]sx?|py|rb|php|vue|svelte)$/.test(name);

const firstLine = (text: string): string => (text.trim().split("\n")[0] ?? "").trim();

/** The message of a failure, else the first line of its text. */
const reasonOf = ({ message, text }: JunitFailure): string => message?.trim() || firstLine(text);

function testFinding({ name, className, file, line }: JunitCase, failures: readonly JunitFailure[]): ToolFinding {
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

/** ESLint and Ruff write each of their findings as a failed test of this name, with its place at the start of the text. */
const lintName = /^org\.(eslint|ruff)\.(.+)$/s;
const lintText = /^line (\d+), col \d+, (?:(Error|Warning|Info) - )?(.*)$/s;

/** The finding of a linter that a case stands for; null for a test. */
function lintFinding({ name, around, failures }: JunitCase): ToolFinding | null {
  const [, tool, rule = ""] = lintName.exec(name) ?? [];
  const [failure] = failures;
  const [, line, severity = "error", text = ""] = lintText.exec(failure?.text.trim() ?? "") ?? [];
  if (tool === undefined || line === undefined) return null;
  // ESLint has no rule for code that it cannot parse.
  const isFatal = tool === "eslint" && rule === "unknown";
  return findingOf({
    tool,
    rule,
    severity: severityOf(severities, severity.toLowerCase()),
    message: failure?.message?.trim() || withoutRule(text, rule),
    path: around.names.at(-1) ?? null,
    line: parseLineNumber(line),
    ...(isFatal ? toolError : {}),
  });
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
function testsOf(report: JunitReport): readonly JunitCase[] {
  const tests = report.cases.filter(ran);
  if (!tests.some((one) => failuresOf(one).length > 0) || hasTestsOfOneName(report)) return tests;
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
    "a finding for each test that failed (`TEST_FAILURE`) or broke, and each suite that failed without one (`TEST_ERROR`), of category testing; the findings of ESLint and Ruff with rule, file, line and severity",
  lacks: "lines, and mostly files, of tests",
  claims: ({ root }) => root === "testsuites" || root === "testsuite",
  read({ text }, target) {
    const collector = createCollector();
    const report = readJunitReport(text, target);
    const cases = report.cases.filter((one) => {
      const finding = lintFinding(one);
      if (finding !== null) collector.findings.push(finding);
      return finding === null;
    });
    for (const one of testsOf({ ...report, cases })) {
      const failures = failuresOf(one);
      if (failures.length > 0) collector.findings.push(testFinding(one, failures));
    }
    return { ...collector.reading(), ran: report.cases.some((one) => !one.isSuite && ran(one)) };
  },
});
