import type { EvalCacheView } from "../../../features/evals/operations/files.ts";
import type { EvalCacheStatsView, EvalConvertView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import { type CellColumn, table } from "../table.ts";
import { count, number, plain } from "../text.ts";

/** The converted file, or where it was written. */
export const renderConvert = ({ content, out, format }: EvalConvertView): string =>
  content ?? `Written to ${plain(out ?? "")} in the ${format} format`;

function renderStats(suites: readonly EvalCacheStatsView[], style: Style): string {
  if (suites.length === 0) return "Nothing is cached.";
  const when = (time: string | null): string => (time === null ? "-" : absolute(time, style));
  const columns: readonly CellColumn<EvalCacheStatsView>[] = [
    { head: "Suite", shrink: 10, cell: ({ suite }) => plain(suite) },
    { head: "Answers", align: "right", cell: ({ entries }) => number(entries) },
    { head: "KiB", align: "right", cell: ({ bytes }) => number(Math.ceil(bytes / 1024)) },
    { head: "Oldest", drop: 1, cell: ({ oldest }) => when(oldest) },
    { head: "Newest", cell: ({ newest }) => when(newest) },
  ];
  return table(columns, suites, style);
}

/** What a cache command answered. */
export function renderCache(view: EvalCacheView, style: Style): string {
  const { colors } = style;
  if ("hit" in view) return view.hit ? JSON.stringify(view.data, null, 2) : `MISS: ${plain(view.reason)}`;
  if ("written" in view) return `${colors.green("Written")} ${plain(view.suite)} / ${plain(view.key)}`;
  if ("cleared" in view) return `${count(view.cleared, "answer")} removed`;
  if (!("ok" in view)) return renderStats(view, style);
  const faults = view.errors.map(({ suite, file, reason }) => `  ${colors.red(plain(`${suite}/${file}`))}: ${plain(reason)}`);
  return [`${count(view.valid, "usable answer")}, ${number(view.invalid)} unusable`, ...faults].join("\n");
}
