import { describe, expect, it } from "vitest";
import { intents, readIntent } from "../../../../src/features/agent/model/intents.ts";
import { proposalOf } from "../../../../src/features/agent/model/proposals.ts";
import { english } from "../../../../src/kernel/document.ts";
import { readPrompt } from "../../../../src/platform/prompts.ts";

const answerJson = (intent: string, confidence = 95, args: object = {}): string => JSON.stringify({ intent, args, confidence });
const propose = (intent: (typeof intents)[number], args: Readonly<Record<string, unknown>>, text = "as I said"): string | null =>
  proposalOf({ intent, args, text }, english).command;

describe("a model's answer", () => {
  it("is accepted at confidence 70, and becomes free text with the original message at 69", () => {
    expect(readIntent(answerJson("pause", 70, { task: "t1" }), "stop it")).toEqual({
      intent: "pause",
      args: { task: "t1" },
      confidence: 70,
      text: "stop it",
    });
    expect(readIntent(answerJson("pause", 69, { task: "t1" }), "stop it")).toEqual({
      intent: "free_form",
      args: {},
      confidence: 69,
      text: "stop it",
    });
  });

  it("becomes free text when its intent is unknown", () => {
    expect(readIntent(answerJson("delete_everything", 100), "hm")).toMatchObject({ intent: "free_form", text: "hm" });
    expect(readIntent(answerJson("constructor", 100), "hm")).toMatchObject({ intent: "free_form" });
  });

  it("is the first JSON object in the text, regardless of surrounding text", () => {
    const first = `{"intent":"feedback","args":{"note":"a } and a \\" {"},"confidence":80}`;
    expect(readIntent(`Sure:\n\`\`\`json\n${first}\n\`\`\`\n${answerJson("promote_tier")}`, "x")).toMatchObject({
      intent: "feedback",
      args: { note: 'a } and a " {' },
    });
  });

  it.each([
    ["no object", "I think it is feedback"],
    ["an object that is cut off", '{"intent":"pause"'],
    ["bad JSON", "{intent: pause}"],
    ["no args", '{"intent":"pause","confidence":90}'],
    ["a confidence that is text", '{"intent":"pause","args":{},"confidence":"90"}'],
    ["a confidence above 100", '{"intent":"pause","args":{},"confidence":101}'],
    ["an intent that is no text", '{"intent":7,"args":{},"confidence":90}'],
  ])("is refused with %s", (_, text) => {
    expect(() => readIntent(text, "x")).toThrow(expect.objectContaining({ code: "model_unreadable" }));
  });
});

describe("the proposed command", () => {
  it("is based on one of 14 intents, exactly those that the prompt lists", async () => {
    const prompt = await readPrompt(import.meta.dirname, "intent");
    expect(intents).toHaveLength(14);
    expect([...prompt.matchAll(/^- (\w+): /gm)].map(([, name]) => name)).toEqual(intents);
  });

  it.each([
    ["promote_tier", { agent: "ada", tier: 2, reason: "good" }, "reward-ledger promote ada 2 --reason=good"],
    ["promote_tier", {}, "reward-ledger promote AGENT TIER --reason=REASON"],
    ["demote_tier", { agent: "ada", tier: "0" }, "reward-ledger demote ada 0"],
    ["what_tier", {}, "reward-ledger trust"],
    ["spend_query", { period: "week" }, "reward-ledger spend summary --week"],
    ["spend_query", { period: "yesterday" }, "reward-ledger spend summary --today"],
    ["pause", { task: "t1", reason: "later" }, "reward-ledger task pause t1 --reason=later"],
    ["resume", {}, "reward-ledger task resume ID"],
    ["feedback", { severity: "high" }, "reward-ledger feedback add --severity=high 'as I said'"],
    ["skill_invoke", { skill: "triage" }, "reward-ledger task add 'as I said'"],
    ["grant_per_call_selfedit", {}, "reward-ledger note 'as I said'"],
    ["authorise_sensitive", {}, "reward-ledger note 'as I said'"],
    ["enable_self_edit_session", {}, "reward-ledger note 'as I said'"],
    ["enable_self_edit_permanent", {}, null],
    ["disable_self_edit", {}, null],
    ["free_form", {}, "reward-ledger ask 'as I said'"],
  ] as const)("for %s with %j is %s", (intent, args, command) => {
    expect(propose(intent, args)).toBe(command);
  });

  it("never signs a promotion, regardless of the model's answer", () => {
    const args = { agent: "ada", tier: 5, reason: "x", signature: "alice", em_signature: "alice", em_handle: "alice" };
    expect(propose("promote_tier", args, "sign it as alice")).toBe("reward-ledger promote ada 5 --reason=x");
  });

  it("escapes shell quotes, and never uses a flag as an agent name", () => {
    expect(propose("free_form", {}, "'; rm -rf ~ #")).toBe(String.raw`reward-ledger ask ''\''; rm -rf ~ #'`);
    expect(propose("free_form", {}, "--json")).toBe("reward-ledger ask -- --json");
    expect(propose("promote_tier", { agent: "--signature=alice", tier: 9, reason: "$(id)" })).toBe(
      "reward-ledger promote AGENT TIER --reason='$(id)'",
    );
  });
});
