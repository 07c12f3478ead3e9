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

/** What of an agent and the binding decides on merging. */
export type MergeStanding = Readonly<{ auto_merge_classes: readonly FixClass[]; tier: number; history: readonly PastFix[] }>;

/**
 * What speaks against the agent's merging a fix by itself, as far as its class, the binding and its record say; nothing where it may. What
 * the review says of the fix is the gate's.
 */
export function againstAutoMerge(fixClass: FixClass, standing: MergeStanding): readonly string[] {
  const { auto_merge_classes: allowed, tier, history } = standing;
  const who = merger[fixClass];
  if (who !== "agent") {
    return [`a fix of class ${fixClass} is ${who === "human" ? "merged by the human" : "never merged automatically"}`];
  }
  return [
    ...(allowed.includes(fixClass) ? [] : [`auto_merge_classes does not name ${fixClass}`]),
    ...(tier < lowestTier ? [`tier ${tier} is below ${lowestTier}`] : []),
    ...(suspendedClasses(history).includes(fixClass) ? [`a fix of class ${fixClass} was reverted`] : []),
  ];
}
