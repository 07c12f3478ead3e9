import type { ViolationView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { absolute, relative } from "../../render/terminal/time.ts";
import { type CellColumn, table } from "./table.ts";
import { number, plain } from "./text.ts";

const barColumns = 16;

const figure = (n: number): string => (n === 0 ? "-" : number(n));

/** Rules under each other, the most broken first; in a terminal with a bar for their share. */
export function renderViolations(views: readonly ViolationView[], style: Style): string {
  if (views.length === 0) return "No broken rules in the chosen runs.\nSee the runs themselves:  reward-ledger history";
  const { colors } = style;
  const most = views.reduce((highest, { count }) => Math.max(highest, count), 1);
  const bar = (count: number): string => colors.cyan("█".repeat(Math.max(1, Math.round((count / most) * barColumns))));
  const seen = (iso: string): string => (style.interactive ? relative(iso, style) : absolute(iso, style));
  const share: CellColumn<ViolationView> = { head: "", extra: true, cell: (view) => bar(view.count) };
  const errors = (n: number): string => (n > 0 ? colors.red(number(n)) : "-");
  const columns: readonly CellColumn<ViolationView>[] = [
    { head: "Rule", shrink: 12, cell: (view) => plain(view.rule) },
    { head: "Count", align: "right", cell: (view) => number(view.count) },
    ...(style.interactive ? [share] : []),
    { head: "Runs", align: "right", drop: 1, cell: (view) => number(view.runs) },
    { head: "Errors", align: "right", cell: ({ by_severity }) => errors(by_severity.error) },
    { head: "Warnings", align: "right", cell: ({ by_severity }) => figure(by_severity.warning) },
    { head: "Infos", align: "right", cell: ({ by_severity }) => figure(by_severity.info) },
    { head: "First seen", extra: true, cell: (view) => seen(view.first_seen) },
    { head: "Last seen", drop: 2, cell: (view) => seen(view.last_seen) },
  ];
  return table(columns, views, style);
}
