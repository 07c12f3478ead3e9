import { duration } from "../../features/evals/documents/figures.ts";
import { collectorText, failedSoFar } from "../../features/evals/documents/watch.ts";
import type { EvalWatchView } from "../../features/evals/operations/views.ts";
import type { Words } from "../../kernel/document.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { editorWords } from "../../render/markdown/words.ts";
import { labelBesideIcons } from "../format/label.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** `12/40` tests done, or `12` if the total is unknown. */
const doneText = ({ completed, expected }: EvalWatchView, { number }: Pick<Words, "number">): string =>
  expected === null ? number(completed.length) : `${number(completed.length)}/${number(Math.max(expected, completed.length))}`;

/** The item's text (with an icon), its text for screen readers, and its tooltip as Markdown. */
export function progressText(
  view: EvalWatchView,
  style: TimeStyle,
  t: Translate,
): Readonly<{ text: string; spoken: string; tooltip: string }> {
  const words = editorWords(style, t);
  const { number, usd } = words;
  const state = collectorText(view.state, words);
  const failed = failedSoFar(view);
  const done = doneText(view, words);
  const cost = view.total_cost_usd === 0 ? [] : [usd(view.total_cost_usd)];
  const failures = failed === 0 ? [] : [t("{0} failed", number(failed))];
  const details = [...failures, ...cost].join(" · ");
  const rows = [
    [t("Tests done"), done],
    [t("Failed"), number(failed)],
    [t("Cost"), usd(view.total_cost_usd)],
    [t("Duration"), duration(view.elapsed_seconds)],
    ...(view.current === null ? [] : [[t("Running now"), view.current.test]]),
  ];
  return {
    text: [`$(${iconOf(view, failed)}) ${t("Evals")} ${done}`, labelBesideIcons(details)]
      .filter((part) => part !== "")
      .join(" · "),
    spoken: [t("Evals"), state, `${t("Tests done")}: ${done}`, ...failures, ...cost].join(", "),
    tooltip: [
      `**${plain(state)}**`,
      table(
        [" ", " "],
        ["left", "left"],
        rows.map((row) => row.map(plain)),
      ),
      ...(view.current?.stale === true ? [plain(t("No tool was called for more than ten minutes."))] : []),
      plain(t("Click to see each test.")),
    ].join("\n\n"),
  };
}

function iconOf({ state, current }: EvalWatchView, failed: number): string {
  return {
    running: current?.stale === true ? "watch" : "loading~spin",
    finished: failed === 0 ? "pass" : "warning",
    failed: "error",
    gone: "error",
    none: "beaker",
  }[state];
}
