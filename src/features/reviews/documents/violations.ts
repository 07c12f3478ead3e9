import {
  action,
  bad,
  type Column,
  type Document,
  group,
  info,
  paragraph,
  type Text,
  table,
  type Words,
} from "../../../kernel/document.ts";
import type { ViolationView } from "../operations/views.ts";

const barColumns = 16;

/** A table of rules, the most broken first; in interactive output with a bar for their share. */
export function violationsDocument(views: readonly ViolationView[], words: Words): Document {
  const { t, number } = words;
  if (views.length === 0) {
    return [
      group(paragraph(t("No broken rules in the chosen runs.")), action(t("See the runs themselves"), "reward-ledger history")),
    ];
  }
  const maxCount = views.reduce((highest, { count }) => Math.max(highest, count), 1);
  const bar = (count: number): Text => info("█".repeat(Math.max(1, Math.round((count / maxCount) * barColumns))));
  const timeText = (iso: string): string => (words.interactive ? words.ago(iso) : words.time(iso));
  const countText = (n: number): string => (n === 0 ? "-" : number(n));
  const share: Column<ViolationView> = { head: "", extra: true, cell: ({ count }) => bar(count) };
  return [
    table<ViolationView>(
      [
        { head: t("Rule"), shrink: 12, cell: ({ rule }) => rule },
        { head: t("Count"), align: "right", cell: ({ count }) => number(count) },
        ...(words.interactive ? [share] : []),
        { head: t("Runs"), align: "right", drop: 1, cell: ({ runs }) => number(runs) },
        {
          head: t("Errors"),
          align: "right",
          cell: ({ by_severity: { error } }) => (error > 0 ? bad(number(error)) : "-"),
        },
        { head: t("Warnings"), align: "right", cell: ({ by_severity }) => countText(by_severity.warning) },
        { head: t("Infos"), align: "right", cell: ({ by_severity }) => countText(by_severity.info) },
        { head: t("First seen"), extra: true, cell: (view) => timeText(view.first_seen) },
        { head: t("Last seen"), drop: 2, cell: (view) => timeText(view.last_seen) },
      ],
      views,
    ),
  ];
}
