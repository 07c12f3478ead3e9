import { isTime } from "../../features/agent/model/column-types.ts";
import { findStore } from "../../features/agent/model/stores.ts";
import { promptOf } from "../../features/agent/model/tasks.ts";
import type { BudgetView, FeedbackView, LimitView, MessageView, TaskView } from "../../features/agent/operations/views.ts";
import type { SessionView } from "../../features/costs/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { formatUsd, fullTime, type TimeStyle } from "../../render/markdown/words.ts";
import type { Translate } from "../format/translate.ts";
import type { AgentNode, RowState, Section, StoredNode } from "./nodes.ts";

/** The texts of a row: label, the dimmed description after it, and its tooltip as Markdown. */
export type NodeText = Readonly<{ label: string; description: string; tooltip: string }>;

/** A state as display text. */
export function stateText(state: RowState, t: Translate): string {
  const texts: Readonly<Record<RowState, string>> = {
    pending: t("Pending"),
    seen: t("Seen"),
    answered: t("Answered"),
    escalated: t("Escalated"),
    closed: t("Closed"),
    running: t("Running"),
    waiting: t("Waiting"),
    blocked: t("Blocked"),
    paused: t("Paused"),
    done: t("Done"),
    abandoned: t("Abandoned"),
    triaged: t("Triaged"),
    "in-fix": t("In fix"),
    "fix-pr-open": t("Fix in review"),
    verified: t("Verified"),
    rejected: t("Rejected"),
  };
  return texts[state];
}

/** The severity of a message as display text. */
export function messageSeverity(severity: MessageView["severity"], t: Translate): string {
  const texts = { info: t("Note"), question: t("Question"), critical: t("Critical") };
  return texts[severity];
}

/** The severity of feedback as display text. */
export function feedbackSeverity(severity: FeedbackView["severity"], t: Translate): string {
  const texts = { low: t("Low"), med: t("Medium"), high: t("High"), critical: t("Critical") };
  return texts[severity];
}

function sectionText(section: Section, t: Translate): string {
  const texts = { inbox: t("Inbox"), tasks: t("Tasks"), feedback: t("Feedback") };
  return texts[section];
}

/** Collapses whitespace so that the text fits on one line. */
const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, " ");

const joinParts = (parts: readonly (string | null | undefined | false)[]): string =>
  parts.filter((part) => typeof part === "string" && part !== "").join(" · ");

/** The texts of a row of the Agent view. */
export function nodeText(node: AgentNode, style: TimeStyle, t: Translate): NodeText {
  switch (node.kind) {
    case "section": {
      const total = Object.values(node.counts).reduce((sum, count) => sum + count, 0);
      const label = sectionText(node.section, t);
      const description = joinParts([String(total), node.unanswered > 0 && t("{0} unanswered", node.unanswered)]);
      return { label, description, tooltip: plain(`${label}: ${description}`) };
    }
    case "state": {
      const label = stateText(node.group.state, t);
      return { label, description: String(node.count), tooltip: plain(`${sectionText(node.group.section, t)}: ${label}`) };
    }
    case "more": {
      const label = t("Load more…");
      return { label, description: "", tooltip: plain(label) };
    }
    case "message":
      return messageText(node.row, style, t);
    case "task":
      return taskText(node.row, style, t);
    case "feedback":
      return feedbackText(node.row, style, t);
    case "budget":
      return budgetText(node.budget, style, t);
    case "limit":
      return limitText(node.period, node.budget, style, t);
    case "store": {
      const label = findStore(node.store)?.listing({ t }).title ?? node.store;
      return { label, description: "", tooltip: plain(label) };
    }
    case "stored":
      return storedText(node, style, t);
    case "session":
      return sessionText(node.session, style, t);
    case "all": {
      const label = t("Show all rows…");
      return { label, description: "", tooltip: plain(label) };
    }
    default:
      return node satisfies never;
  }
}

function messageText(row: MessageView, style: TimeStyle, t: Translate): NodeText {
  const severity = messageSeverity(row.severity, t);
  return {
    label: oneLine(row.body),
    description: joinParts([row.severity !== "info" && severity, row.from_handle, fullTime(row.received_at, style)]),
    tooltip: [
      `**${plain(severity)}** · ${plain(stateText(row.state, t))}`,
      plain(row.body),
      ...(row.answer === null ? [] : [`${plain(t("Answer"))}: ${plain(row.answer)}`]),
      plain(joinParts([row.from_handle, row.project, fullTime(row.received_at, style)])),
    ].join("\n\n"),
  };
}

function taskText(row: TaskView, style: TimeStyle, t: Translate): NodeText {
  const prompt = promptOf(row.inputs_json);
  const cost = row.cost_usd > 0 ? formatUsd(row.cost_usd, style) : null;
  return {
    label: oneLine(prompt),
    description: joinParts([row.worker, row.stage, cost]),
    tooltip: [
      `**${plain(stateText(row.state, t))}** · ${plain(t("priority {0}", row.priority))}`,
      plain(prompt),
      plain(joinParts([row.worker, row.stage, row.current_state_name, cost])),
      ...(row.last_heartbeat_at === null ? [] : [plain(t("Last heartbeat {0}", fullTime(row.last_heartbeat_at, style)))]),
      plain(joinParts([row.id, row.project, fullTime(row.created_at, style)])),
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
  };
}

function feedbackText(row: FeedbackView, style: TimeStyle, t: Translate): NodeText {
  const severity = feedbackSeverity(row.severity, t);
  return {
    label: oneLine(row.body),
    description: joinParts([severity, row.context_url, row.from_handle]),
    tooltip: [
      `**${plain(severity)}** · ${plain(stateText(row.state, t))}`,
      plain(row.body),
      ...[row.context_url, row.fix_class, row.fix_pr_url, row.regression_test_path].flatMap((part) =>
        part === null ? [] : [plain(part)],
      ),
      plain(joinParts([row.from_handle, row.project, fullTime(row.received_at, style)])),
    ].join("\n\n"),
  };
}

/** The cells of a row that its list shows. Numbers are prefixed with their column head, because alone they are unclear. */
function storedText({ store, row }: StoredNode, style: TimeStyle, t: Translate): NodeText {
  const columns = findStore(store)?.listing({ t }).columns ?? [];
  const cells = columns.flatMap(({ name, head, brief = (text) => formatIfTime(text, style) }) => {
    const value = row[name];
    if (value === null || value === undefined || value === "") return [];
    const text = oneLine(typeof value === "number" ? String(value) : brief(value));
    return [{ head, text, said: typeof value === "number" ? `${head} ${text}` : text }];
  });
  const [first, ...rest] = cells;
  return {
    label: first?.said ?? "",
    description: joinParts(rest.map(({ said }) => said)),
    tooltip: cells.map(({ head, text }) => `**${plain(head)}** ${plain(text)}`).join("\n\n"),
  };
}

/** A duration in hours and minutes, `1h 59m`; below a minute in seconds. */
function durationText(ms: number, { locale }: TimeStyle): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.round(seconds / 60);
  const unit = (value: number, name: "second" | "minute" | "hour"): string =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "narrow" }).format(value);
  if (seconds < 60) return unit(seconds, "second");
  if (minutes < 60) return unit(minutes, "minute");
  return [unit(Math.floor(minutes / 60), "hour"), ...(minutes % 60 === 0 ? [] : [unit(minutes % 60, "minute")])].join(" ");
}

function sessionText(session: SessionView, style: TimeStyle, t: Translate): NodeText {
  const { host, model, branch, project, started_at, duration_ms, turns, tools, cost_usd, complete, review } = session;
  const cost = cost_usd === null ? null : complete ? formatUsd(cost_usd, style) : t("at least {0}", formatUsd(cost_usd, style));
  const duration = duration_ms === null ? null : durationText(duration_ms, style);
  const toolCounts = tools.map(({ tool, count }) => `${tool} ${count}`).join(", ");
  return {
    label: branch ?? host,
    description: joinParts([branch !== null && host, duration, cost, fullTime(started_at, style)]),
    tooltip: [
      `**${plain(joinParts([host, model]))}**`,
      plain(joinParts([branch, project, fullTime(started_at, style)])),
      plain(joinParts([turns === 1 ? t("1 prompt") : t("{0} prompts", turns), duration, cost])),
      plain(toolCounts),
      review === null ? "" : plain(t("Latest review of the branch: score {0}", review.score)),
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
  };
}

const formatIfTime = (text: string, style: TimeStyle): string => (isTime(text) ? fullTime(text, style) : text);

const spentText = ({ spent_usd, limit_usd, percent }: LimitView, style: TimeStyle, t: Translate): string =>
  t("{0} of {1} ({2} %)", formatUsd(spent_usd, style), formatUsd(limit_usd, style), Math.round(percent));

function budgetText(budget: BudgetView, style: TimeStyle, t: Translate): NodeText {
  const description = spentText(budget.today, style, t);
  const label = t("Spend today");
  const notes = [
    ...(budget.level === "exhausted" ? [t("A limit is reached: model calls are blocked until it resets or is extended.")] : []),
    ...(budget.level === "warning" ? [t("A limit is nearly reached.")] : []),
    t("At this pace today comes to {0}.", formatUsd(budget.projected_today_usd, style)),
    ...(budget.extended_today_usd > 0 ? [t("Extended today by {0}.", formatUsd(budget.extended_today_usd, style))] : []),
  ];
  return { label, description, tooltip: [`${label}: ${description}`, ...notes].map(plain).join("\n\n") };
}

function limitText(period: "today" | "week" | "month", budget: BudgetView, style: TimeStyle, t: Translate): NodeText {
  const labels = { today: t("Today"), week: t("Last seven days"), month: t("This month") };
  const label = labels[period];
  const limit = budget[period];
  const description = spentText(limit, style, t);
  const resets = limit.resets_at === null ? [] : [t("Starts at zero again {0}.", fullTime(limit.resets_at, style))];
  return { label, description, tooltip: [`${label}: ${description}`, ...resets].map(plain).join("\n\n") };
}
