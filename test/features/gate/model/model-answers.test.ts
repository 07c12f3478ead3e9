import { describe, expect, it } from "vitest";
import {
  adversarialAnswer,
  adversarialResult,
  reviewAnswer,
  reviewResult,
} from "../../../../src/features/gate/model/model-answers.ts";
import { modelUnreadable } from "../../../../src/kernel/errors.ts";
import { parseAnswer } from "../../../../src/kernel/model-text.ts";

const request = { model: "m", files: new Set(["a.ts"]) };
const problem = (severity: string, description = `a ${severity} problem`, more = {}) => ({ severity, description, ...more });
const adversarial = (answer: object) =>
  adversarialResult(parseAnswer(JSON.stringify(answer), adversarialAnswer, modelUnreadable), request);
const review = (answer: object) =>
  reviewResult("architectural", parseAnswer(JSON.stringify(answer), reviewAnswer, modelUnreadable), request);

describe("an adversarial review", () => {
  it.each([
    [59, "fail"],
    [60, "pass"],
    [0, "fail"],
    [100, "pass"],
  ])("of confidence %i is a %s", (confidence, status) => {
    expect(adversarial({ confidence, findings: [] })).toMatchObject({ status, confidence, tooling_used: ["m"] });
  });

  it("with a blocking finding is a fail at any confidence", () => {
    expect(adversarial({ confidence: 100, findings: [problem("blocking")] }).status).toBe("fail");
    expect(adversarial({ confidence: 100, findings: [problem("significant")] }).status).toBe("pass");
  });

  it.each([
    ["no confidence", { findings: [] }],
    ["a confidence above 100", { confidence: 101, findings: [] }],
    ["a confidence that is no whole number", { confidence: 60.5, findings: [] }],
    ["a confidence in words", { confidence: "90", findings: [] }],
    ["no list of findings", { confidence: 90 }],
    ["a severity that is none", { confidence: 90, findings: [problem("fatal")] }],
    ["a finding that says nothing", { confidence: 90, findings: [problem("minor", " ")] }],
  ])("with %s cannot be read", (_, answer) => {
    expect(() => adversarial(answer)).toThrow(expect.objectContaining({ code: "model_unreadable" }));
  });

  it("names each problem once", () => {
    const findings = [problem("minor", "Rows get lost."), problem("minor", "rows get lost"), problem("minor", "Another one")];
    expect(adversarial({ confidence: 90, findings }).findings.map(({ description }) => description)).toEqual([
      "Rows get lost.",
      "Another one",
    ]);
  });
});

describe("a review", () => {
  it.each([
    ["pass", [], "pass"],
    [" PASS ", [problem("significant")], "pass"],
    ["request-changes", [], "fail"],
    ["block", [], "fail"],
    ["passed", [], "fail"],
    ["pass", [problem("blocking")], "fail"],
  ])("with verdict %j and findings %j is a %3$s", (overall, findings, status) => {
    expect(review({ overall, findings }).status).toBe(status);
  });

  it("without a verdict cannot be read", () => {
    expect(() => review({ findings: [] })).toThrow(expect.objectContaining({ code: "model_unreadable" }));
  });

  it("keeps only locations inside the change", () => {
    const findings = [
      problem("minor", "one", { file: "a.ts", line: 3, fix: "x", citation: "y" }),
      problem("minor", "two", { file: "../../etc/passwd", line: 1 }),
      problem("minor", "three", { file: "a.ts", line: -1 }),
    ];
    expect(review({ overall: "pass", findings, citations: ["AGENTS.md"] })).toMatchObject({
      citations: ["AGENTS.md"],
      findings: [
        { file: "a.ts", line: 3, fix: "x", citation: "y" },
        { file: null, line: null, fix: null },
        { file: "a.ts", line: null },
      ],
    });
  });
});
