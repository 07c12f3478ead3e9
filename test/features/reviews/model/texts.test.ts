import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countViolations } from "../../../../src/features/reviews/model/count-violations.ts";
import { neutralSummary } from "../../../../src/features/reviews/model/neutral-summary.ts";
import { makeFinding, repeatFinding } from "../../../support/findings.ts";

describe("neutralSummary", () => {
  it.each([
    [[], "No findings."],
    [repeatFinding(1), "1 finding, 0 blocking."],
    [[...repeatFinding(2), makeFinding({ severity: "error" })], "3 findings, 1 blocking."],
  ])("%j", (findings, text) => expect(neutralSummary(findings)).toBe(text));
});

describe("countViolations", () => {
  it("counts findings of every severity per rule, sorted by count, then by name", () => {
    const findings = [
      ...repeatFinding(2, { rule: "b" }),
      makeFinding({ rule: "c", severity: "info" }),
      makeFinding({ rule: "c", severity: "error", tool: "other" }),
      makeFinding({ rule: "a" }),
    ];
    expect(countViolations(findings)).toEqual([
      { rule: "b", count: 2 },
      { rule: "c", count: 2 },
      { rule: "a", count: 1 },
    ]);
  });

  it("does not depend on the order of findings and adds up to their number", () => {
    const rules = fc.array(fc.constantFrom("a", "b", "c", "constructor", "__proto__").map((rule) => ({ rule })));
    fc.assert(
      fc.property(rules, (findings) => {
        const counts = countViolations(findings);
        expect(counts).toEqual(countViolations(findings.toReversed()));
        expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(findings.length);
      }),
    );
  });
});
