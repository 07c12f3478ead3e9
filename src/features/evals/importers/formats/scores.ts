import * as z from "zod";

/**
 * Returns the finite scores by name; undefined when there are none. Names of built-in object properties are allowed, except
 * `__proto__`.
 */
export const scoresOf = (
  entries: readonly (readonly [string, number | undefined])[],
): Readonly<Record<string, number>> | undefined => {
  const known = entries.flatMap(([name, score]) =>
    score === undefined || !Number.isFinite(score) || name === "__proto__" ? [] : [[name, score] as const],
  );
  return known.length === 0 ? undefined : Object.fromEntries(known);
};

/**
 * Returns the verdict for formats that have scores but no verdict: passed when every score is full (1). Null without a score,
 * because the result is then unknown.
 */
export function verdictFromScores(scores: Readonly<Record<string, number>> | undefined): boolean | null {
  return scores === undefined ? null : Object.values(scores).every((score) => score >= 1);
}

/** The warning for a run whose verdicts are derived from scores. */
export const scoreVerdictWarning = "it has scores and no verdicts: a test passes when each of its scores is at least 1";

/** Scores by name; null where a scorer gave none. */
export const scoreRecord = z.record(z.string(), z.number().nullish());
