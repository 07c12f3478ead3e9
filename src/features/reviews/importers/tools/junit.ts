import { createBrokenSuiteDetector, didNotRun } from "../../../shared/input/junit-suites.ts";
import { readXml, type XmlElement } from "../../../shared/input/xml.ts";
import { createCollector, defineFormat, severitiesOf, type ToolFinding } from "./define-format.ts";
import { parseLineNumber } from "./text.ts";

/** The elements in a test that did not pass; a test that passed on a retry has other elements. */
const severities = severitiesOf({ error: ["failure", "error"] });

/** Whether a class name is the name of a file: `test/cart.test.js`. */
const isFile = (name: string): boolean => /\.(?:[cm]?[jt]sx?|py|rb|php|vue|svelte)$/.test(name);

/** The file that a test or one of its suites names. */
function fileOf(test: XmlElement, suites: readonly XmlElement[]): string | null {
  const namedFile = [test, ...suites.toReversed()]
    .map(({ attributes }) => attributes.get("file"))
    .find((file) => (file ?? "") !== "");
  const className = test.attributes.get("classname") ?? "";
  return namedFile ?? (isFile(className) ? className : null);
}

const firstLine = (text: string): string => (text.trim().split("\n")[0] ?? "").trim();

/** The message of a failure, else the first line of its text. */
const reasonOf = ({ attributes, text }: XmlElement): string => attributes.get("message")?.trim() || firstLine(text);

/** @param failed a test, or a suite that failed as a whole */
function findingOf(failed: XmlElement, suites: readonly XmlElement[], rule: string, reason: string): ToolFinding {
  const name = failed.attributes.get("name") ?? "";
  return {
    tool: "junit",
    rule,
    severity: "error",
    category: "testing",
    message: [name, reason].filter((part) => part !== "").join(": "),
    path: fileOf(failed, suites),
    line: parseLineNumber(failed.attributes.get("line")),
    fixable: false,
    always: true,
  };
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
    let failed: XmlElement | undefined;
    const brokenSuite = createBrokenSuiteDetector();
    let [ran, isSkipped] = [false, false];
    readXml(text, target, {
      open(element) {
        if (element.name !== "testcase") return;
        failed = undefined;
        isSkipped = didNotRun(element);
      },
      close(element, parents) {
        const parent = parents.at(-1);
        if (parent?.name === "testcase") {
          if (severities.has(element.name)) failed ??= element;
          isSkipped ||= element.name === "skipped";
        }
        if (element.name === "testcase") ran ||= !isSkipped;
        if (element.name === "testcase" && failed !== undefined) {
          const rule = failed.name === "failure" ? "TEST_FAILURE" : "TEST_ERROR";
          collector.findings.push(findingOf(element, parents, rule, reasonOf(failed)));
        }
        const broken = brokenSuite(element, parents);
        if (broken === undefined) return;
        const reason = broken.said.find((text) => text.trim() !== "") ?? "";
        collector.findings.push(findingOf(element, parents, "TEST_ERROR", firstLine(reason)));
      },
    });
    return { ...collector.reading(), ran };
  },
});
