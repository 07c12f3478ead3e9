import { createHash } from "node:crypto";
import type { Finding } from "../../model/finding.ts";

/** What a run reviewed: the state of the code if git knows it, else the day. */
export type CodeState = Readonly<{ commit: string | null; fingerprint: string }>;

/**
 * Computes the id of a run of tools: the same id for the same findings of the same code, so that reading an output twice records
 * one run; another id once the code has changed, even if the findings are the same.
 */
export function runIdOf({ commit, fingerprint }: CodeState, findings: readonly Finding[], existing: readonly Finding[]): string {
  const hash = createHash("sha256").update(JSON.stringify([commit, fingerprint]));
  for (const list of [findings, existing]) {
    const lines = list.map(({ tool, rule, severity, file, line, message }) =>
      JSON.stringify([tool, rule, severity, file, line, message]),
    );
    // Sorted, so that the order of the outputs does not matter.
    for (const line of lines.sort()) hash.update("\n").update(line);
    hash.update("\n\n");
  }
  return `review-${hash.digest("hex").slice(0, 16)}`;
}
