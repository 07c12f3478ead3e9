import { fixClasses } from "./feedback.ts";

export type FixClass = (typeof fixClasses)[number];

/**
 * Who may merge a fix of each class: the agent if the human allows it, only the human, or nobody (never merged automatically).
 */
const mergeableBy: Readonly<Record<FixClass, "agent" | "human" | "nobody">> = {
  prompt: "agent",
  doc: "agent",
  test: "agent",
  tool: "human",
  policy: "human",
  architectural: "human",
  "state-machine": "nobody",
  "out-of-scope": "nobody",
};

const minTier = 4;

/**
 * An earlier fix and the human's verdict on it. `reverted` suspends its class until a later fix of that class is `reinstated`.
 */
export type PastFix = Readonly<{ fix_class: string; em_review: string }>;

const verdictOf = ({ em_review }: PastFix): string => em_review.trim().toLowerCase();

/** Whether the human reverted a fix, which counts against the agent. */
export const isRevert = (fix: PastFix): boolean => verdictOf(fix) === "reverted";

/** Returns the classes whose fixes must wait for the human because one was reverted. @param history oldest first */
export const suspendedClasses = (history: readonly PastFix[]): readonly FixClass[] =>
  fixClasses.filter((one) => {
    const last = history.findLast((fix) => fix.fix_class === one && ["reverted", "reinstated"].includes(verdictOf(fix)));
    return last !== undefined && isRevert(last);
  });

/** The facts about an agent and its binding that decide whether it may merge. */
export type MergeStanding = Readonly<{ auto_merge_classes: readonly FixClass[]; tier: number; history: readonly PastFix[] }>;

/**
 * Returns the reasons why the agent may not merge a fix by itself, based on the fix's class, the binding and the agent's history;
 * empty if it may. The result of the fix's review is checked by the gate.
 */
export function autoMergeObjections(fixClass: FixClass, standing: MergeStanding): readonly string[] {
  const { auto_merge_classes: allowed, tier, history } = standing;
  const who = mergeableBy[fixClass];
  if (who !== "agent") {
    return [`a fix of class ${fixClass} is ${who === "human" ? "merged by the human" : "never merged automatically"}`];
  }
  return [
    ...(allowed.includes(fixClass) ? [] : [`auto_merge_classes does not name ${fixClass}`]),
    ...(tier < minTier ? [`tier ${tier} is below ${minTier}`] : []),
    ...(suspendedClasses(history).includes(fixClass) ? [`a fix of class ${fixClass} was reverted`] : []),
  ];
}
