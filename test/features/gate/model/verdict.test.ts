import { describe, expect, it } from "vitest";
import {
  failed,
  finding,
  type PassName,
  type PassResult,
  passed,
  passNames,
  passNumber,
  skipped,
} from "../../../../src/features/gate/model/pass-result.ts";
import { isStopped, judgeGate as judge, type MergePolicy, mergeAllowance } from "../../../../src/features/gate/model/verdict.ts";

/** Results with every pass green, the adversarial one with a confidence; each of `others` replaces the result of its pass. */
const results = (confidence: number | null, ...others: readonly PassResult[]): readonly PassResult[] =>
  passNames.map(
    (name) =>
      others.find(({ pass }) => pass === name) ?? passed(name, { confidence: name === "adversarial" ? confidence : null }),
  );
const judgeGate = (passes: readonly PassResult[]) => judge(passes, optedIn);
const verdictAt = (confidence: number | null, ...others: readonly PassResult[]) =>
  judgeGate(results(confidence, ...others)).verdict;
const optedIn: MergePolicy = { against: [], regression: "green" };

describe("the verdict", () => {
  it("blocks below a confidence of 60: 0 and 59, not 60", () => {
    expect([0, 59, 60].map((confidence) => verdictAt(confidence))).toEqual(["block", "block", "request-changes"]);
  });

  it("requests changes from 60 to 74, and passes at 75", () => {
    expect([60, 74, 75].map((confidence) => verdictAt(confidence))).toEqual(["request-changes", "request-changes", "pass"]);
  });

  it("passes at 89, 90 and 100", () => {
    expect([89, 90, 100].map((confidence) => verdictAt(confidence))).toEqual(["pass", "pass", "pass"]);
  });

  it("requests changes without a confidence", () => {
    expect(verdictAt(null)).toBe("request-changes");
  });

  it.each(["static", "functional", "security"] as const)("blocks when %s fails", (name) => {
    expect(judgeGate(results(100, failed(name)))).toMatchObject({ verdict: "block", short_circuited: true });
  });

  it.each(["architectural", "prose", "feedback"] as const)("requests changes when %s fails", (name) => {
    expect(judgeGate(results(100, failed(name)))).toMatchObject({ verdict: "request-changes", short_circuited: false });
  });

  it("requests changes when the adversarial pass fails with 60, and blocks when it fails with 59", () => {
    const verdictOf = (confidence: number) => verdictAt(null, failed("adversarial", { confidence }));
    expect([verdictOf(100), verdictOf(60), verdictOf(59)]).toEqual(["request-changes", "request-changes", "block"]);
    expect(verdictAt(null, failed("adversarial"))).toBe("request-changes");
  });

  it.each(passNames)("never passes when %s could not run", (name) => {
    expect(verdictAt(100, skipped(name, "unavailable", "no tool"))).toBe("request-changes");
  });

  it("passes when passes were skipped as not needed", () => {
    const notNeeded = (name: PassName) => skipped(name, "not_needed", "nothing to do");
    expect(verdictAt(90, notNeeded("prose"), notNeeded("feedback"))).toBe("pass");
  });

  it("does not pass when nothing ran", () => {
    expect(judgeGate([]).verdict).toBe("request-changes");
  });

  it("lists only the blocking findings", () => {
    const findings = [finding("blocking", "a key"), finding("significant", "an audit"), finding("minor", "a note")];
    expect(judgeGate(results(95, failed("security", { findings: findings }))).blockers).toEqual(["a key"]);
  });
});

describe("the short circuit", () => {
  it("happens only after pass 1, 2 or 4 fails", () => {
    expect(passNames.filter((name) => isStopped([failed(name)])).map(passNumber)).toEqual([1, 2, 4]);
  });
});

describe("merging without a human", () => {
  it("needs a confidence of 90: 89 waits for a human", () => {
    expect(mergeAllowance(results(90), optedIn)).toEqual({ allowed: true, reasons: [] });
    expect(mergeAllowance(results(89), optedIn)).toEqual({ allowed: false, reasons: ["confidence 89 is below 90"] });
  });

  it.each([59, 60, 74, 75])("is never allowed at a confidence of %i", (confidence) => {
    expect(mergeAllowance(results(confidence), optedIn).allowed).toBe(false);
  });

  it("is not allowed without a confidence", () => {
    expect(mergeAllowance(results(null), optedIn)).toEqual({ allowed: false, reasons: ["the review states no confidence"] });
  });

  it.each(passNames)("needs a green %s: neither failed nor skipped for any reason", (name) => {
    for (const other of [
      failed(name, { confidence: 95 }),
      ...(["short_circuit", "not_needed", "unavailable"] as const).map((because) =>
        skipped(name, because, "so", { confidence: 95 }),
      ),
    ]) {
      expect(mergeAllowance(results(95, other), optedIn)).toEqual({ allowed: false, reasons: [`pass ${name} is not green`] });
    }
  });

  it("is not allowed when a part of a pass could not be checked", () => {
    const partial = passed("security", { unchecked: ["npm audit: offline"] });
    expect(mergeAllowance(results(95, partial), optedIn).reasons).toEqual(["pass security is incomplete: npm audit: offline"]);
    expect(verdictAt(95, partial)).toBe("pass");
  });

  it("is not allowed against the policy, whose objections are listed with those of the passes", () => {
    const policy = { ...optedIn, against: ["tier 3 is below 4", "a fix of class doc was reverted"] };
    expect(mergeAllowance(results(89), policy)).toEqual({
      allowed: false,
      reasons: ["confidence 89 is below 90", ...policy.against],
    });
  });

  it("needs the regression test green on the merge commit", () => {
    for (const regression of ["red", null] as const)
      expect(mergeAllowance(results(95), { ...optedIn, regression }).allowed).toBe(false);
  });
});
