import { counted } from "../../../../kernel/counted.ts";
import {
  hasTestsOfOneName,
  type JunitCase,
  type JunitFailure,
  type JunitReport,
  junitAttempts,
  junitCaseKey,
  readJunitReport,
} from "../../../shared/input/junit-cases.ts";
import { createCollector, defineFormat, type ToolFinding } from "./define-format.ts";
import { isOnlyFindings, lintFindings, severities, unwrittenErrors } from "./lint-junit.ts";
import { parseLineNumber } from "./text.ts";

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
    "a finding for each test that failed (`TEST_FAILURE`) or broke, and each suite that failed without one (`TEST_ERROR`), of category testing; the findings of Biome, cfn-lint, ESLint, golangci-lint, mypy, Oxlint, Ruff and Stylelint with rule, file, line and severity",
  lacks:
    "lines, and mostly files, of tests; severities of Biome, unless it states no error; golangci-lint's output without findings, which names no tool",
  claims: ({ root }) => root === "testsuites" || root === "testsuite",
  read({ text }, target) {
    const collector = createCollector();
    const report = readJunitReport(text, target);
    const cases = report.cases.filter((one) => {
      const findings = lintFindings(one, report.root?.attributes);
      collector.findings.push(...(findings ?? []));
      return findings === undefined;
    });
    for (const one of testsOf({ ...report, cases })) {
      const failures = failuresOf(one);
      if (failures.length > 0) collector.findings.push(testFinding(one, failures));
    }
    const unwritten = unwrittenErrors(report);
    if (unwritten > 0) {
      const reason = `JUnit XML leaves out ${counted(unwritten, "error")} without a place; use --reporter=json`;
      collector.skip("Biome's summary", reason);
    }
    const reading = collector.reading();
    const hasRun = isOnlyFindings(report.root?.attributes) || report.cases.some((one) => !one.isSuite && ran(one));
    return { ...reading, ran: hasRun && reading.ran !== false };
  },
});
