import * as doc from "../../../kernel/document.ts";
import type { DoctorView } from "../../reviews/operations/views.ts";

type Check = DoctorView["checks"][number];
type Row = Readonly<{ state: doc.Text; name: string; result: doc.Text }>;

const severityOrder = { fail: 0, warn: 1, ok: 2 } as const;

function stateText(state: Check["state"]): doc.Text {
  return {
    ok: doc.good("ok"),
    warn: doc.caution("warn"),
    fail: doc.bad("fail"),
  }[state];
}

const rowsOf = ({ state, name, detail, hint }: Check): readonly Row[] => [
  { state: stateText(state), name, result: detail },
  ...(hint === null ? [] : [{ state: "", name: "", result: doc.muted(`→ ${hint}`) }]),
];

/** The results of the checks, those that need attention first, and what to do about them. */
export function doctorDocument({ ok, checks }: DoctorView, words: Pick<doc.Words, "t" | "number">): doc.Document {
  const { t } = words;
  const count = (state: Check["state"]): number => checks.filter((check) => check.state === state).length;
  return [
    doc.paragraph([
      ok ? doc.good(t("✓ Ready to record.")) : doc.bad(t("✗ Recording needs your attention.")),
      "  ",
      [
        doc.counted(words, count("fail"), "{0} check failed", "{0} checks failed"),
        doc.counted(words, count("warn"), "{0} warning", "{0} warnings"),
      ].join(", "),
    ]),
    doc.table<Row>(
      [
        { head: "", cell: ({ state }) => state },
        { head: t("Check"), cell: ({ name }) => name },
        { head: t("Result"), shrink: 20, cell: ({ result }) => result },
      ],
      checks.toSorted((a, b) => severityOrder[a.state] - severityOrder[b.state]).flatMap(rowsOf),
    ),
  ];
}
