import * as vscode from "vscode";
import { rowDocument } from "../../features/agent/documents/rows.ts";
import { feedback, feedbackStates, fixClasses } from "../../features/agent/model/feedback.ts";
import { inbox } from "../../features/agent/model/inbox.ts";
import { type Store as AgentStore, transitionsFrom } from "../../features/agent/model/store.ts";
import { findStore } from "../../features/agent/model/stores.ts";
import { promptOf, taskStates, tasks } from "../../features/agent/model/tasks.ts";
import type { RowView } from "../../features/agent/operations/views.ts";
import type { OperationInput } from "../../features/operations.ts";
import { chooseRow } from "../agent/choose.ts";
import { parsePlace, type RowNode } from "../agent/nodes.ts";
import { stateText } from "../agent/texts.ts";
import { askText } from "../dialogs/ask-text.ts";
import { pick } from "../dialogs/pick.ts";
import type { FindingPlace } from "../findings/open.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { agentGroupArgument, agentRowArgument, storedRowArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type AgentRowCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  style(): TimeStyle;
  scope(): Promise<string | undefined>;
  openFinding(place: FindingPlace): Promise<void>;
  loadMoreAgentRows(group: NonNullable<ReturnType<typeof agentGroupArgument>>): void;
}>;

type AgentRowCommands = Readonly<
  Record<
    | "showAgentRow"
    | "answerMessage"
    | "seenMessage"
    | "escalateMessage"
    | "closeMessage"
    | "claimTask"
    | "moveTask"
    | "pauseTask"
    | "resumeTask"
    | "moveFeedback"
    | "openFeedbackPlace"
    | "copyAgentRowId"
    | "loadMoreAgentRows",
    Handler
  >
>;

/** States of a task or feedback that have a next state. */
const openTasks = taskStates.filter((state) => transitionsFrom(tasks, state).length > 0);
const openFeedback = feedbackStates.filter((state) => transitionsFrom(feedback, state).length > 0);

/**
 * Commands on the rows of the Agent view; called without a row, for example from the palette, they ask for one. A displayed row
 * may be stale; the store then reports what has changed.
 */
export function agentRowCommands(options: AgentRowCommandOptions): AgentRowCommands {
  const { store, documents, surroundingsOf } = options;
  const { t } = vscode.l10n;
  const showStatus = (message: string): void => void vscode.window.setStatusBarMessage(message, 5_000);
  const surroundings = () => ({ surroundings: surroundingsOf() });
  /** The row that a command was called on, else one that the user chooses among rows in the given states. */
  const resolveRow = async (
    argument: unknown,
    placeholder: string,
    kind: RowNode["kind"],
    states: readonly RowNode["row"]["state"][],
  ): Promise<Readonly<{ id: string }> | undefined> => {
    const row = agentRowArgument(argument);
    if (row !== undefined) return row.kind === kind ? row : undefined;
    const id = await chooseRow(options, placeholder, kind, states);
    return id === undefined ? undefined : { id };
  };
  const pickAnyRow = async (): Promise<ReturnType<typeof agentRowArgument>> => {
    const kind = await pick<RowNode["kind"]>(t("Show what?"), [
      { label: t("Message"), value: "message" },
      { label: t("Task"), value: "task" },
      { label: t("Feedback"), value: "feedback" },
    ]);
    const id = kind === undefined ? undefined : await chooseRow(options, t("Which one?"), kind, []);
    return kind === undefined || id === undefined ? undefined : { kind, id };
  };

  const showRow = (title: string, agentStore: AgentStore, row: RowView): Promise<void> =>
    documents.show(title, (words) => rowDocument(agentStore)(row, words));

  return {
    showAgentRow: async (argument) => {
      const stored = storedRowArgument(argument);
      const agentStore = stored === undefined ? undefined : findStore(stored.store);
      if (stored !== undefined && agentStore !== undefined)
        return showRow(
          `${stored.store} ${stored.key.join(" ")}`,
          agentStore,
          await store.call("store get", { store: stored.store, key: stored.key }),
        );
      const row = agentRowArgument(argument) ?? (await pickAnyRow());
      if (row === undefined) return;
      const { kind, id } = row;
      switch (kind) {
        case "message":
          return showRow(t("Message"), inbox, await store.call("inbox show", { id }));
        case "task":
          return showRow(t("Task"), tasks, await store.call("task show", { id }));
        case "feedback":
          return showRow(t("Feedback"), feedback, await store.call("feedback show", { id }));
        default:
          return kind satisfies never;
      }
    },
    answerMessage: async (argument) => {
      const row = await resolveRow(argument, t("Answer which message?"), "message", ["pending", "seen"]);
      if (row === undefined) return;
      const { body } = await store.call("inbox show", { id: row.id });
      const answer = await askText(t("Answer"), body);
      if (answer === undefined) return;
      await store.call("inbox answer", { id: row.id, answer }, surroundings());
      showStatus(t("Answered."));
    },
    seenMessage: async (argument) => {
      const row = await resolveRow(argument, t("Which message was seen?"), "message", ["pending"]);
      if (row !== undefined) await store.call("inbox seen", { id: row.id }, surroundings());
    },
    escalateMessage: async (argument) => {
      const row = await resolveRow(argument, t("Which message becomes feedback?"), "message", ["pending", "seen"]);
      if (row === undefined) return;
      await store.call("inbox escalate", { id: row.id }, surroundings());
      showStatus(t("The message became feedback."));
    },
    closeMessage: async (argument) => {
      const row = await resolveRow(argument, t("Close which message?"), "message", ["seen", "answered", "escalated"]);
      if (row !== undefined) await store.call("inbox close", { id: row.id }, surroundings());
    },
    claimTask: async (argument) => {
      const row = agentRowArgument(argument);
      if (row !== undefined && row.kind !== "task") return;
      // Without a row, the store claims the next pending task.
      const input = row === undefined ? { project: await options.scope() } : { id: row.id };
      const { task } = await store.call("task claim", input, surroundings());
      showStatus(
        task === null ? t("No task is pending.") : t("{0} works on it: {1}", task.worker ?? "", promptOf(task.inputs_json)),
      );
    },
    moveTask: async (argument) => {
      const row = await resolveRow(argument, t("Move which task?"), "task", openTasks);
      if (row === undefined) return;
      const before = await store.call("task show", { id: row.id });
      const nextStates = transitionsFrom(tasks, before.state);
      // Pausing has a separate command, because it stores a snapshot.
      const states = taskStates.filter((state) => state !== "paused" && nextStates.includes(state));
      const choices = states.map((state) => ({ label: stateText(state, t), description: state, value: state }));
      const state = await pick(t("Move the task to which state?"), choices);
      if (state !== undefined) await store.call("task move", { id: row.id, state }, surroundings());
    },
    pauseTask: async (argument) => {
      const row = await resolveRow(argument, t("Pause which task?"), "task", ["running"]);
      if (row === undefined) return;
      const { inputs_json } = await store.call("task show", { id: row.id });
      const reason = await askText(t("Pause the Task"), t("Why is it put aside? {0}", promptOf(inputs_json)));
      if (reason === undefined) return;
      const hint = await askText(
        t("Pause the Task"),
        t("What comes first when the task resumes? Leave empty for nothing."),
        true,
      );
      if (hint === undefined) return;
      await store.call("task pause", { id: row.id, reason, ...(hint === "" ? {} : { resume_hint: hint }) }, surroundings());
    },
    resumeTask: async (argument) => {
      const row = await resolveRow(argument, t("Resume which task?"), "task", ["paused"]);
      if (row === undefined) return;
      const { snapshot } = await store.call("task resume", { id: row.id }, surroundings());
      const { resume_hint: hint } = snapshot;
      showStatus(typeof hint === "string" && hint !== "" ? t("The task goes on: {0}", hint) : t("The task goes on."));
    },
    moveFeedback: async (argument) => {
      const row = await resolveRow(argument, t("Move which feedback?"), "feedback", openFeedback);
      if (row === undefined) return;
      const move = await askFeedbackMove(store, row.id);
      if (move !== undefined) await store.call("feedback move", move, surroundings());
    },
    openFeedbackPlace: async (argument) => {
      const row = agentRowArgument(argument);
      if (row?.kind !== "feedback") return;
      const { context_url, project } = await store.call("feedback show", { id: row.id });
      const place = parsePlace(context_url);
      if (place !== undefined) await options.openFinding({ ...place, project });
    },
    copyAgentRowId: async (argument) => {
      const row = agentRowArgument(argument);
      if (row === undefined) return;
      await vscode.env.clipboard.writeText(row.id);
      showStatus(t("Copied {0}", row.id));
    },
    loadMoreAgentRows: (argument) => {
      const group = agentGroupArgument(argument);
      if (group !== undefined) options.loadMoreAgentRows(group);
    },
  };
}

/** Asks for the next state of feedback and for the input that this state needs; undefined when the user backs out. */
async function askFeedbackMove(store: Store, id: string): Promise<OperationInput<"feedback move"> | undefined> {
  const { t } = vscode.l10n;
  const before = await store.call("feedback show", { id });
  const nextStates = transitionsFrom(feedback, before.state);
  const choices = feedbackStates
    .filter((one) => nextStates.includes(one))
    .map((one) => ({ label: stateText(one, t), description: one, value: one }));
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(t("This feedback is closed; it has no next state."));
    return undefined;
  }
  const state = await pick(t("Move the feedback to which state?"), choices);
  switch (state) {
    case undefined:
      return undefined;
    case "triaged": {
      const classes = fixClasses.map((one) => ({ label: one, value: one }));
      const fix_class = await pick(t("What kind of fix does it ask for?"), classes);
      return fix_class === undefined ? undefined : { id, state, fix_class };
    }
    case "fix-pr-open": {
      const fix_pr_url = await askText(t("Fix in review"), t("Address of the pull request that fixes it"));
      return fix_pr_url === undefined ? undefined : { id, state, fix_pr_url };
    }
    case "verified": {
      const test = await askText(t("Verified"), t("Path of the test that fails without the fix"));
      return test === undefined ? undefined : { id, state, regression_test_path: test };
    }
    case "rejected": {
      const reason = await askText(t("Rejected"), t("Why is it rejected?"));
      if (reason === undefined) return undefined;
      // Before a fix has begun, feedback can be rejected only as out of scope.
      return before.state === "triaged" ? { id, state, reason, fix_class: "out-of-scope" } : { id, state, reason };
    }
    case "pending":
    case "in-fix":
    case "closed":
      return { id, state };
    default:
      return state satisfies never;
  }
}
