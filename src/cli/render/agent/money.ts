import type { BudgetView, CeilingView, SpendAddView, SpendSummaryView } from "../../../features/agent/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import { type Field, fields } from "../fields.ts";
import { type CellColumn, table } from "../table.ts";
import { number, plain } from "../text.ts";

const usd = (value: number): string => value.toFixed(2);

function levelText({ level }: Pick<CeilingView, "level">, { colors }: Style): string {
  switch (level) {
    case "ok":
      return colors.green("ok");
    case "warning":
      return colors.yellow("near the ceiling");
    case "exhausted":
      return colors.red("exhausted");
    default:
      return level satisfies never;
  }
}

function ceilingField(label: string, view: CeilingView, style: Style): Field {
  const reset = view.resets_at === null ? "" : `, resets ${absolute(view.resets_at, style)}`;
  const value = `${usd(view.spent_usd)} of ${usd(view.ceiling_usd)} USD`;
  return { label, value, remark: `${view.percent} %, ${levelText(view, style)}${reset}` };
}

/** Spending against its ceilings. */
export function renderBudget(view: BudgetView, style: Style): string {
  const rows = [
    ceilingField("Today", view.today, style),
    ceilingField("Seven days", view.week, style),
    ceilingField("Month", view.month, style),
  ];
  const extended = view.extended_today_usd === 0 ? "" : `, ${usd(view.extended_today_usd)} USD granted for today`;
  const pace = `At this pace today comes to ${usd(view.projected_today_usd)} USD${extended}.`;
  const advice: Readonly<Record<BudgetView["level"], string>> = {
    ok: "",
    warning: `\n${style.colors.yellow("Warning")}: 80 % of a ceiling are spent. A human may grant more with:  reward-ledger budget extend AMOUNT`,
    exhausted: `\n${style.colors.red("Stop")}: no further call of a model. A human may grant more with:  reward-ledger budget extend AMOUNT`,
  };
  return `${fields(rows, style)}\n\n${pace}${advice[view.level]}`;
}

/** What was recorded, and where the day's budget stands. */
export function renderSpendAdd({ entry, budget }: SpendAddView, style: Style): string {
  const today = ceilingField("Today", budget.today, style);
  return `${style.colors.green("Recorded")} ${entry.usd} USD for ${plain(entry.model)} (${plain(entry.call_site)})\nToday ${today.value}, ${today.remark}`;
}

type Sum = SpendSummaryView["rows"][number];

/** Spending by model or task, with the total. */
export function renderSpendSummary(view: SpendSummaryView, style: Style): string {
  if (view.total.calls === 0) return `No spend is recorded (${view.period}).`;
  const columns: readonly CellColumn<Sum>[] = [
    { head: view.by === "model" ? "Model" : "Task", shrink: 12, cell: ({ name }) => plain(name ?? "-") },
    { head: "Calls", align: "right", cell: ({ calls }) => number(calls) },
    { head: "Input", align: "right", drop: 2, cell: (sum) => number(sum.input_tokens) },
    { head: "Cache read", align: "right", drop: 3, cell: (sum) => number(sum.cache_read_tokens) },
    { head: "Cache write", align: "right", drop: 4, cell: (sum) => number(sum.cache_create_tokens) },
    { head: "Output", align: "right", drop: 1, cell: (sum) => number(sum.output_tokens) },
    { head: "USD", align: "right", cell: (sum) => sum.usd.toFixed(4) },
  ];
  return table(columns, [...view.rows, { ...view.total, name: "TOTAL" }], style);
}
