import type {
  CiEstimateView,
  ClaimView,
  EnqueueView,
  EscalateView,
  OverviewView,
  PauseView,
  RecallView,
  StoreInitView,
  StorePutView,
  SupersedeView,
} from "../../../features/agent/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { fields } from "../fields.ts";
import { count, number, plain } from "../text.ts";
import { warningLines } from "../warnings.ts";
import { memoryColumns } from "./columns.ts";
import { renderBudget } from "./money.ts";
import { renderRow, rowTable } from "./rows.ts";

/** The acknowledgement and the id. */
export const renderEnqueue = ({ message, ack }: EnqueueView, { colors }: Style): string =>
  `${ack}\n${colors.dim(`Queued as ${plain(message.id)}`)}`;

export const renderEscalate = ({ message, feedback }: EscalateView, { colors }: Style): string =>
  `${colors.green("Escalated")} ${plain(message.id)}: it is feedback ${plain(feedback.id)} of severity ${feedback.severity}`;

export function renderClaim({ task, reclaimed }: ClaimView, style: Style): string {
  if (task === null) return "No task is pending.";
  const how = reclaimed ? "Taken over" : "Claimed";
  return `${style.colors.green(how)} ${plain(task.id)} for ${plain(task.worker ?? "-")}\n\n${renderRow(task, style)}`;
}

export function renderPause({ task, snapshot, file }: PauseView, style: Style): string {
  const { colors } = style;
  const rows = Object.entries(snapshot).map(([label, value]) => ({
    label,
    value: plain(typeof value === "string" ? value : JSON.stringify(value)),
  }));
  const paused = task.state === "paused";
  const head = paused ? `${colors.yellow("Paused")} ${plain(task.id)}` : `${colors.green("Resumed")} ${plain(task.id)}`;
  return `${head}${paused ? `, snapshot in ${plain(file)}` : ""}\n\n${fields(rows, style)}`;
}

export function renderEstimate(view: CiEstimateView, style: Style): string {
  if (view.runs === 0) return `No finished run of ${plain(view.workflow_name)} is recorded.`;
  const where =
    view.branch === null ? "all branches" : view.of_branch ? plain(view.branch) : `all branches (none on ${plain(view.branch)})`;
  const seconds = (value: number | null): string => (value === null ? "-" : `${number(value)} s`);
  return fields(
    [
      { label: "Workflow", value: plain(view.workflow_name), remark: where },
      { label: "Usual", value: seconds(view.median_s), remark: `median of ${count(view.runs, "run")}` },
      { label: "At worst", value: seconds(view.p90_s), remark: "nine of ten took no longer" },
      { label: "Average", value: seconds(view.average_s) },
      { label: "Success", value: view.success_percent === null ? "-" : `${view.success_percent} %` },
    ],
    style,
  );
}

export const renderRecall = ({ rows }: RecallView, style: Style): string =>
  rows.length === 0 ? "Nothing is remembered of that." : rowTable(memoryColumns, rows, style);

export const renderSupersede = ({ old, new: next }: SupersedeView, { colors }: Style): string =>
  `${colors.green("Superseded")} ${plain(old.id)} by ${plain(next.id)}`;

export const renderStoreInit = (view: StoreInitView, style: Style): string =>
  fields(
    Object.entries(view).map(([label, value]) => ({ label, value: plain(value) })),
    style,
  );

export function renderStorePut({ created, rows, row, refused, warnings }: StorePutView, style: Style): string {
  const { colors } = style;
  const below = [
    ...refused.map((one) => `  ${colors.red("refused")} ${plain(one.row)}: ${plain(one.why)}`),
    ...warningLines(warnings, style),
  ];
  const lines = (first: string): string => [first, ...below].join("\n");
  if (rows > 1 || refused.length > 0) return lines(`${colors.green("Inserted")} ${count(rows, "row")}`);
  return `${lines(colors.green(created ? "Inserted" : "Changed"))}\n\n${renderRow(row, style)}`;
}

const states = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([state, n]) => `${state} ${number(n)}`)
    .join(", ") || "none";

export function renderOverview(view: OverviewView, style: Style): string {
  const rows = [
    { label: "Questions", value: number(view.inbox.unanswered), remark: "wait for an answer" },
    { label: "Inbox", value: states(view.inbox.by_state) },
    { label: "Tasks", value: states(view.tasks.by_state) },
    { label: "Feedback", value: states(view.feedback.by_state) },
  ];
  return `${fields(rows, style)}\n\n${renderBudget(view.budget, style)}`;
}
