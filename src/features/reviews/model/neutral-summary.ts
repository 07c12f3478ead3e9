import type { Finding } from "./finding.ts";
import { isBlocking } from "./is-blocking.ts";

/** The summary of a report whose producer wrote none: how many findings, and how many of them block. */
export function neutralSummary(findings: readonly Pick<Finding, "severity" | "fixable">[]): string {
  if (findings.length === 0) return "No findings.";
  const blocking = findings.filter(isBlocking).length;
  return `${findings.length} ${findings.length === 1 ? "finding" : "findings"}, ${blocking} blocking.`;
}
