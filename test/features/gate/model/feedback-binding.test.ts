import { describe, expect, it } from "vitest";
import { bindingFindings, citedIds, quotes } from "../../../../src/features/gate/model/feedback-binding.ts";

describe("cited feedback ids", () => {
  it.each([
    ["Feedback-Id: fb-12", ["fb-12"]],
    ["It is for feedback_id=a_B9, see below", ["a_B9"]],
    ["feedback-id:   019b2f00-0000-7000-8000-000000000001.", ["019b2f00-0000-7000-8000-000000000001"]],
    ["Feedback-Id: `abcd`\nfeedback_id=efgh", ["abcd", "efgh"]],
    ["Feedback-Id: abc", []],
    ["feedback abcd", []],
    ["Feedback-Id: äöüß", []],
  ])("in %j are %j", (text, ids) => {
    expect(citedIds(text)).toEqual(ids);
  });
});

describe("a quotation", () => {
  it.each([
    ["> the list   forgets its\n> order after a reload", true],
    ["The List forgets its order!", true],
    ["the list forgets its place", false],
    ["order its forgets list the", false],
    ["", false],
  ])("%j is recognized: %s", (text, is) => {
    expect(quotes(text, "When I come back, the list forgets its order after a reload.")).toBe(is);
  });

  it("of short feedback must be complete", () => {
    expect(quotes("they said: too slow", "Too slow!")).toBe(true);
    expect(quotes("they said: slow", "Too slow!")).toBe(false);
  });
});

describe("a change that answers feedback", () => {
  const feedback = { id: "fb-12", text: "The list forgets its order after a reload", regressionTest: "test/order.test.ts" };
  const body = "Feedback-Id: fb-12\n\n> The list forgets its order after a reload\n";
  const findingTexts = (text: string | null, change: Partial<typeof feedback> | Readonly<{ regressionTest: null }> = {}) =>
    bindingFindings(text, { ...feedback, ...change }).map(({ severity, description }) => `${severity}: ${description}`);

  it("is bound when it cites and quotes the feedback and has a regression test", () => {
    expect(findingTexts(body)).toEqual([]);
  });

  it("is not bound when any of these is missing", () => {
    expect(findingTexts(body.replace("fb-12", "fb-13"))).toEqual(["blocking: the description does not cite feedback fb-12"]);
    expect(findingTexts("Feedback-Id: fb-12")).toEqual(["blocking: the description does not quote the feedback"]);
    expect(findingTexts(body, { regressionTest: null })).toEqual(["blocking: the feedback declares no regression test"]);
    expect(findingTexts(null)).toHaveLength(2);
  });
});
