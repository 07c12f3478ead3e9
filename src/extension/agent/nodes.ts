import type {
  BudgetView,
  FeedbackView,
  MessageView,
  OverviewView,
  RowView,
  TaskView,
} from "../../features/agent/operations/views.ts";
import type { SessionView } from "../../features/costs/operations/views.ts";
import { composedKey } from "../../kernel/composed-key.ts";

export type Section = "inbox" | "tasks" | "feedback";
export type RowState = MessageView["state"] | TaskView["state"] | FeedbackView["state"];

/** A row of a store. */
export type RowNode =
  | Readonly<{ kind: "message"; row: MessageView }>
  | Readonly<{ kind: "task"; row: TaskView }>
  | Readonly<{ kind: "feedback"; row: FeedbackView }>;

/** A row of a store whose verbs are derived from its columns. */
export type StoredNode = Readonly<{ kind: "stored"; store: string; key: readonly string[]; row: RowView }>;

/** A session of an agent, with its cost. */
export type SessionNode = Readonly<{ kind: "session"; session: SessionView }>;

/**
 * A row of the Agent view, independent of VS Code's types: sections contain states, states contain rows; the budget contains its
 * three limits; a store without verbs of its own contains its latest rows.
 */
export type AgentNode =
  | Readonly<{ kind: "section"; section: Section; unanswered: number; counts: Readonly<Record<string, number>> }>
  | Readonly<{ kind: "state"; group: Group; count: number }>
  | RowNode
  | Readonly<{ kind: "more"; group: Group }>
  | Readonly<{ kind: "budget"; budget: BudgetView }>
  | Readonly<{ kind: "limit"; period: "today" | "week" | "month"; budget: BudgetView }>
  | Readonly<{ kind: "store"; store: string }>
  | StoredNode
  | SessionNode
  /** Opens all rows of a store. */
  | Readonly<{ kind: "all"; store: string }>;

/** The rows of one store in one state. */
export type Group =
  | Readonly<{ section: "inbox"; state: MessageView["state"] }>
  | Readonly<{ section: "tasks"; state: TaskView["state"] }>
  | Readonly<{ section: "feedback"; state: FeedbackView["state"] }>;

/** States in the order of work: those that need action first, finished ones last. */
const messageStates = ["pending", "seen", "answered", "escalated", "closed"] as const satisfies readonly MessageView["state"][];
const taskStates = [
  "running",
  "waiting",
  "blocked",
  "paused",
  "pending",
  "done",
  "abandoned",
] as const satisfies readonly TaskView["state"][];
const feedbackStates = [
  "pending",
  "triaged",
  "in-fix",
  "fix-pr-open",
  "verified",
  "rejected",
  "closed",
] as const satisfies readonly FeedbackView["state"][];

/** States that need no further action; their rows are collapsed at first. */
const finishedStates: ReadonlySet<RowState> = new Set<RowState>([
  "answered",
  "escalated",
  "closed",
  "done",
  "abandoned",
  "verified",
  "rejected",
]);

/** Whether a state's rows are expanded at first. */
export const isExpanded = ({ state }: Group): boolean => !finishedStates.has(state);

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/**
 * The roots: a section per store that has rows, and the budget. Empty when nothing was ever recorded.
 * @param stores names of the stores without verbs of their own that have rows
 */
export function rootNodes(
  { inbox, tasks, feedback, budget }: OverviewView,
  stores: readonly string[] = [],
): readonly AgentNode[] {
  const section = (name: Section, counts: Readonly<Record<string, number>>, unanswered = 0): readonly AgentNode[] =>
    sum(counts) === 0 ? [] : [{ kind: "section", section: name, unanswered, counts }];
  const sections = [
    ...section("inbox", inbox.by_state, inbox.unanswered),
    ...section("tasks", tasks.by_state),
    ...section("feedback", feedback.by_state),
    ...stores.map((store) => ({ kind: "store", store }) as const),
  ];
  const hasSpend = budget.month.spent_usd > 0 || budget.week.spent_usd > 0 || budget.extended_today_usd > 0;
  return sections.length === 0 && !hasSpend ? [] : [...sections, { kind: "budget", budget }];
}

/** The states of a section that have rows. */
export function stateNodes({ section, counts }: Extract<AgentNode, { kind: "section" }>): readonly AgentNode[] {
  return groupsOf(section).flatMap((group): readonly AgentNode[] => {
    const count = counts[group.state] ?? 0;
    return count === 0 ? [] : [{ kind: "state", group, count }];
  });
}

function groupsOf(section: Section): readonly Group[] {
  switch (section) {
    case "inbox":
      return messageStates.map((state) => ({ section, state }));
    case "tasks":
      return taskStates.map((state) => ({ section, state }));
    case "feedback":
      return feedbackStates.map((state) => ({ section, state }));
    default:
      return section satisfies never;
  }
}

/** The three limits of a budget. */
export const limitNodes = ({ budget }: Extract<AgentNode, { kind: "budget" }>): readonly AgentNode[] =>
  (["today", "week", "month"] as const).map((period) => ({ kind: "limit", period, budget }));

/** Unique key of a group. */
export const groupKey = ({ section, state }: Readonly<{ section: Section; state: string }>): string =>
  composedKey(section, state);

/** Unique in the view and stable over refreshes, so that VS Code keeps what was expanded. */
export function nodeId(node: AgentNode): string {
  switch (node.kind) {
    case "section":
      return composedKey(node.kind, node.section);
    case "state":
    case "more":
      return composedKey(node.kind, groupKey(node.group));
    case "message":
    case "task":
    case "feedback":
      return composedKey(node.kind, node.row.id);
    case "budget":
      return composedKey(node.kind);
    case "limit":
      return composedKey(node.kind, node.period);
    case "store":
    case "all":
      return composedKey(node.kind, node.store);
    case "stored":
      return composedKey(node.kind, node.store, ...node.key);
    case "session":
      return composedKey(node.kind, node.session.session_id);
    default:
      return node satisfies never;
  }
}

/**
 * The context value that menus match (`viewItem`): the kind; for a row also its state after a dash, and ` placed` when it names a
 * line of code.
 */
export function contextOf(node: AgentNode): string {
  switch (node.kind) {
    case "message":
    case "task":
      return `${node.kind}-${node.row.state}`;
    case "feedback":
      return `feedback-${node.row.state}${parsePlace(node.row.context_url) === undefined ? "" : " placed"}`;
    case "section":
    case "state":
    case "more":
    case "budget":
    case "limit":
    case "store":
    case "stored":
    case "session":
    case "all":
      return node.kind;
    default:
      return node satisfies never;
  }
}

/** Parses a line of code as feedback names it, `src/a.ts:12`; undefined for anything else, such as a URL. */
export function parsePlace(context: string | null): Readonly<{ file: string; line: number }> | undefined {
  const match = /^(?!\w+:\/\/)(.+):(\d{1,9})$/.exec(context ?? "");
  const [, file, line] = match ?? [];
  return file === undefined || Number(line) < 1 ? undefined : { file, line: Number(line) };
}
