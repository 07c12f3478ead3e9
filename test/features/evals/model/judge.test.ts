import { describe, expect, test } from "vitest";
import {
  judgeCosts,
  judgeScores,
  outcomeJudgement,
  outcomePasses,
  readJudgement,
} from "../../../../src/features/evals/model/judge.ts";

const scores = { clarity: 4, completeness: 5, actionability: 3, reasoning: "good {enough}" };

describe("reading a judge's answer", () => {
  test("takes everything from the first { to the last }", () => {
    expect(readJudgement(`Sure! \`\`\`json\n${JSON.stringify(scores)}\n\`\`\` Bye.`, judgeScores)).toEqual(scores);
  });

  test("keeps additional criteria", () => {
    expect(readJudgement(JSON.stringify({ ...scores, tone: 2 }), judgeScores)).toMatchObject({ tone: 2 });
  });

  test.each([
    ["no braces", "I would say four.", /it has no JSON object/],
    ["braces the wrong way round", "} {", /it has no JSON object/],
    ["two objects", '{"clarity": 4} and {"tone": 2}', /its JSON cannot be parsed/],
    ["a grade beyond 5", JSON.stringify({ ...scores, clarity: 6 }), /clarity: must be at most 5/],
    ["a missing grade", JSON.stringify({ reasoning: "x" }), /clarity: is missing/],
  ])("fails on %s", (_, answer, message) => {
    expect(() => readJudgement(answer, judgeScores)).toThrow(
      expect.objectContaining({ code: "judge_unreadable", message: expect.stringMatching(message) }),
    );
  });

  test("shows the first 200 characters of an unreadable answer", () => {
    const answer = `no ${"x".repeat(300)}`;
    expect(() => readJudgement(answer, judgeScores)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/It begins: no x{197}$/) }),
    );
  });
});

describe("outcomes", () => {
  const limits = { minimum_detection: 3, max_false_positives: 1 };

  test.each([
    [3, 1, 2, true],
    [2, 0, 5, false],
    [5, 2, 5, false],
    [5, 0, 1, false],
  ])("%s detected, %s false alarms, evidence %s: %s", (detection_rate, false_positives, evidence_quality, passes) => {
    expect(outcomePasses({ detection_rate, false_positives, evidence_quality }, limits)).toBe(passes);
  });

  test("are read with their lists of detected and missed bugs", () => {
    const outcome = { detected: ["a"], missed: [], false_positives: 0, detection_rate: 1, evidence_quality: 4, reasoning: "ok" };
    expect(readJudgement(JSON.stringify(outcome), outcomeJudgement)).toEqual(outcome);
  });
});

test("a cached judge answer costs nothing, any other answer costs one call", () => {
  const meta = { model: "m", input_tokens: 10, output_tokens: 2, cached: false };
  expect(judgeCosts(meta)).toEqual([{ model: "m", calls: 1, input_tokens: 10, output_tokens: 2 }]);
  expect(judgeCosts({ ...meta, cached: true })).toEqual([]);
});
