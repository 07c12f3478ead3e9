import type { Finding } from "./finding.ts";

/** `tool/rule` pairs that are noise for code in a folder named `tests`. */
const noiseInTests: ReadonlySet<string> = new Set([
  "contract_runner/MISSING_ICONTRACT",
  "basedpyright/reportMissingImports",
  "basedpyright/reportAttributeAccessIssue",
  "pylint/W0212",
]);
const noiseEverywhere: ReadonlySet<string> = new Set(["pylint/R0801"]);
/** The contract checker reports this when it builds a ledger state from arbitrary values, which no caller can do. */
const crosshairNoisePrefix = "ValidationError: 1 validation error for LedgerState";

type FilterableFinding = Pick<Finding, "tool" | "rule" | "file" | "message">;

/** Whether a finding is noise by default. Source: specfact code review, noise suppression. */
export function isNoise(finding: FilterableFinding): boolean {
  const key = `${finding.tool}/${finding.rule}`;
  if (noiseEverywhere.has(key)) return true;
  if (finding.tool === "crosshair" && finding.message.startsWith(crosshairNoisePrefix)) return true;
  return noiseInTests.has(key) && finding.file.split(/[/\\]/).includes("tests");
}

/** Lowest severity that a level filter keeps. */
export const findingLevels = ["error", "warning"] as const;
export type FindingLevel = (typeof findingLevels)[number];

/** `error` keeps errors, `warning` errors and warnings, no level keeps all. */
export function filterByLevel<T extends Pick<Finding, "severity">>(
  findings: readonly T[],
  level: FindingLevel | undefined,
): readonly T[] {
  if (level === undefined) return findings;
  return findings.filter((one) => one.severity === "error" || (level === "warning" && one.severity === "warning"));
}
