import type { FindingView, RunDetailView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { absolute, relative } from "../../render/terminal/time.ts";
import { type Field, fields } from "./fields.ts";
import { coinChange, coins, verdict } from "./figures.ts";
import { type CellColumn, table } from "./table.ts";
import { count, plain } from "./text.ts";

function severity(value: FindingView["severity"], { colors }: Style): string {
  switch (value) {
    case "error":
      return colors.red("error");
    case "warning":
      return colors.yellow("warning");
    case "info":
      return colors.cyan("info");
    default:
      return value satisfies never;
  }
}

function about(view: RunDetailView, style: Style): readonly Field[] {
  const { run } = view;
  const optional = (label: string, value: string | number | null): readonly Field[] =>
    value === null ? [] : [{ label, value: plain(String(value)) }];
  return [
    { label: "Agent", value: plain(run.agent) },
    ...optional("Project", run.project),
    ...optional("Branch", view.branch),
    ...optional("Commit", view.commit),
    ...(run.issue_number === null ? [] : optional("Issue", `#${run.issue_number}`)),
    { label: "When", value: absolute(run.created_at, style), remark: relative(run.created_at, style) },
    {
      label: "Verdict",
      value: verdict(run.verdict, style),
      remark: run.mode === "shadow" ? "shadow: reported, not enforced" : null,
    },
    ...view.warnings.map((warning) => ({ label: "Warning", value: plain(warning) })),
    { label: "Score", value: String(run.score) },
    { label: "Earned", value: coinChange(run.coin_delta), remark: plain(view.formula.text) },
    { label: "Coins", value: coins(run.coins), remark: `${coins(view.formula.coins_before)} before` },
    { label: "Summary", value: plain(view.summary) },
  ];
}

function findingTable(view: RunDetailView, style: Style): string {
  const byPlace = view.findings.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  const columns: readonly CellColumn<FindingView>[] = [
    { head: "Place", shrink: 20, cell: ({ file, line }) => `${plain(file)}:${line}` },
    { head: "Severity", cell: (one) => severity(one.severity, style) },
    { head: "Rule", shrink: 10, cell: ({ tool, rule }) => `${plain(tool)}/${plain(rule)}` },
    { head: "", drop: 1, cell: ({ blocking, fixable }) => (blocking ? style.colors.red("blocks") : fixable ? "fixable" : "") },
    { head: "Message", shrink: 20, cell: ({ message }) => plain(message) },
  ];
  return table(columns, byPlace, style);
}

/** One run opened: what it was, what it earned and why, and its findings by place. */
export function renderShow(view: RunDetailView, style: Style): string {
  const hidden = view.hidden ? `  ${style.colors.yellow("hidden by a reset: it does not count")}` : "";
  const title = `${style.colors.bold(plain(view.run.run_id))}  ${style.colors.dim(count(view.findings.length, "finding"))}${hidden}`;
  const head = `${title}\n\n${fields(about(view, style), style)}`;
  return view.findings.length === 0 ? head : `${head}\n\n${findingTable(view, style)}`;
}
