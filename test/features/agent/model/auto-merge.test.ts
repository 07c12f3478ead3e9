import { describe, expect, it } from "vitest";
import {
  autoMergeObjections,
  type FixClass,
  type PastFix,
  suspendedClasses,
} from "../../../../src/features/agent/model/auto-merge.ts";
import { fixClasses } from "../../../../src/features/agent/model/feedback.ts";

const reverted = { fix_class: "doc", em_review: "Reverted " };
const objections = (
  fixClass: FixClass,
  tier = 4,
  history: readonly PastFix[] = [],
  allowed = fixClasses as readonly FixClass[],
) => autoMergeObjections(fixClass, { auto_merge_classes: allowed, tier, history });

describe("auto-merge", () => {
  it.each(["prompt", "doc", "test"] as const)("may merge a fix of class %s that the human allows", (fixClass) => {
    expect(objections(fixClass)).toEqual([]);
  });

  it.each(["tool", "policy", "architectural"] as const)(
    "leaves class %s to the human even when the file lists it",
    (fixClass) => {
      expect(objections(fixClass, 5)).toEqual([`a fix of class ${fixClass} is merged by the human`]);
    },
  );

  it.each(["state-machine", "out-of-scope"] as const)("never merges class %s", (fixClass) => {
    expect(objections(fixClass, 5)).toEqual([`a fix of class ${fixClass} is never merged automatically`]);
  });

  it("allows no class when the list is empty", () => {
    for (const fixClass of fixClasses) expect(objections(fixClass, 5, [], [])).toHaveLength(1);
  });

  it("needs tier 4: 3 is too low", () => {
    expect(objections("doc", 3)).toEqual(["tier 3 is below 4"]);
    expect(objections("doc", 4)).toEqual([]);
  });

  it("suspends only the reverted class, after a single revert", () => {
    expect(objections("doc", 4, [reverted])).toEqual(["a fix of class doc was reverted"]);
    expect(objections("prompt", 4, [reverted])).toEqual([]);
    const approved = { fix_class: "doc", em_review: "approved" };
    expect(suspendedClasses([approved, reverted, approved, approved])).toEqual(["doc"]);
    expect(suspendedClasses([reverted, { fix_class: "doc", em_review: "reinstated" }])).toEqual([]);
  });

  it("lists every objection", () => {
    expect(objections("doc", 3, [reverted], [])).toEqual([
      "auto_merge_classes does not name doc",
      "tier 3 is below 4",
      "a fix of class doc was reverted",
    ]);
  });
});
