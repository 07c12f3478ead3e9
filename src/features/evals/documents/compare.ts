import * as doc from "../../../kernel/document.ts";
import { shortIds } from "../../shared/short-ids.ts";
import type { EvalCompareAnswer, EvalCompareView, EvalDeltaView } from "../operations/views.ts";
import { duration, passedText, passText, signed, testName } from "./figures.ts";

type Change = EvalDeltaView["change"];
type State = NonNullable<EvalDeltaView["before"]>;

function changeText(change: Change, { t }: doc.Words): doc.Text {
  return {
    improved: doc.good(`↑ ${t("improved")}`),
    regressed: doc.bad(`↓ ${t("regressed")}`),
    unchanged: doc.muted("="),
    added: `+ ${t("added")}`,
    removed: `- ${t("removed")}`,
  }[change];
}

/** The number of tests with a change, in words. */
function changeCount(change: Change, count: number, { t, number }: doc.Words): string {
  return {
    improved: t("{0} improved", number(count)),
    regressed: t("{0} regressed", number(count)),
    unchanged: t("{0} unchanged", number(count)),
    added: t("{0} added", number(count)),
    removed: t("{0} removed", number(count)),
  }[change];
}

/** A figure before and after: `1 → 2`. */
function beforeAfterText<Value>(
  { before, after }: EvalDeltaView,
  readValue: (state: State) => Value | null,
  text: (value: Value) => string,
): string {
  const [beforeText, afterText] = [before, after].map((state) => {
    const value = state === null ? null : readValue(state);
    return value === null ? "-" : text(value);
  });
  return beforeText === "-" && afterText === "-" ? "-" : `${beforeText} → ${afterText}`;
}

const isRetried = ({ before, after }: EvalDeltaView): boolean => (before?.attempts ?? 1) > 1 || (after?.attempts ?? 1) > 1;

const stateText = (state: State | null, words: doc.Words): doc.Text => (state === null ? "-" : passText(state.passed, words));

function deltaTable(deltas: readonly EvalDeltaView[], words: doc.Words): doc.Block {
  const { t, number, usd } = words;
  const attempts: doc.Column<EvalDeltaView> = {
    head: t("Attempts"),
    align: "right",
    cell: (delta) => beforeAfterText(delta, (state) => state.attempts, number),
  };
  return doc.table<EvalDeltaView>(
    [
      { head: t("Test"), shrink: 16, cell: (one) => `${testName(one)}${one.occurrence === 1 ? "" : ` (${one.occurrence})`}` },
      { head: t("Before"), cell: ({ before }) => stateText(before, words) },
      { head: t("After"), cell: ({ after }) => stateText(after, words) },
      { head: "", cell: ({ change }) => changeText(change, words) },
      ...(deltas.some(isRetried) ? [attempts] : []),
      { head: t("Cost"), align: "right", drop: 2, cell: (delta) => beforeAfterText(delta, (state) => state.cost_usd, usd) },
      { head: t("Turns"), align: "right", drop: 3, cell: (delta) => beforeAfterText(delta, (state) => state.turns_used, number) },
      {
        head: t("Duration"),
        align: "right",
        drop: 1,
        cell: (delta) =>
          beforeAfterText(
            delta,
            (state) => state.duration_ms,
            (ms) => duration(ms / 1000),
          ),
      },
    ],
    deltas,
  );
}

function totalsText(view: EvalCompareView, { t, usd }: doc.Words): string {
  const cost = signed(view.total_cost_delta_usd, usd);
  const took = signed(view.total_duration_delta_ms, (ms) => duration(ms / 1000));
  return view.cost_complete
    ? t("Cost {0}, time {1}", cost, took)
    : t("Cost about {0} (some of it has no known price), time {1}", cost, took);
}

const changeOrder = ["improved", "regressed", "unchanged", "added", "removed"] as const;

/**
 * Two runs compared test by test, changed tests first, with the totals; or a message that there is nothing to compare.
 * @param maxListed maximum number of unchanged tests, and of notes, that are listed
 */
export function evalCompareDocument(view: EvalCompareAnswer, words: doc.Words, maxListed: number): doc.Document {
  const { t, number, time } = words;
  if (view.before === null) {
    const { id, tier } = view.after;
    return [
      doc.group(
        doc.paragraph(t("Nothing to compare {0} with: {1} has no earlier run and no baseline.", id, tier)),
        doc.paragraph(t("The next run is compared with it.")),
      ),
    ];
  }
  const { before, after, deltas, notes, warnings } = view;
  const shortId = shortIds([before.id, after.id]);
  const runField = (label: string, run: EvalCompareView["before"]) => ({
    label,
    value: `${shortId(run.id)} ${run.git_branch} ${time(run.timestamp)}`,
    remark: `${t("{0} passed", passedText(run, words))}, ${run.tier}, ${t("version {0}", run.version)}`,
  });
  const changed = deltas.filter(({ change }) => change !== "unchanged");
  const unchanged = deltas.filter(({ change }) => change === "unchanged");
  const counts = changeOrder.filter((change) => view[change] > 0).map((change) => changeCount(change, view[change], words));
  const [moreTests, moreNotes] = [unchanged.length - maxListed, notes.length - maxListed];
  return [
    doc.fields([runField(t("Before"), before), runField(t("After"), after)]),
    doc.group(
      deltaTable([...changed, ...unchanged.slice(0, maxListed)], words),
      ...(moreTests > 0 ? [doc.paragraph(t("and {0} more unchanged; --json lists them all", number(moreTests)))] : []),
    ),
    doc.group(doc.paragraph(counts.join(", ")), doc.paragraph(totalsText(view, words))),
    ...(view.tool_changes.length === 0
      ? []
      : [
          doc.group(
            doc.heading(t("Tool calls {0} → {1}", number(view.tool_count_before), number(view.tool_count_after))),
            doc.list(
              view.tool_changes.map(({ tool, before: was, after: is }) => ({ text: `${tool}: ${number(was)} → ${number(is)}` })),
            ),
          ),
        ]),
    ...(notes.length === 0
      ? []
      : [
          doc.group(
            doc.heading(t("Worth a look")),
            doc.list(notes.slice(0, maxListed).map((text) => ({ text }))),
            ...(moreNotes > 0 ? [doc.paragraph(t("and {0} more notes; --json lists them all", number(moreNotes)))] : []),
          ),
        ]),
    ...(warnings.length === 0 ? [] : [doc.group(...warnings.map(doc.warning))]),
  ];
}
