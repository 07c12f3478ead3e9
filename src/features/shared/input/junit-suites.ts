import type { XmlElement } from "./xml.ts";

/** Elements of failed attempts at a test, also of those that a later one made good. */
const failures: ReadonlySet<string> = new Set(["failure", "error", "flakyFailure", "flakyError", "rerunFailure", "rerunError"]);

/** Values of `status` and `result` of tests that did not run. */
const notRun: ReadonlySet<string> = new Set(["notrun", "skipped", "disabled", "ignored", "suppressed", "pending"]);

/** Whether a test says by its attributes that it did not run; most say so by an element `skipped` in it. */
export const didNotRun = ({ attributes }: XmlElement): boolean =>
  ["status", "result"].some((key) => notRun.has(attributes.get(key)?.toLowerCase() ?? ""));

const isSuite = ({ name }: XmlElement): boolean => name === "testsuite" || name === "testsuites";

const stated = ({ attributes }: XmlElement, name: string): number => {
  const text = attributes.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
};

/** Why a suite failed that no failed test in it explains; undefined for any other element. */
type BrokenSuite = (element: XmlElement, parents: readonly XmlElement[]) => Readonly<{ said: readonly string[] }> | undefined;

/**
 * Finds suites that failed as a whole: a `failure` or `error` stands in the suite itself, or it states some and no test in it has one,
 * as jest-junit writes of a file that could not be loaded.
 * @returns what is to be called with every element of one text as it closes
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
