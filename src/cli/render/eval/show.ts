import type { EvalBaselineView, EvalShowView, EvalTestView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import { fields } from "../fields.ts";
import { type CellColumn, table } from "../table.ts";
import { plain } from "../text.ts";
import { renderCost } from "./cost.ts";
import { passText, runMark, seconds, usdKnown, usdOrDash } from "./figures.ts";
import { passRate } from "./runs.ts";

function testTable(tests: readonly EvalTestView[], style: Style): string {
  const has = (key: "turns_used" | "detection_rate" | "cost_usd"): boolean => tests.some((test) => test[key] !== null);
  const turns: CellColumn<EvalTestView> = {
    head: "Turns",
    align: "right",
    drop: 1,
    cell: (test) => String(test.turns_used ?? "-"),
  };
  const found: CellColumn<EvalTestView> = {
    head: "Bugs",
    align: "right",
    drop: 2,
    cell: (test) => String(test.detection_rate ?? "-"),
  };
  const cost: CellColumn<EvalTestView> = { head: "Cost", align: "right", cell: (test) => usdOrDash(test.cost_usd) };
  const attempts: CellColumn<EvalTestView> = {
    head: "Attempts",
    align: "right",
    cell: (test) => (test.attempts > 1 ? style.colors.yellow(String(test.attempts)) : "1"),
  };
  const columns: readonly CellColumn<EvalTestView>[] = [
    { head: "", cell: (test) => passText(test.passed, style) },
    { head: "Test", shrink: 16, cell: ({ suite, name }) => plain(suite === "" ? name : `${suite} / ${name}`) },
    ...(has("turns_used") ? [turns] : []),
    ...(has("detection_rate") ? [found] : []),
    ...(has("cost_usd") ? [cost] : []),
    { head: "Time", align: "right", cell: (test) => (test.duration_ms === null ? "-" : seconds(test.duration_ms / 1000)) },
    ...(tests.some((test) => test.attempts > 1) ? [attempts] : []),
    { head: "", shrink: 10, drop: 3, cell: (test) => style.colors.dim(plain(test.error ?? test.exit_reason ?? "")) },
  ];
  return table(columns, tests, style);
}

/** One run: where it is from, its tests, its bill. */
export function renderShow(view: EvalShowView, style: Style): string {
  const { run } = view;
  const head = fields(
    [
      {
        label: "Run",
        value: run.id,
        remark: [view.baseline ? "baseline" : null, runMark(run)].filter((one) => one !== null).join(", "),
      },
      { label: "When", value: absolute(run.timestamp, style), remark: "" },
      {
        label: "From",
        value: `${plain(run.git_branch)} ${plain(run.git_sha.slice(0, 12))}`,
        remark: `version ${plain(run.version)}`,
      },
      { label: "Tier", value: plain(run.tier), remark: plain(run.label ?? "") },
      {
        label: "Passed",
        value: passRate(run, style),
        remark: `${usdKnown(view.cost_usd, view.cost_complete)}, ${seconds(run.duration_seconds)}`,
      },
    ],
    style,
  );
  return [
    head,
    view.tests.length === 0 ? "The run has no tests." : testTable(view.tests, style),
    ...(view.costs.entries.length === 0 ? [] : [renderCost(view.costs, style)]),
    ...(view.warnings.length === 0
      ? []
      : [view.warnings.map((one) => `${style.colors.yellow("warning")} ${plain(one)}`).join("\n")]),
  ].join("\n\n");
}

/** Which run later ones are compared with. */
export function renderBaseline(view: EvalBaselineView, { colors }: Style): string {
  if (view.run === null) return `${plain(view.tier)} has no baseline; runs are compared with the one before.`;
  return `${colors.green("Baseline")} of ${plain(view.tier)}: ${view.run.id} on ${plain(view.run.git_branch)}`;
}
