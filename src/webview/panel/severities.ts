import type { Severity } from "../../domain/review/finding.ts";

/** Severities, the gravest first. */
export const severities = ["error", "warning", "info"] as const satisfies readonly Severity[];
