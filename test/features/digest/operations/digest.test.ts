import { beforeEach, expect, it } from "vitest";
import { budgetSet } from "../../../../src/features/agent/operations/budget.ts";
import { feedbackAdd, feedbackMove } from "../../../../src/features/agent/operations/feedback.ts";
import { ask } from "../../../../src/features/agent/operations/inbox.ts";
import { learnAdd } from "../../../../src/features/agent/operations/logs.ts";
import { spendAdd } from "../../../../src/features/agent/operations/spend.ts";
import { taskAdd, taskClaim, taskMove } from "../../../../src/features/agent/operations/tasks.ts";
import { digest } from "../../../../src/features/digest/operations/digest.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { rulesInit, rulesTeach } from "../../../../src/features/rules/operations/rules.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

let ports: TestPorts;
beforeEach(async () => {
  ports = await openPorts({ env: { REWARD_LEDGER_AGENT: "ada" } });
});

type Callable<View> = Readonly<{ call(ports: TestPorts, input: unknown, context: typeof quietCall): Promise<View> }>;
const run = <View>(operation: Callable<View>, input: Readonly<Record<string, unknown>> = {}): Promise<View> =>
  operation.call(ports, input, quietCall);

it("sums up completed tasks, spending, learnings and waiting questions", async () => {
  await run(ask, { body: "?" });
  await run(taskAdd, { prompt: "Fix *it*", id: "t" });
  await run(taskClaim);
  await run(taskMove, { id: "t", state: "done", cost_usd: 0.5 });
  await run(learnAdd, { observation: "tests first", task_id: "t", to: "GAIA.md" });
  await run(spendAdd, { model: "m", call_site: "plan", usd: 0.5 });
  const { markdown } = await run(digest);
  expect(markdown).toContain("- Fix \\*it\\* (0.50 USD)");
  expect(markdown).toContain("- 0.50 USD in 1 call");
  expect(markdown).toContain("- tests first → GAIA.md");
  expect(markdown).toContain("- 1 question waits for an answer");
  expect(markdown).toContain("Keep the tier; a human decides. 0 reviews, reviews passed: none");
});

it("reports the effect of the project's taught rules, those needing attention first", async () => {
  const addReview = async (rules: readonly string[]): Promise<void> => {
    ports.clock.advance(60_000);
    const timestamp = ports.clock.now().toISOString();
    const findings = rules.map((rule) => makeFinding({ rule }));
    await run(update, { text: JSON.stringify(makeReport({ run_id: `run-${timestamp}`, timestamp, findings })) });
  };
  const times = async (count: number, rules: readonly string[]): Promise<void> => {
    for (let n = 0; n < count; n += 1) await addReview(rules);
  };
  expect((await run(digest)).markdown).toContain("## Taught rules\n\nNo rule is taught.");
  await run(rulesInit);
  await times(10, ["A100", "B_200"]);
  ports.clock.advance(60_000);
  for (const rule of ["A100", "B_200"]) await run(rulesTeach, { rule });
  await times(10, ["B_200"]);
  const { rule_effects, markdown } = await run(digest);
  expect(rule_effects.map(({ rule, effect }) => [rule, effect])).toEqual([
    ["B_200", "no_effect"],
    ["A100", "helped"],
  ]);
  expect(markdown).toMatch(/- B\\_200 in .+: no clear effect \(1\.00 per run before, 1\.00 since\)\n- A100 in /);
  const project = rule_effects[0]?.project;
  expect((await run(digest, { project })).markdown).toContain("- A100: helped (1.00 per run before, 0.00 since)");
  expect((await run(digest, { project: "another" })).rule_effects).toEqual([]);
});

it.each([
  ["- a list", "\\- a list"],
  ["1. a list", "1\\. a list"],
  ["# a title ## Risks", "\\# a title \\#\\# Risks"],
  ["[click](https://x.dev)", "\\[click\\](https\\://x.dev)"],
  ["see www.x.dev or me@x.dev", "see www\\.x.dev or me\\@x.dev"],
  ["<img src=x> &lt; ~~no~~", "\\<img src=x\\> \\&lt; \\~\\~no\\~\\~"],
  ["a\u001b[31m red \u202eback", "a red  back"],
])("shows the learning %j as text", async (observation, shown) => {
  await run(learnAdd, { observation, task_id: "t", to: "GAIA.md" });
  const { markdown } = await run(digest);
  expect(markdown).toContain(`\n- ${shown} → GAIA.md\n`);
  expect(markdown.match(/^#+ /gm)).toHaveLength(8);
});

it("compares with the previous week, and suggests a lower tier while critical feedback is open", async () => {
  await run(taskAdd, { prompt: "Before", id: "before" });
  await run(taskClaim);
  await run(taskMove, { id: "before", state: "done" });
  await run(spendAdd, { model: "m", call_site: "plan", usd: 2 });
  ports.clock.advance(8 * 86_400_000);
  await run(feedbackAdd, { body: "It broke the release", severity: "critical" });
  await run(budgetSet, { daily: 1 });
  await run(spendAdd, { model: "m", call_site: "plan", usd: 0.9 });
  const view = await run(digest);
  expect(view).toMatchObject({
    tasks_done: [],
    spend: { usd: 0.9 },
    before: { tasks_done: 1, usd: 2 },
    tier: { suggestion: "lower" },
    risks: [
      { what: "grave_feedback", value: 1 },
      { what: "budget_percent", value: 90 },
    ],
  });
  expect(view.markdown).toContain("Done: 0 (week before: 1)");
});

it("counts feedback in the week it was verified, and never counts rejected feedback", async () => {
  const addFeedback = async (): Promise<string> => (await run(feedbackAdd, { body: "Wrong" })).id;
  const moveFeedback = async (id: string, ...states: readonly string[]): Promise<void> => {
    for (const state of states) await run(feedbackMove, { id, state, regression_test_path: "test/a.test.ts" });
  };
  const early = await addFeedback();
  await moveFeedback(early, "triaged", "in-fix", "fix-pr-open", "verified");
  const slow = await addFeedback();
  await moveFeedback(slow, "triaged", "in-fix", "fix-pr-open");
  ports.clock.advance(8 * 86_400_000);
  await moveFeedback(early, "closed");
  await moveFeedback(slow, "verified", "closed");
  await moveFeedback(await addFeedback(), "triaged", "in-fix", "fix-pr-open", "rejected", "closed");
  await moveFeedback(await addFeedback(), "triaged", "in-fix", "fix-pr-open", "verified");
  expect(await run(digest)).toMatchObject({ feedback_verified: 2 });
  ports.clock.advance(8 * 86_400_000);
  expect(await run(digest)).toMatchObject({ feedback_verified: 0 });
});
