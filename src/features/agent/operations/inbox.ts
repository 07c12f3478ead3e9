import * as z from "zod";
import { illegalTransition } from "../../../kernel/errors.ts";
import type { DeferredDraft, Ports } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { doneDocument } from "../documents/rows.ts";
import { enqueueDocument, escalateDocument } from "../documents/stores.ts";
import { nonBlank } from "../model/column-types.ts";
import { feedback, fixClasses } from "../model/feedback.ts";
import { inbox, inboxChannels, type inboxSeverities, inboxStates, inboxSeverities as severities } from "../model/inbox.ts";
import { transitionsFrom } from "../model/store.ts";
import { ofProject, oldestFirst, onlyProject, resolveProject, trimmedText } from "./fields.ts";
import { asStored, listDefinition, showDefinition } from "./list-and-show.ts";
import { addDraft, addRow, changeRow, getRow, lateChange, omitUndefined, recordBatch, requireRow, resolveKey } from "./rows.ts";
import type { EnqueueView, EscalateView, MessageView } from "./views.ts";

type Severity = (typeof inboxSeverities)[number];

/** Minutes until the agent reaches a breakpoint, as stated in the acknowledgement. */
const etaMinutes = 5;

/** Returns the acknowledgement: a fixed text, so that it needs neither a model nor time. */
const acknowledgement = (severity: Severity): string =>
  severity === "critical"
    ? `Seen. I pause at the next breakpoint and turn to this, ETA ~${etaMinutes} min.`
    : `Seen. I answer at the next breakpoint, ETA ~${etaMinutes} min.`;

/** The fields of a message that an agent receives. */
const messageShape = z.object({
  id: toolName(),
  received_at: toolName(),
  from_handle: toolName(),
  severity: z.enum(severities),
  state: z.enum(inboxStates),
  body: toolText(),
  answer: toolText().nullable(),
  project: toolName().nullable(),
});

const messageFields = {
  body: nonBlank().describe("The message"),
  from_handle: trimmedText.default("em").describe("Author"),
  channel: z.enum(inboxChannels).default("cli").describe("Channel it came from"),
  project: ofProject,
};

async function enqueue(
  ports: Ports,
  severity: Severity,
  input: Readonly<{ body: string; from_handle: string; channel: (typeof inboxChannels)[number]; project?: string | undefined }>,
): Promise<EnqueueView> {
  const now = ports.clock.now();
  const { body, from_handle, channel } = input;
  const row = { id: ports.ids.next(now), received_at: now.toISOString(), from_handle, channel, severity, body };
  // This call returns the acknowledgement, so a queued message is acknowledged.
  const added = await addRow(ports, inbox, await resolveProject(ports, input.project), { ...row, ack_sent_at: row.received_at });
  return { message: added, ack: acknowledgement(severity) };
}

export const ask = defineOperation({
  name: "ask",
  summary: "Ask the agent a question",
  input: z.object(messageFields),
  positional: ["body"],
  effect: "write",
  idempotent: false,
  examples: [{ run: 'reward-ledger ask "Which branch is the release cut from?"', does: "queue a question" }],
  document: enqueueDocument,
  run: (ports, input): Promise<EnqueueView> => enqueue(ports, "question", input),
});

export const note = defineOperation({
  name: "note",
  summary: "Send the agent a note that needs no answer",
  input: z.object(messageFields),
  positional: ["body"],
  effect: "write",
  idempotent: false,
  examples: [{ run: 'reward-ledger note "CI is slow today"', does: "leave a note" }],
  document: enqueueDocument,
  run: (ports, input): Promise<EnqueueView> => enqueue(ports, "info", input),
});

export const critical = defineOperation({
  name: "critical",
  summary: "Interrupt the agent at its next breakpoint",
  input: z.object(messageFields),
  positional: ["body"],
  effect: "write",
  idempotent: false,
  examples: [{ run: 'reward-ledger critical "Stop: main is broken"', does: "interrupt the agent" }],
  document: enqueueDocument,
  run: (ports, input): Promise<EnqueueView> => enqueue(ports, "critical", input),
});

export const inboxList = defineOperation({
  ...listDefinition(inbox, asStored, {
    name: "inbox list",
    summary: "List messages to the agent",
    filters: {
      state: z.enum(inboxStates).optional().describe("Only messages in this state"),
      severity: z.enum(severities).optional().describe("Only messages of this severity"),
      project: onlyProject,
      oldest_first: oldestFirst,
    },
    examples: [
      { run: "reward-ledger inbox list --state pending --oldest-first", does: "messages to poll at a breakpoint" },
      { run: "reward-ledger inbox list --severity question", does: "questions, latest first" },
    ],
  }),
  tool: {
    takes: { state: true, severity: true, project: true, oldest_first: true },
    output: z.object({ rows: z.array(messageShape) }),
    list: { key: "rows" },
  },
});

const messageId = { id: trimmedText.describe("Id of the message, or the start of it") };

export const inboxShow = defineOperation(
  showDefinition(inbox, asStored, {
    name: "inbox show",
    summary: "Show one message",
    id: messageId.id,
    examples: [{ run: "reward-ledger inbox show 019b2f00-…", does: "one message" }],
  }),
);

export const inboxSeen = defineOperation({
  name: "inbox seen",
  summary: "Mark a message as seen, unless it is already answered or closed",
  input: z.object(messageId),
  positional: ["id"],
  effect: "write",
  examples: [{ run: "reward-ledger inbox seen 019b2f00-…", does: "mark it as read" }],
  document: doneDocument(inbox, ({ t }) => t("Seen")),
  async run(ports, { id: idOrPrefix }): Promise<MessageView> {
    const id = await resolveKey(ports, inbox, idOrPrefix);
    const row = await getRow(ports, inbox, id);
    if (row.state !== "pending") return row;
    return changeRow(ports, inbox, id, () => ({ set: { state: "seen" } }));
  },
});

export const inboxAnswer = defineOperation({
  name: "inbox answer",
  summary: "Answer a message",
  input: z.object({ ...messageId, answer: z.string().describe("The answer") }),
  positional: ["id", "answer"],
  effect: "write",
  examples: [{ run: 'reward-ledger inbox answer 019b2f00-… "From release/2"', does: "answer a question" }],
  document: doneDocument(inbox, ({ t }) => t("Answered")),
  tool: { takes: { id: true, answer: true }, output: messageShape },
  run: async (ports, { id, answer }): Promise<MessageView> => {
    const answered_at = ports.clock.now().toISOString();
    return changeRow(ports, inbox, await resolveKey(ports, inbox, id), () => ({
      set: { state: "answered", answer, answered_at },
    }));
  },
});

export const inboxClose = defineOperation({
  name: "inbox close",
  summary: "Close a message that was seen, answered or escalated",
  input: z.object(messageId),
  positional: ["id"],
  effect: "write",
  examples: [{ run: "reward-ledger inbox close 019b2f00-…", does: "close a message that needs nothing more" }],
  document: doneDocument(inbox, ({ t }) => t("Closed")),
  run: async (ports, { id }): Promise<MessageView> => {
    const closed_at = ports.clock.now().toISOString();
    return changeRow(ports, inbox, await resolveKey(ports, inbox, id), () => ({ set: { state: "closed", closed_at } }));
  },
});

/** Severity of the feedback, by the severity of the message. */
const escalatedSeverity = { info: "low", question: "med", critical: "critical" } as const satisfies Readonly<
  Record<Severity, string>
>;

export const inboxEscalate = defineOperation({
  name: "inbox escalate",
  summary: "Turn a message into feedback",
  input: z.object({
    ...messageId,
    fix_class: z.enum(fixClasses).optional().describe("Kind of fix that is needed"),
    context_url: trimmedText.optional().describe("Topic"),
  }),
  positional: ["id"],
  effect: "write",
  examples: [{ run: "reward-ledger inbox escalate 019b2f00-… --fix-class doc", does: "turn it into feedback" }],
  document: escalateDocument,
  async run(ports, { id: idOrPrefix, ...details }): Promise<EscalateView> {
    const id = await resolveKey(ports, inbox, idOrPrefix);
    const now = ports.clock.now();
    const current = await ports.ledger.ask(({ agent }) => ({ message: agent.get(inbox, id), same: agent.get(feedback, id) }));
    // The feedback is recorded first, under the message's own id. A crash in between leaves feedback of a message that is not
    // escalated yet; the next attempt recognises it and continues. Two machines that escalate the same message create one row.
    const isResumed = current.same !== undefined && current.same.body === current.message?.body;
    const feedbackId = current.same === undefined || isResumed ? id : ports.ids.next(now);
    const set = omitUndefined(details);
    const addFeedback: DeferredDraft = {
      decide(queries) {
        const { received_at, from_handle, channel, body, severity, project, state } = requireRow(queries, inbox, id);
        const allowed = transitionsFrom(inbox, state);
        if (!allowed.includes("escalated")) throw illegalTransition(inbox.noun, id, state, "escalated", allowed, "");
        const row = { id: feedbackId, received_at, from_handle, channel, body, severity: escalatedSeverity[severity] };
        return addDraft(feedback, project, { ...row, ...set });
      },
    };
    const updates = Object.keys(set).length === 0 ? [] : [lateChange(feedback, id, now, () => ({ set }))];
    const escalation = lateChange(inbox, id, now, () => ({ set: { state: "escalated", escalated_to: feedbackId } }));
    await recordBatch(ports, isResumed ? [...updates, escalation] : [addFeedback, escalation]);
    return ports.ledger.ask((queries) => ({
      message: requireRow(queries, inbox, id),
      feedback: requireRow(queries, feedback, feedbackId),
    }));
  },
});
