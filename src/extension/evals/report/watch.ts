import type { EvalWatchView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import type { TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { duration, testName, usd, whole } from "../figures.ts";

/** Tests listed in the report; the rest is counted. */
const shownTests = 500;

/** `12/40` tests done, or `12` where nobody knows how many there will be. */
export const doneText = ({ completed, expected }: EvalWatchView, style: TimeStyle): string =>
  expected === null
    ? whole(completed.length, style)
    : `${whole(completed.length, style)}/${whole(Math.max(expected, completed.length), style)}`;

/** Failed tests of a collector so far. */
export const failedSoFar = ({ completed }: EvalWatchView): number => completed.filter(({ passed }) => !passed).length;

/** What a collector is doing or did last, in words. */
export function stateText(state: EvalWatchView["state"], t: Translate): string {
  switch (state) {
    case "none":
      return t("No collector has run here yet.");
    case "running":
      return t("Running");
    case "finished":
      return t("Finished");
    case "failed":
      return t("Failed");
    case "gone":
      return t("Its process has ended without a word; what it had added is kept.");
    default:
      return state satisfies never;
  }
}

/** One picture of a collector as a Markdown document: what it does, failed tests first, then the newest. */
export function evalWatchReport(view: EvalWatchView, style: TimeStyle, t: Translate): string {
  if (view.state === "none")
    return `# ${t("Collector")}\n\n${stateText("none", t)} ${t("Tests report with the library `reward-ledger/collector`.")}\n`;
  const { completed, current } = view;
  const rows: readonly (readonly [string, string | null])[] = [
    [t("State"), stateText(view.state, t)],
    [t("Tests done"), doneText(view, style)],
    [t("Failed"), whole(failedSoFar(view), style)],
    [t("Cost"), usd(view.total_cost_usd, style)],
    [t("Took"), duration(view.elapsed_seconds)],
    [
      t("Running now"),
      current === null ? null : `${current.test}, ${duration(current.elapsed_seconds)}, ${t("turn {0}", current.turn)}`,
    ],
    [t("Last tool"), current?.last_tool ?? null],
    [t("Run"), view.run_id],
  ];
  const sections = [
    `# ${t("Collector")}`,
    table(
      [" ", " "],
      ["left", "left"],
      rows.flatMap(([name, value]) => (value === null ? [] : [[plain(name), plain(value)]])),
    ),
    ...(current?.stale === true ? [`⚠ ${plain(t("No tool was called for more than ten minutes."))}`] : []),
  ];
  if (completed.length > 0) {
    const newest = completed.toReversed();
    const listed = [...newest.filter(({ passed }) => !passed), ...newest.filter(({ passed }) => passed)];
    sections.push(
      `## ${t("Tests")}`,
      table(
        ["", t("Test"), t("Cost"), t("Turns"), t("Took")],
        ["left", "left", "right", "right", "right"],
        listed
          .slice(0, shownTests)
          .map((test) => [
            test.passed ? "✓" : "✗",
            plain(testName(test)),
            test.cost_usd === null ? "–" : plain(usd(test.cost_usd, style)),
            test.turns === null ? "–" : whole(test.turns, style),
            test.seconds === null ? "–" : duration(test.seconds),
          ]),
      ),
    );
    if (listed.length > shownTests) sections.push(t("and {0} more", whole(listed.length - shownTests, style)));
  }
  return `${sections.join("\n\n")}\n`;
}
