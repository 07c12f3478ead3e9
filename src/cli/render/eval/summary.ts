import type { EvalSummaryView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import { type CellColumn, table } from "../table.ts";
import { count, number, plain } from "../text.ts";
import { percent, usdKnown } from "./figures.ts";

type Tier = EvalSummaryView["tiers"][number];
type Branch = EvalSummaryView["branches"][number];
type Flaky = EvalSummaryView["flaky"][number];

const mostFlaky = 20;

/** Spending by tier, detection by branch, and the tests that cannot be relied on. */
export function renderSummary(view: EvalSummaryView, style: Style): string {
  if (view.from === null || view.to === null)
    return "No eval runs are recorded.\nRecord one:  reward-ledger eval push results.json";
  const { colors } = style;
  const tiers: readonly CellColumn<Tier>[] = [
    { head: "Tier", shrink: 8, cell: ({ tier }) => plain(tier) },
    { head: "Runs", align: "right", cell: ({ runs }) => number(runs) },
    { head: "Spent", align: "right", cell: (one) => usdKnown(one.total_cost_usd, one.cost_complete) },
    { head: "A run", align: "right", cell: (one) => usdKnown(one.average_cost_usd, one.average_complete) },
  ];
  const branches: readonly CellColumn<Branch>[] = [
    { head: "Tier", shrink: 8, cell: ({ tier }) => plain(tier) },
    { head: "Branch", shrink: 10, cell: ({ branch }) => plain(branch) },
    { head: "Runs", align: "right", cell: ({ runs }) => number(runs) },
    { head: "Bugs found, mean", align: "right", cell: (one) => one.average_detection?.toFixed(1) ?? "-" },
  ];
  const flaky: readonly CellColumn<Flaky>[] = [
    { head: "Flaky test", shrink: 16, cell: ({ name, suite }) => plain(suite === "" ? name : `${suite} / ${name}`) },
    { head: "Tier", shrink: 6, cell: ({ tier }) => plain(tier) },
    { head: "Passed", align: "right", cell: (one) => percent(one.pass_rate) },
    { head: "Results", align: "right", cell: ({ results }) => number(results) },
  ];
  const more = view.flaky.length > mostFlaky ? `\n… and ${number(view.flaky.length - mostFlaky)} more` : "";
  const period = `${absolute(view.from, style)} to ${absolute(view.to, style)}`;
  return [
    `${count(view.runs, "run")}${view.partial_runs === 0 ? "" : ` (${number(view.partial_runs)} incomplete)`}, ${usdKnown(view.total_cost_usd, view.cost_complete)}, ${colors.dim(period)}`,
    table(tiers, view.tiers, style),
    table(branches, view.branches, style),
    view.flaky.length === 0
      ? "No flaky tests."
      : `${table(flaky, view.flaky.slice(0, mostFlaky), style)}${more}\n${colors.dim("How they fared:  reward-ledger eval trend --status flaky")}`,
  ].join("\n\n");
}
