import type { XmlElement } from "./xml.ts";

/** Elements of failed attempts at a test, including those after which the test passed. */
const failures: ReadonlySet<string> = new Set(["failure", "error", "flakyFailure", "flakyError", "rerunFailure", "rerunError"]);

/** Values of `status` and `result` for tests that did not run. */
const notRun: ReadonlySet<string> = new Set(["notrun", "skipped", "disabled", "ignored", "suppressed", "pending"]);

/** Whether a test's attributes state that it did not run. Most tests that did not run contain an element `skipped` instead. */
export const didNotRun = ({ attributes }: XmlElement): boolean =>
  ["status", "result"].some((key) => notRun.has(attributes.get(key)?.toLowerCase() ?? ""));

const isSuite = ({ name }: XmlElement): boolean => name === "testsuite" || name === "testsuites";

const stated = ({ attributes }: XmlElement, name: string): number => {
  const text = attributes.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
};

/** Returns why a suite failed if no failed test in it explains that; undefined for any other element. */
type BrokenSuite = (element: XmlElement, parents: readonly XmlElement[]) => Readonly<{ said: readonly string[] }> | undefined;

/**
 * Detects suites that failed as a whole: a `failure` or `error` is directly in the suite, or the suite states some and no test in
 * it has one, as jest-junit writes for a file that could not be loaded.
 * @returns a function to call with every element of one text when it closes
 */
export function findBrokenSuites(): BrokenSuite {
  const explained = new Set<XmlElement>();
  const own = new Map<XmlElement, string[]>();
  const explain = (parents: readonly XmlElement[]): void => {
    for (const parent of parents) explained.add(parent);
  };
  return (element, parents) => {
    const parent = parents.at(-1);
    if (failures.has(element.name) && parent !== undefined) {
      if (isSuite(parent)) own.set(parent, [...(own.get(parent) ?? []), element.attributes.get("message") ?? "", element.text]);
      else explain(parents);
      return undefined;
    }
    if (!isSuite(element)) return undefined;
    const said = own.get(element);
    const wasExplained = explained.delete(element);
    own.delete(element);
    if (said === undefined && (wasExplained || stated(element, "failures") + stated(element, "errors") === 0)) return undefined;
    explain(parents);
    return { said: said ?? ["the suite states a failure, and no test in it has one"] };
  };
}
