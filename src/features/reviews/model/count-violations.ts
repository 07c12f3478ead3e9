import { compareNames } from "../../../kernel/compare-names.ts";
import type { Finding } from "./finding.ts";

/** Counts the findings of any severity by rule id alone. Sorted by count, descending, then by rule. */
export function countViolations(findings: Iterable<Pick<Finding, "rule">>): readonly Readonly<{ rule: string; count: number }>[] {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count || compareNames(a.rule, b.rule));
}
