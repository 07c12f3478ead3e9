import { bad, counted, type Document, good, paragraph, table, type Words } from "../../../kernel/document.ts";

/** A condition and its result. */
export type CheckLine = Readonly<{
  name: "min_score" | "min_pass_rate" | "max_block_streak" | "max_regressions" | "budget";
  ok: boolean;
  /** The checked value: a score, a percentage, a number of fails or regressions, or percent of a limit; null: none recorded. */
  value: number | null;
  /** The threshold for the value: a minimum or a maximum. */
  limit: number;
  /** Where the value was found: the id of a run, or the ids of two eval runs; null for neither. */
  subject: string | null;
  /** Number of runs that the value is computed from; null if it is that of one run, or of none. */
  runs: number | null;
}>;
export type CheckView = Readonly<{ ok: boolean; checks: readonly CheckLine[] }>;

/** The display text of a condition with its threshold. */
function conditionText({ name, limit }: CheckLine, { t, number }: Words): string {
  return {
    min_score: t("Score of the latest run at least {0}", number(limit)),
    min_pass_rate: t("At least {0} % of runs passed", number(limit)),
    max_block_streak: limit === 1 ? t("At most 1 fail in a row") : t("At most {0} fails in a row", number(limit)),
    max_regressions: limit === 1 ? t("At most 1 test regressed") : t("At most {0} tests regressed", number(limit)),
    budget: t("Spending below {0} % of each limit", number(limit)),
  }[name];
}

/** Each condition with its result, and whether all thresholds are met. */
export function checkDocument({ ok, checks }: CheckView, words: Words): Document {
  const { t, number } = words;
  return [
    table<CheckLine>(
      [
        { head: "", cell: (line) => (line.ok ? good("✓") : bad("✗")) },
        { head: t("Condition"), cell: (line) => conditionText(line, words) },
        {
          head: t("Found"),
          align: "right",
          cell: ({ value }) => (value === null ? "–" : number(Math.round(value * 10) / 10)),
        },
        {
          head: t("In"),
          shrink: 20,
          drop: 1,
          cell: ({ subject, runs }) => subject ?? (runs === null ? "" : counted(words, runs, "{0} run", "{0} runs")),
        },
      ],
      checks,
    ),
    paragraph(ok ? good(t("Every threshold is met.")) : bad(t("A threshold is missed."))),
  ];
}
