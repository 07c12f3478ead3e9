import {
  bad,
  caution,
  counted,
  type Document,
  good,
  muted,
  paragraph,
  type Text,
  table,
  type Words,
} from "../../../kernel/document.ts";
import type { DoctorView } from "../../reviews/operations/views.ts";

type Check = DoctorView["checks"][number];
type Row = Readonly<{ state: Text; name: string; result: Text }>;

const gravity = { fail: 0, warn: 1, ok: 2 } as const;

function stateText(state: Check["state"]): Text {
  return {
    ok: good("ok"),
    warn: caution("warn"),
    fail: bad("fail"),
  }[state];
}

const rowsOf = ({ state, name, detail, hint }: Check): readonly Row[] => [
  { state: stateText(state), name, result: detail },
  ...(hint === null ? [] : [{ state: "", name: "", result: muted(`→ ${hint}`) }]),
];

/** What was checked, what needs attention first, and what to do about it. */
export function doctorDocument({ ok, checks }: DoctorView, words: Pick<Words, "t" | "number">): Document {
  const { t } = words;
  const count = (state: Check["state"]): number => checks.filter((check) => check.state === state).length;
  return [
    paragraph([
      ok ? good(t("✓ Ready to record.")) : bad(t("✗ Recording needs your attention.")),
      "  ",
      [
        counted(words, count("fail"), "{0} check failed", "{0} checks failed"),
        counted(words, count("warn"), "{0} warning", "{0} warnings"),
      ].join(", "),
    ]),
    table<Row>(
      [
        { head: "", cell: ({ state }) => state },
        { head: t("Check"), cell: ({ name }) => name },
        { head: t("Result"), shrink: 20, cell: ({ result }) => result },
      ],
      checks.toSorted((a, b) => gravity[a.state] - gravity[b.state]).flatMap(rowsOf),
    ),
  ];
}
