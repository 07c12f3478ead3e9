import { formulaText } from "../../features/reviews/documents/formula.ts";
import type { FindingView, RunDetailView, RunView } from "../../features/reviews/operations/views.ts";
import { composedKey } from "../../kernel/composed-key.ts";
import { plain } from "../../render/markdown/escape.ts";
import { byFile } from "../findings/by-file.ts";
import { coinChange, coins, findingCount, verdictText } from "../format/figures.ts";
import { clockTime, dayOf, dayText, fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** A row of the Runs view, independent of VS Code's types: days contain runs, runs contain files, files contain findings. */
export type RunNode =
  | Readonly<{ kind: "day"; day: string; runs: readonly RunView[] }>
  | Readonly<{ kind: "run"; run: RunView }>
  | Readonly<{ kind: "file"; run: RunView; file: string; findings: readonly FindingView[] }>
  | Readonly<{ kind: "finding"; run: RunView; finding: FindingView; position: number }>
  | Readonly<{ kind: "more" }>;

/** Groups runs by local day. @param runs newest first */
export function dayNodes(runs: readonly RunView[], hasMore: boolean, zone: string | undefined): readonly RunNode[] {
  const days = new Map<string, RunView[]>();
  for (const run of runs) {
    const day = dayOf(run.created_at, zone);
    const group = days.get(day);
    if (group === undefined) days.set(day, [run]);
    else group.push(run);
  }
  const nodes: RunNode[] = [...days].map(([day, same]) => ({ kind: "day", day, runs: same }));
  return hasMore ? [...nodes, { kind: "more" }] : nodes;
}

/** The files of a run that have findings. */
export const fileNodes = ({ run, findings }: RunDetailView): readonly RunNode[] =>
  [...byFile(findings)].map(([file, same]) => ({ kind: "file", run, file, findings: same }));

/** The findings of a file, by line. */
export const findingNodes = (node: Extract<RunNode, { kind: "file" }>): readonly RunNode[] =>
  node.findings.map((finding, position) => ({ kind: "finding", run: node.run, finding, position }));

/** Unique in the view and stable over refreshes, so that VS Code keeps what was expanded. */
export function nodeId(node: RunNode): string {
  switch (node.kind) {
    case "day":
      return composedKey(node.kind, node.day);
    case "run":
      return composedKey(node.kind, node.run.fact_id);
    case "file":
      return composedKey(node.kind, node.run.fact_id, node.file);
    case "finding":
      return composedKey(node.kind, node.run.fact_id, node.finding.file, node.position);
    case "more":
      return composedKey(node.kind);
    default:
      return node satisfies never;
  }
}

/** The texts of a row: label, the dimmed description after it, and the full text for screen readers. */
export type RowText = Readonly<{ label: string; description: string; spoken: string }>;

export function rowText(node: RunNode, style: TimeStyle, t: Translate): RowText {
  switch (node.kind) {
    case "day":
      return dayRow(node.runs, style, t);
    case "run":
      return runRow(node.run, style, t);
    case "file": {
      const parts = node.file.split("/");
      const label = parts.at(-1) ?? node.file;
      const description = [parts.slice(0, -1).join("/"), String(node.findings.length)].filter((part) => part !== "").join(" · ");
      return { label, description, spoken: `${node.file}, ${findingCount(node.findings.length, t)}` };
    }
    case "finding": {
      const { message, rule, line, severity, file } = node.finding;
      return {
        label: message,
        description: `${rule} · ${t("line {0}", line)}`,
        spoken: `${severity}, ${message}, ${rule}, ${file}, ${t("line {0}", line)}`,
      };
    }
    case "more": {
      const label = t("Load more…");
      return { label, description: "", spoken: label };
    }
    default:
      return node satisfies never;
  }
}

function dayRow(runs: readonly RunView[], style: TimeStyle, t: Translate): RowText {
  const label = dayText(runs[0]?.created_at ?? style.now.toISOString(), style);
  const sum = runs.reduce((total, run) => total + run.coin_delta, 0);
  const description = `${runs.length} · ${coinChange(sum)}`;
  const spoken =
    runs.length === 1
      ? t("{0}, 1 run, {1} coins", label, coinChange(sum))
      : t("{0}, {1} runs, {2} coins", label, runs.length, coinChange(sum));
  return { label, description, spoken };
}

function runRow(run: RunView, style: TimeStyle, t: Translate): RowText {
  const time = clockTime(run.created_at, style);
  const description = [run.agent, ...(run.findings === 0 ? [] : [findingCount(run.findings, t)])].join(" · ");
  return {
    label: t("{0}  score {1}  {2}", time, run.score, coinChange(run.coin_delta)),
    description,
    spoken: t(
      "{0}, score {1}, {2} coins, {3}, {4}, {5}",
      verdictText(run.verdict, t),
      run.score,
      coinChange(run.coin_delta),
      run.agent,
      findingCount(run.findings, t),
      fullTime(run.created_at, style),
    ),
  };
}

/** The tooltip of a run as Markdown: verdict, coins with the formula, and its origin. */
export function runTooltip(run: RunView, style: TimeStyle, t: Translate): string {
  const lines = [
    `**${plain(verdictText(run.verdict, t))}** · ${plain(t("score {0}", run.score))} · ${plain(fullTime(run.created_at, style))}`,
    `${plain(t("{0} coins", coinChange(run.coin_delta)))}: ${plain(`${formulaText(run, { t })}; ${t("coins {0} → {1}", coins(run.coins - run.coin_delta), coins(run.coins))}`)}`,
    plain(
      [run.agent, run.project, run.issue_number === null ? null : `#${run.issue_number}`]
        .filter((part) => part !== null)
        .join(" · "),
    ),
    plain(
      run.blocking === 0 ? findingCount(run.findings, t) : t("{0}, {1} blocking", findingCount(run.findings, t), run.blocking),
    ),
    `${t("Run")} ${plain(run.run_id)}`,
  ];
  if (run.mode === "shadow") lines.push(plain(t("Shadow mode: the gate was not enforced.")));
  return lines.join("\n\n");
}

/** The tooltip of a finding as Markdown. */
export function findingTooltip(finding: FindingView, t: Translate): string {
  const marks = [finding.severity, ...(finding.blocking ? [t("blocking")] : []), ...(finding.fixable ? [t("fixable")] : [])];
  return [
    plain(finding.message),
    `**${plain(finding.rule)}** · ${plain(finding.tool)} · ${plain(finding.category)}`,
    plain(marks.join(" · ")),
    plain(`${finding.file}:${finding.line}`),
  ].join("\n\n");
}
