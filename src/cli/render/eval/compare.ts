import type { EvalCompareAnswer, EvalCompareView, EvalDeltaView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import { type CellColumn, table } from "../table.ts";
import { number, plain } from "../text.ts";
import { passText, seconds, shortIds, usd } from "./figures.ts";

const signed = (value: number, text: (size: number) => string): string => `${value < 0 ? "-" : "+"}${text(Math.abs(value))}`;

function arrow({ change }: EvalDeltaView, { colors }: Style): string {
  switch (change) {
    case "improved":
      return colors.green("↑ improved");
    case "regressed":
      return colors.red("↓ regressed");
    case "unchanged":
      return colors.dim("=");
    case "added":
      return "+ added";
    case "removed":
      return "- removed";
    default:
      return change satisfies never;
  }
}

const stateText = (state: EvalDeltaView["before"], style: Style): string =>
  state === null ? "-" : passText(state.passed, style);

const both = <T>(before: T | null | undefined, after: T | null | undefined, text: (value: T) => string): string =>
  before === null && after === null
    ? "-"
    : [before, after].map((one) => (one === null || one === undefined ? "-" : text(one))).join(" → ");

const isRetried = ({ before, after }: EvalDeltaView): boolean => (before?.attempts ?? 1) > 1 || (after?.attempts ?? 1) > 1;

/** Rows of unchanged tests, and notes, that a terminal is given; `--json` has them all. */
const most = 20;

const left = (all: number, what: string): readonly string[] =>
  all > most ? [`and ${number(all - most)} more ${what}; --json lists them all`] : [];

/** A comparison, or that there is none. */
export function renderCompareAnswer(view: EvalCompareAnswer, style: Style): string {
  if (view.before !== null) return renderCompare(view, style);
  const { after } = view;
  return `Nothing to compare ${plain(after.id)} with: ${plain(after.tier)} has no earlier run and no baseline.\nThe next run is compared with it.`;
}

/** Two runs test by test, what changed first, and what that comes to. */
function renderCompare(view: EvalCompareView, style: Style): string {
  const attempts: CellColumn<EvalDeltaView> = {
    head: "Attempts",
    align: "right",
    cell: ({ before, after }) => both(before?.attempts, after?.attempts, String),
  };
  const columns: readonly CellColumn<EvalDeltaView>[] = [
    { head: "Test", shrink: 16, cell: ({ suite, name }) => plain(suite === "" ? name : `${suite} / ${name}`) },
    { head: "Before", cell: ({ before }) => stateText(before, style) },
    { head: "After", cell: ({ after }) => stateText(after, style) },
    { head: "", cell: (delta) => arrow(delta, style) },
    ...(view.deltas.some(isRetried) ? [attempts] : []),
    { head: "Cost", align: "right", drop: 2, cell: ({ before, after }) => both(before?.cost_usd, after?.cost_usd, usd) },
    { head: "Turns", align: "right", drop: 3, cell: ({ before, after }) => both(before?.turns_used, after?.turns_used, String) },
    {
      head: "Time",
      align: "right",
      drop: 1,
      cell: ({ before, after }) => both(before?.duration_ms, after?.duration_ms, (ms) => seconds(ms / 1000)),
    },
  ];
  const short = shortIds([view.before.id, view.after.id]);
  const side = ({ id, git_branch, timestamp }: EvalCompareView["before"]): string =>
    `${short(id)} ${plain(git_branch)} ${absolute(timestamp, style)}`;
  const changed = view.deltas.filter(({ change }) => change !== "unchanged");
  const unchanged = view.deltas.filter(({ change }) => change === "unchanged");
  const counts = (["improved", "regressed", "unchanged", "added", "removed"] as const)
    .filter((change) => view[change] > 0)
    .map((change) => `${number(view[change])} ${change}`)
    .join(", ");
  const cost = `${view.cost_complete ? "" : "about "}${signed(view.total_cost_delta_usd, usd)}${view.cost_complete ? "" : " (some of it has no known price)"}`;
  const totals = `Cost ${cost}, time ${signed(view.total_duration_delta_ms, (ms) => seconds(ms / 1000))}`;
  const tools = view.tool_changes.map((one) => `  ${plain(one.tool)}: ${one.before} → ${one.after}`);
  return [
    `Before  ${side(view.before)}\nAfter   ${side(view.after)}`,
    [table(columns, [...changed, ...unchanged.slice(0, most)], style), ...left(unchanged.length, "unchanged")].join("\n"),
    `${counts}\n${totals}`,
    ...(tools.length === 0 ? [] : [`Tool calls ${view.tool_count_before} → ${view.tool_count_after}\n${tools.join("\n")}`]),
    ...(view.notes.length === 0
      ? []
      : [[...view.notes.slice(0, most).map((note) => `- ${plain(note)}`), ...left(view.notes.length, "notes")].join("\n")]),
    ...view.warnings.map((one) => `${style.colors.yellow("warning")} ${plain(one)}`),
  ].join("\n\n");
}
