import type { XmlElement } from "./xml.ts";

/** Elements of failed attempts at a test, including those after which the test passed. */
const failureElements: ReadonlySet<string> = new Set([
  "failure",
  "error",
  "flakyFailure",
  "flakyError",
  "rerunFailure",
  "rerunError",
]);

/** Values of `status` and `result` for tests that did not run. */
const notRunStates: ReadonlySet<string> = new Set(["notrun", "skipped", "disabled", "ignored", "suppressed", "pending"]);

/** Whether a test's attributes state that it did not run. Most tests that did not run contain an element `skipped` instead. */
export const didNotRun = ({ attributes }: XmlElement): boolean =>
  ["status", "result"].some((key) => notRunStates.has(attributes.get(key)?.toLowerCase() ?? ""));

const isSuite = ({ name }: XmlElement): boolean => name === "testsuite" || name === "testsuites";

const statedCount = ({ attributes }: XmlElement, name: string): number => {
  const text = attributes.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
};

/** Returns why a suite failed if no failed test in it explains that; undefined for any other element. */
type BrokenSuiteDetector = (
  element: XmlElement,
  parents: readonly XmlElement[],
) => Readonly<{ said: readonly string[] }> | undefined;

/**
 * Detects suites that failed as a whole: a `failure` or `error` is directly in the suite, or the suite states some and no test in
 * it has one, as jest-junit writes for a file that could not be loaded.
 * @returns a function to call with every element of one text when it closes
 */
export function createBrokenSuiteDetector(): BrokenSuiteDetector {
  const explainedSuites = new Set<XmlElement>();
  const ownFailures = new Map<XmlElement, string[]>();
  const markExplained = (parents: readonly XmlElement[]): void => {
    for (const parent of parents) explainedSuites.add(parent);
  };
  return (element, parents) => {
    const parent = parents.at(-1);
    if (failureElements.has(element.name) && parent !== undefined) {
      if (isSuite(parent))
        ownFailures.set(parent, [...(ownFailures.get(parent) ?? []), element.attributes.get("message") ?? "", element.text]);
      else markExplained(parents);
      return undefined;
    }
    if (!isSuite(element)) return undefined;
    const messages = ownFailures.get(element);
    const wasExplained = explainedSuites.delete(element);
    ownFailures.delete(element);
    if (messages === undefined && (wasExplained || statedCount(element, "failures") + statedCount(element, "errors") === 0))
      return undefined;
    markExplained(parents);
    return { said: messages ?? ["the suite states a failure, and no test in it has one"] };
  };
}
