import {
  type Block,
  counted,
  type Document,
  type Field,
  fields,
  group,
  heading,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import { coinChangeText, coinText, verdictText } from "../../shared/figures.ts";
import { takenBackText } from "../model/explain.ts";
import type { RunDetailView } from "../operations/views.ts";
import { findingTable, shortCommit } from "./findings.ts";
import { formulaText } from "./formula.ts";

function detailFields(view: RunDetailView, words: Words): readonly Field[] {
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
    { label: t("Earned"), value: coinChangeText(run.coin_delta), remark: view.hidden ? null : formulaText(run, words) },
    { label: t("Coins"), value: coinText(run.coins), remark: t("{0} before", coinText(view.formula.coins_before)) },
    { label: t("Summary"), value: view.summary },
  ];
}

/** Why a run is not counted. */
const hiddenText = ({ formula }: RunDetailView, { t }: Words): string =>
  formula.text === takenBackText
    ? t("Its automatic recording was taken back, so it is not counted.")
    : t("Recorded before a reset, so it is no longer counted. Undo the reset to count it again.");

/** The findings in older code. */
function existingBlocks({ existing, existing_count, base }: RunDetailView, words: Words): readonly Block[] {
  if (existing_count === 0) return [];
  const count = counted(words, existing_count, "{0} finding in older code", "{0} findings in older code");
  const since = base === null ? undefined : words.t("not changed since {0}; charged to nobody", shortCommit(base));
  return [heading(count, since), findingTable(existing, words)];
}

/** One run in detail: what it was, what it earned and why, and its findings by place. */
export function showDocument(view: RunDetailView, words: Words): Document {
  const title = heading(view.run.run_id, counted(words, view.findings.length, "{0} finding", "{0} findings"));
  return [
    view.hidden ? group(title, warning(hiddenText(view, words))) : title,
    fields(detailFields(view, words)),
    ...(view.findings.length === 0 ? [] : [findingTable(view.findings, words)]),
    ...existingBlocks(view, words),
  ];
}
