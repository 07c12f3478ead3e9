import * as doc from "../../../kernel/document.ts";
import type { EvalWatchView } from "../operations/views.ts";
import { duration, orDash, passText, testName } from "./figures.ts";

type CompletedTest = EvalWatchView["completed"][number];

/** The state of a collector, in words. */
export function collectorText(state: EvalWatchView["state"], { t }: Pick<doc.Words, "t">): string {
  return {
    none: t("No collector has run here yet."),
    running: t("Running"),
    finished: t("Finished"),
    failed: t("Failed"),
    gone: t("The collector exited unexpectedly. Results recorded so far were kept."),
  }[state];
}

const stateTones: Readonly<Record<EvalWatchView["state"], (text: string) => doc.Text>> = {
  none: (text) => text,
  running: doc.info,
  finished: doc.good,
  failed: doc.bad,
  gone: doc.bad,
};

/** Number of tests that failed so far. */
export const failedSoFar = ({ completed }: Pick<EvalWatchView, "completed">): number =>
  completed.filter(({ passed }) => !passed).length;

function currentLines({ current }: EvalWatchView, { t, number }: doc.Words): readonly doc.Block[] {
  if (current === null) return [];
  const turn = t("turn {0}", number(current.turn));
  const tool = current.last_tool === null ? "" : `, ${t("last tool {0}", current.last_tool)}`;
  const line = doc.paragraph([doc.info("…"), ` ${current.test}  ${duration(current.elapsed_seconds)}, ${turn}${tool}`]);
  return current.stale ? [line, doc.paragraph(doc.caution(t("No tool was called for more than ten minutes.")))] : [line];
}

/** `2 of 40 tests done, 1 failed, $0.20, 1m 5s`. */
function sumText(view: EvalWatchView, words: doc.Words): string {
  const { t, number, usd } = words;
  const { completed, expected } = view;
  const tests = doc.counted(words, expected ?? completed.length, "{0} test", "{0} tests");
  const failed = failedSoFar(view);
  return [
    t("{0} done", expected === null ? tests : t("{0} of {1}", number(completed.length), tests)),
    ...(failed === 0 ? [] : [t("{0} failed", number(failed))]),
    usd(view.total_cost_usd),
    duration(view.elapsed_seconds),
  ].join(", ");
}

const durationText = ({ seconds }: CompletedTest): string => orDash(seconds, duration);

/** A line for a finished test that never changes, for output that cannot be redrawn. */
const completedLine = (one: CompletedTest, words: doc.Words): doc.Block => {
  const { t, number, usd } = words;
  const attempts = one.attempts > 1 ? ` (${t("{0} attempts", number(one.attempts))})` : "";
  return doc.paragraph([
    passText(one.passed, words),
    `  ${testName(one)}${attempts}  ${orDash(one.cost_usd, usd)}  ${durationText(one)}`,
  ]);
};

/**
 * One frame of a collector: the finished tests, the running test, and the totals. In output that cannot be redrawn, only final
 * lines are shown, in the order in which they become final.
 * @param order a terminal shows the end of a long frame, a document its beginning
 */
export function evalWatchDocument(
  view: EvalWatchView,
  words: doc.Words,
  order: "as-done" | "failed-first" = "as-done",
): doc.Document {
  const { t, number, usd } = words;
  const { state, completed } = view;
  if (state === "none")
    return [
      doc.group(
        doc.paragraph(collectorText(state, words)),
        doc.paragraph(t("Tests report with the library `reward-ledger/collector`; see docs/eval-results.md.")),
      ),
    ];
  const head = doc.paragraph([stateTones[state](collectorText(state, words)), ` ${view.run_id ?? ""}`]);
  const sum = doc.paragraph(sumText(view, words));
  if (!words.interactive) {
    const lines = completed.map((one) => completedLine(one, words));
    return [doc.group(...(state === "running" ? [head, ...lines] : [...lines, head, sum]))];
  }
  const columns: readonly doc.Column<CompletedTest>[] = [
    { head: "", cell: ({ passed }) => passText(passed, words) },
    { head: t("Test"), shrink: 16, cell: testName },
    { head: t("Cost"), align: "right", cell: ({ cost_usd }) => orDash(cost_usd, usd) },
    { head: t("Turns"), align: "right", drop: 1, cell: ({ turns }) => orDash(turns, number) },
    { head: t("Duration"), align: "right", cell: durationText },
  ];
  const latestFirst = completed.toReversed();
  const rows =
    order === "as-done"
      ? completed
      : [...latestFirst.filter(({ passed }) => !passed), ...latestFirst.filter(({ passed }) => passed)];
  return [doc.group(head, ...(rows.length === 0 ? [] : [doc.table(columns, rows)]), ...currentLines(view, words), sum)];
}
