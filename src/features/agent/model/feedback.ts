import * as z from "zod";
import { message, path, plain } from "../../../kernel/privacy.ts";
import { json, nonBlank, oneOf, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const feedbackSeverities = ["low", "med", "high", "critical"] as const;
export const feedbackStates = ["pending", "triaged", "in-fix", "fix-pr-open", "verified", "rejected", "closed"] as const;
export const fixClasses = ["prompt", "doc", "test", "tool", "policy", "architectural", "state-machine", "out-of-scope"] as const;

export const feedback = defineStore({
  name: "feedback",
  noun: "feedback",
  about: "What humans say of the agent's work, and what became of it.",
  example: "reward-ledger feedback move ID verified --regression-test-path test/push.test.ts",
  kinds: { add: "feedback.added", change: "feedback.changed" },
  row: z.object({
    id: plain(nonBlank()),
    received_at: time(),
    from_handle: plain(nonBlank()),
    channel: plain(nonBlank()),
    body: message(nonBlank()),
    severity: oneOf(feedbackSeverities),
    context_url: plain(text()).nullable(),
    fix_class: oneOf(fixClasses).nullable(),
    state: oneOf(feedbackStates),
    fix_pr_url: plain(text()).nullable(),
    regression_test_path: path(text()).nullable(),
    root_cause: message(text()).nullable(),
    success_criterion: message(text()).nullable(),
    /** List of the transitions so far, each `{at, transition, …}`. */
    notes_json: message(json(z.array(z.unknown()))),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("There is no feedback."),
    columns: [
      { name: "received_at", head: t("Received"), drop: 2 },
      { name: "severity", head: t("Severity") },
      { name: "state", head: t("State") },
      { name: "fix_class", head: t("Kind of fix"), drop: 1 },
      { name: "body", head: t("Feedback"), cut: 16 },
      { name: "context_url", head: t("About"), cut: 8, drop: 3 },
      { name: "id", head: "ID" },
    ],
    labels: {
      id: "ID",
      received_at: t("Received"),
      from_handle: t("From"),
      channel: t("Channel"),
      body: t("Feedback"),
      severity: t("Severity"),
      context_url: t("About"),
      fix_class: t("Kind of fix"),
      state: t("State"),
      fix_pr_url: t("Pull request"),
      regression_test_path: t("Regression test"),
      root_cause: t("Root cause"),
      success_criterion: t("Success criterion"),
      notes_json: t("History"),
      project: t("Project"),
    },
  }),
  key: ["id"],
  order: [
    { column: "received_at", desc: true },
    { column: "id", desc: true },
  ],
  defaults: { state: "pending", notes_json: "[]" },
  indexes: [
    { name: "idx_feedback_state", columns: [{ column: "state" }] },
    { name: "idx_feedback_fix_class", columns: [{ column: "fix_class" }] },
    { name: "feedback_by_received", columns: [{ column: "received_at" }, { column: "id" }] },
    { name: "feedback_by_state", columns: [{ column: "state" }, { column: "received_at" }, { column: "id" }] },
  ],
  states: {
    column: "state",
    ways: {
      pending: ["triaged"],
      triaged: ["in-fix", "rejected"],
      // A fix that failed is abandoned; the feedback returns to its previous state.
      "in-fix": ["fix-pr-open", "triaged"],
      "fix-pr-open": ["verified", "rejected"],
      verified: ["closed"],
      rejected: ["closed"],
      closed: [],
    },
    guard: (before, after) =>
      before.state === "triaged" && after.state === "rejected" && after.fix_class !== "out-of-scope"
        ? "triaged feedback is rejected only as out-of-scope"
        : undefined,
  },
  trail: "notes_json",
  rule: (row) =>
    row.state === "verified" && (row.regression_test_path ?? "").trim() === "" ? "verified needs a regression test" : undefined,
  ruleInSql: '($.state != "verified" || $.regression_test_path like_regex "\\\\S")',
});

export type FeedbackRow = z.infer<typeof feedback.row>;
