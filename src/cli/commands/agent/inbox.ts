import {
  ask,
  critical,
  inboxAnswer,
  inboxClose,
  inboxEscalate,
  inboxList,
  inboxSeen,
  inboxShow,
  note,
} from "../../../features/agent/operations/inbox.ts";
import { defineCommand } from "../../command.ts";

export const askCommand = defineCommand(ask, {
  examples: [{ run: 'reward-ledger ask "Which branch is the release cut from?"', does: "queue a question" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderEnqueue,
});

export const noteCommand = defineCommand(note, {
  examples: [{ run: 'reward-ledger note "CI is slow today"', does: "tell it something" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderEnqueue,
});

export const criticalCommand = defineCommand(critical, {
  examples: [{ run: 'reward-ledger critical "Stop: main is broken"', does: "have it stop and turn to this" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderEnqueue,
});

export const list = defineCommand(inboxList, {
  examples: [
    { run: "reward-ledger inbox list --state pending --oldest-first", does: "what the agent polls at a breakpoint" },
    { run: "reward-ledger inbox list --severity question", does: "questions, newest first" },
  ],
  renderer: async () => {
    const [{ renderPage }, { inboxColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(inboxColumns, "There are no messages.");
  },
});

export const show = defineCommand(inboxShow, {
  examples: [{ run: "reward-ledger inbox show 019b2f00-…", does: "one message" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderRow,
});

export const seen = defineCommand(inboxSeen, {
  examples: [{ run: "reward-ledger inbox seen 019b2f00-…", does: "mark it as read" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Seen"),
});

export const answer = defineCommand(inboxAnswer, {
  examples: [{ run: 'reward-ledger inbox answer 019b2f00-… "From release/2"', does: "answer a question" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Answered"),
});

export const escalate = defineCommand(inboxEscalate, {
  examples: [{ run: "reward-ledger inbox escalate 019b2f00-… --fix-class doc", does: "make feedback of it" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderEscalate,
});

export const close = defineCommand(inboxClose, {
  examples: [{ run: "reward-ledger inbox close 019b2f00-…", does: "close a message that needs nothing more" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Closed"),
});
