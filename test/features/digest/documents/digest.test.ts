import { expect, it } from "vitest";
import { digestDocument } from "../../../../src/features/digest/documents/digest.ts";
import type { DigestView } from "../../../../src/features/digest/operations/views.ts";
import { sampleSum, sampleTask, sampleTime } from "../../../support/agent-views.ts";
import { renderEditor } from "../../../support/documents.ts";

it("shows completed tasks, cost, pass rates, learnings, taught rules, risks and the tier", () => {
  const view: DigestView = {
    from: "2026-03-09T12:00:00.000Z",
    to: "2026-03-16T12:00:00.000Z",
    project: null,
    before: { tasks_done: 4, usd: 9, runs: 3, pass_rate: 50 },
    risks: [{ what: "unanswered", value: 2 }],
    tier: { suggestion: "raise", reasons: [{ what: "pass_rate", value: 95 }] },
    tasks_done: [{ ...sampleTask, state: "done" }],
    tasks_abandoned: 0,
    feedback_verified: 1,
    spend: { ...sampleSum, calls: 2, usd: 2.5 },
    spend_by_model: [{ name: "opus", ...sampleSum, calls: 2, usd: 2.5 }],
    runs: 12,
    pass_rate: 95,
    ci_runs: 0,
    ci_success_percent: null,
    top_learnings: [
      { recorded: "r", ts: sampleTime, task_id: "t", observation: "tests first", candidate: "GAIA.md", project: null },
    ],
    rule_effects: [
      {
        rule: "E501",
        project: "team/app",
        since: sampleTime,
        until: null,
        retired: false,
        before: { runs: 10, hits: 10 },
        after: { runs: 20, hits: 5 },
        effect: "helped",
        ratio: 0.25,
        ratio_low: 0.1,
        ratio_high: 0.6,
        p: 0.01,
      },
    ],
    markdown: "",
  };
  const report = renderEditor("Agent", (words) => digestDocument(view, words));
  for (const part of [
    "Week ",
    "| Tasks done | 1 | 4 |",
    "| Reviews passed | 95% | 50% |",
    "- Mend the cart (\\$1\\.25)",
    "- opus\\: \\$2\\.50, 2 calls",
    "- tests first → GAIA\\.md",
    "- E501, team/app\\: helped, 1\\.00 per run before, 0\\.25 since",
    "- Questions that wait for an answer\\: 2",
    "Consider a higher tier",
    "- Reviews passed\\: 95%",
  ])
    expect(report).toContain(part);
  expect(renderEditor("Agent", (words) => digestDocument({ ...view, risks: [], top_learnings: [] }, words))).toContain(
    "Nothing stands out",
  );
});
