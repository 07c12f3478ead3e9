import {
  bad,
  caution,
  counted,
  type Document,
  type Field,
  fields,
  group,
  heading,
  info,
  type Text,
  table,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import { coinChange, coins, verdictText } from "../../shared/figures.ts";
import { takenBackText } from "../model/explain.ts";
import type { FindingView, RunDetailView } from "../operations/views.ts";
import { formulaText } from "./formula.ts";

function severityText(severity: FindingView["severity"], { t }: Words): Text {
  switch (severity) {
    case "error":
      return bad(t("error"));
    case "warning":
      return caution(t("warning"));
    case "info":
      return info(t("info"));
    default:
      return severity satisfies never;
  }
}

function about(view: RunDetailView, words: Words): readonly Field[] {
  const { run } = view;
  const { t } = words;
  const optional = (label: string, value: string | null): readonly Field[] => (value === null ? [] : [{ label, value }]);
  return [
    { label: t("Agent"), value: run.agent },
    ...optional(t("Project"), run.project),
    ...optional(t("Branch"), view.branch),
    ...optional(t("Commit"), view.commit),
    ...optional(t("Issue"), run.issue_number === null ? null : `#${run.issue_number}`),
    ...optional(t("House rules"), view.house_rules_version === null ? null : t("version {0}", view.house_rules_version)),
    { label: t("When"), value: words.time(run.created_at), remark: words.ago(run.created_at) },
    {
      label: t("Verdict"),
      value: verdictText(run.verdict, words),
      remark: run.mode === "shadow" ? t("shadow mode: reported, not enforced") : null,
    },
    ...view.warnings.map((value) => ({ label: t("Warning"), value })),
    { label: t("Score"), value: words.number(run.score) },
    { label: t("Earned"), value: coinChange(run.coin_delta), remark: view.hidden ? null : formulaText(run, words) },
    { label: t("Coins"), value: coins(run.coins), remark: t("{0} before", coins(view.formula.coins_before)) },
    { label: t("Summary"), value: view.summary },
  ];
}

/** Why a run is not counted. */
const hiddenText = ({ formula }: RunDetailView, { t }: Words): string =>
  formula.text === takenBackText
    ? t("Its automatic recording was taken back, so it is not counted.")
    : t("Recorded before a reset, so it is no longer counted. Undo the reset to count it again.");

/** One run opened: what it was, what it earned and why, and its findings by place. */
export function showDocument(view: RunDetailView, words: Words): Document {
  const { t } = words;
  const title = heading(view.run.run_id, counted(words, view.findings.length, "{0} finding", "{0} findings"));
  return [
    view.hidden ? group(title, warning(hiddenText(view, words))) : title,
    fields(about(view, words)),
    ...(view.findings.length === 0
      ? []
      : [
          table<FindingView>(
            [
              { head: t("Place"), shrink: 20, cell: ({ file, line }) => `${file}:${line}` },
              { head: t("Severity"), cell: ({ severity }) => severityText(severity, words) },
              { head: t("Rule"), shrink: 10, cell: ({ tool, rule }) => `${tool}/${rule}` },
              { head: "", drop: 1, cell: ({ blocking, fixable }) => (blocking ? bad(t("blocks")) : fixable ? t("fixable") : "") },
              { head: t("Message"), shrink: 20, cell: ({ message }) => message },
            ],
            view.findings.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1)),
          ),
        ]),
  ];
}
