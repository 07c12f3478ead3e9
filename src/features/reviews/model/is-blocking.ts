import type { Finding } from "./finding.ts";

/** A finding blocks when it is an error that no tool can fix; its category does not matter. */
export const isBlocking = (one: Pick<Finding, "severity" | "fixable">): boolean => one.severity === "error" && !one.fixable;
