import * as z from "zod";

/** Scores by name. A name of a property of objects is one like any other. */
export const scoresOf = (
  entries: readonly (readonly [string, number | undefined])[],
): Readonly<Record<string, number>> | undefined => {
  const known = entries.flatMap(([name, score]) =>
    score === undefined || !Number.isFinite(score) || name === "__proto__" ? [] : [[name, score] as const],
  );
  return known.length === 0 ? undefined : Object.fromEntries(known);
};

/**
 * The verdict where a format has scores and none: passed when every score is full (1). Null without a score: nothing tells whether it
 * passed.
 */
export function passedBy(scores: Readonly<Record<string, number>> | undefined): boolean | null {
  return scores === undefined ? null : Object.values(scores).every((score) => score >= 1);
}

/** What is said of a run whose verdicts come from scores. */
export const verdictsFromScores = "it has scores and no verdicts: a test passes when each of its scores is at least 1";

/** Scores as a list or an object of numbers; null where a scorer gave none. */
export const numbers = z.record(z.string(), z.number().nullish());
