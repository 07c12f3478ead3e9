import * as doc from "../../../kernel/document.ts";
import { memory } from "../model/memory.ts";
import { tasks } from "../model/tasks.ts";
import type {
  CiEstimateView,
  ClaimView,
  EnqueueView,
  EscalateView,
  OverviewView,
  PauseView,
  RecallView,
  StoreExportView,
  StoreImportView,
  StoreInitView,
  StorePutView,
  SupersedeView,
} from "../operations/views.ts";
import { budgetDocument } from "./money.ts";
import { anyRowDocument, rowDocument, rowsDocument } from "./rows.ts";

/** Shows the acknowledgement and the id. */
export const enqueueDocument = ({ message, ack }: EnqueueView, { t }: doc.Words): doc.Document => [
  doc.group(doc.paragraph(ack), doc.paragraph(doc.muted(t("Queued as {0}", message.id)))),
];

export const escalateDocument = ({ message, feedback }: EscalateView, { t }: doc.Words): doc.Document => [
  doc.paragraph([
    doc.good(t("Escalated")),
    ` ${t("{0}: it is feedback {1} of severity {2}", message.id, feedback.id, feedback.severity)}`,
  ]),
];

export function claimDocument({ task, reclaimed }: ClaimView, words: doc.Words): doc.Document {
  const { t } = words;
  if (task === null) return [doc.paragraph(t("No task is pending."))];
  const how = reclaimed ? t("Taken over") : t("Claimed");
  return [
    doc.paragraph([doc.good(how), ` ${t("{0} for {1}", task.id, task.worker ?? "-")}`]),
    ...rowDocument(tasks)(task, words),
  ];
}

/** Shows the task and its snapshot. */
export function pauseDocument({ task, snapshot, file }: PauseView, { t }: doc.Words): doc.Document {
  const isPaused = task.state === "paused";
  return [
    doc.paragraph(
      isPaused
        ? [doc.caution(t("Paused")), ` ${t("{0}, snapshot in {1}", task.id, file)}`]
        : [doc.good(t("Resumed")), ` ${task.id}`],
    ),
    doc.fields(
      Object.entries(snapshot).map(([label, value]) => ({
        label,
        value: typeof value === "string" ? value : JSON.stringify(value),
      })),
    ),
  ];
}

export function ciEstimateDocument(view: CiEstimateView, words: doc.Words): doc.Document {
  const { t, number } = words;
  const { branch, of_branch, runs, success_percent } = view;
  if (runs === 0) return [doc.paragraph(t("No finished run of {0} is recorded.", view.workflow_name))];
  const all = t("all branches");
  const where = branch === null ? all : of_branch ? branch : `${all} (${t("none on {0}", branch)})`;
  const seconds = (value: number | null): string => (value === null ? "-" : t("{0} s", number(value)));
  return [
    doc.fields([
      { label: t("Workflow"), value: view.workflow_name, remark: where },
      {
        label: t("Median"),
        value: seconds(view.median_s),
        remark: doc.counted(words, runs, "{0} run", "{0} runs"),
      },
      { label: t("90th percentile"), value: seconds(view.p90_s), remark: t("90% took no longer") },
      { label: t("Average"), value: seconds(view.average_s) },
      { label: t("Passed"), value: success_percent === null ? "-" : t("{0}%", number(success_percent)) },
    ]),
  ];
}

export const recallDocument = ({ rows }: RecallView, words: doc.Words): doc.Document =>
  rowsDocument({ ...memory.listing(words), none: words.t("There is no memory of that topic.") }, rows, words);

export const supersedeDocument = ({ old, new: next }: SupersedeView, { t }: doc.Words): doc.Document => [
  doc.paragraph([doc.good(t("Superseded")), ` ${t("{0} by {1}", old.id, next.id)}`]),
];

/** Shows the location of each store. */
export const storeInitDocument = (places: StoreInitView): doc.Document => [
  doc.fields(Object.entries(places).map(([label, value]) => ({ label, value }))),
];

export function storePutDocument({ created, rows, row, refused, warnings }: StorePutView, words: doc.Words): doc.Document {
  const { t } = words;
  const many = rows > 1 || refused.length > 0;
  const statusText = created || many ? t("Inserted") : t("Changed");
  return [
    doc.group(
      doc.paragraph(many ? [doc.good(statusText), ` ${doc.counted(words, rows, "{0} row", "{0} rows")}`] : doc.good(statusText)),
      ...(refused.length === 0
        ? []
        : [doc.list(refused.map(({ row: which, why }) => ({ text: [doc.bad(t("refused")), ` ${which}: ${why}`] })))]),
      ...warnings.map(doc.warning),
    ),
    ...(many ? [] : anyRowDocument(row, words)),
  ];
}

/** Shows what waits for the agent and its humans. */
export function overviewDocument(view: OverviewView, words: doc.Words): doc.Document {
  const { t, number } = words;
  const states = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([state, n]) => `${state} ${number(n)}`)
      .join(", ") || t("none");
  return [
    doc.fields([
      { label: t("Questions"), value: number(view.inbox.unanswered), remark: t("wait for an answer") },
      { label: t("Inbox"), value: states(view.inbox.by_state) },
      { label: t("Tasks"), value: states(view.tasks.by_state) },
      { label: t("Feedback"), value: states(view.feedback.by_state) },
    ]),
    ...budgetDocument(view.budget, words),
  ];
}

/** Returns the exported text itself, or shows where it was written. */
export const storeExportDocument = ({ content, rows, store, out }: StoreExportView, words: doc.Words): doc.Document | string =>
  content ?? [
    doc.paragraph([
      doc.good(words.t("Exported")),
      ` ${words.t("{0} of {1} to {2}", doc.counted(words, rows, "{0} row", "{0} rows"), store, out ?? "-")}`,
    ]),
  ];

type Report = StoreImportView["stores"][number];

/** Shows what was imported into each store, and why the rest was not. */
export function storeImportDocument({ stores }: StoreImportView, { t, number }: doc.Words): doc.Document {
  const columns: readonly doc.Column<Report>[] = [
    { head: t("Store"), cell: ({ store }) => store },
    { head: t("File"), cell: ({ file, found }) => (found ? file : doc.muted(`${file} (${t("none")})`)) },
    { head: t("Taken"), align: "right", cell: ({ taken }) => number(taken) },
    { head: t("Already known"), align: "right", cell: ({ known }) => number(known) },
    { head: t("Changed"), align: "right", cell: ({ changed }) => number(changed.length) },
    { head: t("Refused"), align: "right", cell: ({ refused }) => (refused.length > 0 ? doc.bad(number(refused.length)) : "0") },
  ];
  const problemList = (title: string, select: (report: Report) => Report["refused"]): doc.Document => {
    const items = stores.flatMap((report) => select(report).map(({ row, why }) => ({ text: `${report.file}, ${row}: ${why}` })));
    return items.length === 0 ? [] : [doc.group(doc.heading(title), doc.list(items))];
  };
  return [
    doc.table(columns, stores),
    ...problemList(t("Refused"), ({ refused }) => refused),
    ...problemList(t("Already known and changed since; left as they are here"), ({ conflicts }) => conflicts),
  ];
}
