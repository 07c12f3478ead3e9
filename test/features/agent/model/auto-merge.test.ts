import { describe, expect, it } from "vitest";
import { mayAutoMerge, suspendedClasses } from "../../../../src/features/agent/model/auto-merge.ts";
import { fixClasses } from "../../../../src/features/agent/model/feedback.ts";

const all = { auto_merge_classes: fixClasses };
const allowed = { allowed: true };
const reverted = { fix_class: "doc", em_review: "Reverted " };

describe("auto-merge", () => {
  it.each(["prompt", "doc", "test"] as const)("may merge a fix of class %s that the human allows", (fixClass) => {
    expect(mayAutoMerge(fixClass, all, 4, 90, [])).toEqual(allowed);
  });

  it.each(["tool", "policy", "architectural"] as const)("leaves class %s to the human although the file names it", (fixClass) => {
    expect(mayAutoMerge(fixClass, all, 5, 100, [])).toEqual({
      allowed: false,
      reason: `a fix of class ${fixClass} is merged by the human`,
    });
  });

  it.each(["state-machine", "out-of-scope"] as const)("never merges class %s", (fixClass) => {
    expect(mayAutoMerge(fixClass, all, 5, 100, [])).toMatchObject({ allowed: false, reason: expect.stringContaining("never") });
  });

  it("allows no class where the list is empty", () => {
    for (const fixClass of fixClasses) {
      expect(mayAutoMerge(fixClass, { auto_merge_classes: [] }, 5, 100, []).allowed).toBe(false);
    }
  });

  it("needs tier 4: 3 is too low", () => {
    expect(mayAutoMerge("doc", all, 3, 95, [])).toEqual({ allowed: false, reason: "tier 3 is below 4" });
    expect(mayAutoMerge("doc", all, 4, 95, [])).toEqual(allowed);
  });

  it("needs confidence 90: 89 is too low, and none is no confidence", () => {
    expect(mayAutoMerge("doc", all, 4, 89, [])).toEqual({ allowed: false, reason: "confidence 89 is below 90" });
    expect(mayAutoMerge("doc", all, 4, 90, [])).toEqual(allowed);
    expect(mayAutoMerge("doc", all, 4, null, []).allowed).toBe(false);
  });

  it("suspends a class after one revert, and no other class", () => {
    expect(mayAutoMerge("doc", all, 4, 95, [reverted])).toEqual({ allowed: false, reason: "a fix of class doc was reverted" });
    expect(mayAutoMerge("prompt", all, 4, 95, [reverted])).toEqual(allowed);
    const approved = { fix_class: "doc", em_review: "approved" };
    expect(suspendedClasses([approved, reverted, approved, approved])).toEqual(["doc"]);
    expect(suspendedClasses([reverted, { fix_class: "doc", em_review: "reinstated" }])).toEqual([]);
  });
});
