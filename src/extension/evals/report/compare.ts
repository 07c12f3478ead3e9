import type { EvalCompareView, EvalDeltaView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import { fullTime, type TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { duration, testName, usd, usdChange, whole } from "../figures.ts";
import { passedOf } from "../texts.ts";

/** Tests listed in the report; the rest is counted. */
const shownTests = 500;
type Change = EvalDeltaView["change"];

/** Two runs test by test as a Markdown document: what it comes to, what changed first. */
export function evalCompareReport(view: EvalCompareView, style: TimeStyle, t: Translate): string {
  const { before, after, deltas, notes, warnings } = view;
  const changes: readonly Change[] = ["regressed", "improved", "added", "removed", "unchanged"];
  const seconds = view.total_duration_delta_ms / 1000;
  const sections = [
    `# ${t("Comparison")}`,
    table(
      ["", t("Before"), t("After")],
      ["left", "left", "left"],
      [
        [t("Time"), fullTime(before.timestamp, style), fullTime(after.timestamp, style)],
        [t("Branch"), before.git_branch, after.git_branch],
        [t("Version"), before.version, after.version],
        [t("Tier"), before.tier, after.tier],
        [t("Passed"), passedOf(before, style), passedOf(after, style)],
        ["ID", before.id, after.id],
      ].map((row) => row.map(plain)),
    ),
    ...warnings.map((one) => `⚠ ${plain(one)}`),
    changes
      .filter((change) => view[change] > 0)
      .map((change) => `**${whole(view[change], style)}** ${plain(changeText(change, t))}`)
      .join(" · "),
    plain(
      t(
        "Cost {0}, time {1}",
        usdChange(view.total_cost_delta_usd, style),
        `${seconds < 0 ? "−" : "+"}${duration(Math.abs(seconds))}`,
      ),
    ),
  ];
  if (notes.length > 0) sections.push(`## ${t("Worth a look")}`, notes.map((note) => `- ${plain(note)}`).join("\n"));
  const listed = changes.flatMap((change) => deltas.filter((delta) => delta.change === change));
  if (listed.length > 0) {
    sections.push(
      `## ${t("Tests")}`,
      table(
        ["", t("Test"), t("Before"), t("After"), t("Cost"), t("Turns"), t("Took")],
        ["left", "left", "left", "left", "right", "right", "right"],
        listed.slice(0, shownTests).map((delta) => rowOf(delta, style, t)),
      ),
    );
    if (listed.length > shownTests) sections.push(t("and {0} more", whole(listed.length - shownTests, style)));
  }
  if (view.tool_changes.length > 0)
    sections.push(
      `## ${t("Tool calls")}`,
      table(
        [t("Tool"), t("Before"), t("After")],
        ["left", "right", "right"],
        view.tool_changes.map((one) => [plain(one.tool), whole(one.before, style), whole(one.after, style)].map(String)),
      ),
    );
  return `${sections.join("\n\n")}\n`;
}

function rowOf(
  { change, suite, name, occurrence, before, after }: EvalDeltaView,
  style: TimeStyle,
  t: Translate,
): readonly string[] {
  const both = (text: (state: NonNullable<EvalDeltaView["before"]>) => string | null): string => {
    const [was, is] = [before, after].map((state) => (state === null ? null : text(state)));
    if ((was ?? null) === null && (is ?? null) === null) return "–";
    return was === is ? (is ?? "–") : `${was ?? "–"} → ${is ?? "–"}`;
  };
  const passed = (state: EvalDeltaView["before"]): string => (state === null ? "–" : state.passed ? "✓" : "✗");
  return [
    `${changeMark(change)} ${changeText(change, t)}`,
    `${testName({ suite, name })}${occurrence === 1 ? "" : ` (${occurrence})`}`,
    passed(before),
    passed(after),
    both(({ cost_usd: cost }) => (cost === null ? null : usd(cost, style))),
    both(({ turns_used: turns }) => (turns === null ? null : whole(turns, style))),
    both(({ duration_ms: ms }) => (ms === null ? null : duration(ms / 1000))),
  ].map(plain);
}

function changeMark(change: Change): string {
  switch (change) {
    case "improved":
      return "↑";
    case "regressed":
      return "↓";
    case "unchanged":
      return "=";
    case "added":
      return "+";
    case "removed":
      return "−";
    default:
      return change satisfies never;
  }
}

function changeText(change: Change, t: Translate): string {
  switch (change) {
    case "improved":
      return t("improved");
    case "regressed":
      return t("regressed");
    case "unchanged":
      return t("unchanged");
    case "added":
      return t("added");
    case "removed":
      return t("removed");
    default:
      return change satisfies never;
  }
}
