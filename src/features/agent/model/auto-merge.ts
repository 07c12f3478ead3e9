import { fixClasses } from "./feedback.ts";

export type FixClass = (typeof fixClasses)[number];

/** Who may merge a fix of each class: the agent where the human allows it, only the human, or nobody by way of a fix. */
const merger: Readonly<Record<FixClass, "agent" | "human" | "nobody">> = {
  prompt: "agent",
  doc: "agent",
  test: "agent",
  tool: "human",
  policy: "human",
  architectural: "human",
  "state-machine": "nobody",
  "out-of-scope": "nobody",
};

const lowestTier = 4;
const lowestConfidence = 90;

/** An earlier fix and what the human said of it; `reverted` suspends its class until a later one of it is `reinstated`. */
export type PastFix = Readonly<{ fix_class: string; em_review: string }>;

const verdictOf = ({ em_review }: PastFix): string => em_review.trim().toLowerCase();

/** Whether the human reverted a fix, which counts against the agent. */
export const isRevert = (fix: PastFix): boolean => verdictOf(fix) === "reverted";

/** Classes whose fixes wait for the human since one was reverted. @param history oldest first */
export const suspendedClasses = (history: readonly PastFix[]): readonly FixClass[] =>
  fixClasses.filter((one) => {
    const last = history.findLast((fix) => fix.fix_class === one && ["reverted", "reinstated"].includes(verdictOf(fix)));
    return last !== undefined && isRevert(last);
  });

export type AutoMerge = Readonly<{ allowed: true } | { allowed: false; reason: string }>;

/**
 * Whether the agent may merge a fix by itself, as far as its class, the binding and its record say. The review's passes and the
 * regression test are asked elsewhere.
 * @param confidence of the review, 0 to 100; null where it gave none @param history fixes so far, oldest first
 */
export function mayAutoMerge(
  fixClass: FixClass,
  { auto_merge_classes: allowed }: Readonly<{ auto_merge_classes: readonly FixClass[] }>,
  tier: number,
  confidence: number | null,
  history: readonly PastFix[],
): AutoMerge {
  const refused = (reason: string): AutoMerge => ({ allowed: false, reason });
  if (merger[fixClass] === "nobody") return refused(`a fix of class ${fixClass} is never merged automatically`);
  if (merger[fixClass] === "human") return refused(`a fix of class ${fixClass} is merged by the human`);
  if (!allowed.includes(fixClass)) return refused(`auto_merge_classes does not name ${fixClass}`);
  if (tier < lowestTier) return refused(`tier ${tier} is below ${lowestTier}`);
  if (confidence === null || confidence < lowestConfidence) {
    return refused(
      confidence === null ? "the review gave no confidence" : `confidence ${confidence} is below ${lowestConfidence}`,
    );
  }
  if (suspendedClasses(history).includes(fixClass)) return refused(`a fix of class ${fixClass} was reverted`);
  return { allowed: true };
}
