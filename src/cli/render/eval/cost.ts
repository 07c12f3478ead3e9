import type { EvalCostView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { type CellColumn, table } from "../table.ts";
import { number, plain } from "../text.ts";
import { usd, usdKnown, usdOrDash } from "./figures.ts";

type Entry = EvalCostView["entries"][number];

function costText(entry: Entry, { colors }: Style): string {
  if (!entry.priced) return colors.yellow(entry.cost_usd === null ? "unpriced" : `${usd(entry.cost_usd)} and unpriced calls`);
  return `${entry.exact ? "" : "~"}${usdOrDash(entry.cost_usd)}`;
}

/** A bill by model, with what the same tokens would cost elsewhere. */
export function renderCost(view: EvalCostView, style: Style): string {
  if (view.entries.length === 0 && view.total_usd === 0) return "No costs are recorded for the chosen runs.";
  const { colors } = style;
  const columns: readonly CellColumn<Entry>[] = [
    { head: "Model", shrink: 14, cell: ({ model }) => plain(model) },
    { head: "Calls", align: "right", cell: ({ calls }) => number(calls) },
    { head: "Input", align: "right", drop: 1, cell: (entry) => number(entry.input_tokens) },
    { head: "Cache read", align: "right", drop: 3, cell: (entry) => number(entry.cache_read_tokens) },
    { head: "Cache write", align: "right", drop: 4, cell: (entry) => number(entry.cache_creation_tokens) },
    { head: "Output", align: "right", drop: 2, cell: (entry) => number(entry.output_tokens) },
    { head: "Cost", align: "right", cell: (entry) => costText(entry, style) },
  ];
  const unsplit = view.unsplit_usd === 0 ? [] : [`Not split by model  ${usd(view.unsplit_usd)}, as the runs state`];
  const total = `Total  ${usdKnown(view.total_usd, view.complete)}${view.complete ? "" : colors.yellow("  incomplete: some costs are not known")}`;
  if (view.entries.length === 0) return [...unsplit, total].join("\n");
  const tiers = `With the fast tier's model ${usdOrDash(view.at_fast_tier_usd)}, the standard's ${usdOrDash(view.at_standard_tier_usd)}, the full's ${usdOrDash(view.at_full_tier_usd)}`;
  const { source: list, date, fallback } = view.prices;
  const source = `~ estimated with the prices of the run's time; price list ${plain(list)} of ${date}${fallback === null ? "" : `, then ${plain(fallback)}`}`;
  return `${table(columns, view.entries, style)}\n\n${[...unsplit, total].join("\n")}\n${tiers}\n${colors.dim(source)}`;
}
