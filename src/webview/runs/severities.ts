import type { Severity } from "../../features/reviews/model/finding.ts";

/** Severities, the gravest first. */
export const severities = ["error", "warning", "info"] as const satisfies readonly Severity[];
