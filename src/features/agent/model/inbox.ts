import * as z from "zod";
import { message, plain } from "../../../kernel/privacy.ts";
import { nonBlank, oneOf, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const inboxChannels = ["cli", "tui", "gh-comment", "email", "daily-standup-reply"] as const;
export const inboxSeverities = ["info", "question", "critical"] as const;
export const inboxStates = ["pending", "seen", "answered", "escalated", "closed"] as const;

export const inbox = defineStore({
  name: "em_inbox",
  noun: "message",
  about: "What humans send to the agent.",
  example: 'reward-ledger ask "Which branch is the release cut from?"',
  kinds: { add: "inbox.added", change: "inbox.changed" },
  isPersonal: true,
  row: z.object({
    id: plain(nonBlank()),
    received_at: time(),
    from_handle: plain(nonBlank()),
    channel: oneOf(inboxChannels),
    severity: oneOf(inboxSeverities),
    body: message(nonBlank()),
    state: oneOf(inboxStates),
    answer: message(text()).nullable(),
    /** Id of the feedback that the message became. */
    escalated_to: plain(text()).nullable(),
    ack_sent_at: time().nullable(),
    answered_at: time().nullable(),
    closed_at: time().nullable(),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("There are no messages."),
    columns: [
      { name: "received_at", head: t("Received") },
      { name: "severity", head: t("Severity") },
      { name: "state", head: t("State") },
      { name: "from_handle", head: t("From"), cut: 4, drop: 2 },
      { name: "body", head: t("Message"), cut: 16 },
      { name: "answer", head: t("Answer"), cut: 8, drop: 1 },
      { name: "id", head: "ID" },
    ],
    labels: {
      id: "ID",
      received_at: t("Received"),
      from_handle: t("From"),
      channel: t("Channel"),
      severity: t("Severity"),
      body: t("Message"),
      state: t("State"),
      answer: t("Answer"),
      escalated_to: t("Became feedback"),
      ack_sent_at: t("Acknowledged"),
      answered_at: t("Answered"),
      closed_at: t("Closed"),
      project: t("Project"),
    },
  }),
  key: ["id"],
  order: [
    { column: "received_at", desc: true },
    { column: "id", desc: true },
  ],
  defaults: { state: "pending" },
  indexes: [
    { name: "idx_em_inbox_state", columns: [{ column: "state" }] },
    { name: "idx_em_inbox_received", columns: [{ column: "received_at" }] },
    { name: "em_inbox_by_state", columns: [{ column: "state" }, { column: "received_at" }, { column: "id" }] },
  ],
  states: {
    column: "state",
    ways: {
      pending: ["seen", "answered", "escalated"],
      seen: ["answered", "escalated", "closed"],
      answered: ["closed"],
      escalated: ["closed"],
      closed: [],
    },
  },
  rule: (row) => {
    if (row.state === "answered" && ((row.answer ?? "").trim() === "" || row.answered_at === null)) {
      return "an answered message needs an answer and the time of it";
    }
    if (row.state === "escalated" && row.escalated_to === null) return "an escalated message needs the feedback it became";
    return row.state === "closed" && row.closed_at === null ? "a closed message needs the time of closing" : undefined;
  },
  ruleInSql:
    '($.state != "answered" || $.answer like_regex "\\\\S" && exists($.answered_at)) && ($.state != "escalated" || exists($.escalated_to)) && ($.state != "closed" || exists($.closed_at))',
});

export type InboxRow = z.infer<typeof inbox.row>;
