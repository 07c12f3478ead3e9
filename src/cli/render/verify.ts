import { unreadableFacts } from "../../features/maintenance/operations/own-problems.ts";
import type { StatusView, VerifyView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { coins } from "./figures.ts";
import { type CellColumn, table } from "./table.ts";
import { count, number, plain } from "./text.ts";

type Problem = VerifyView["problems"][number];

function place(problem: Problem): string {
  const parts = [
    problem.device === null ? null : `device ${problem.device}`,
    problem.segment === null ? null : `segment ${problem.segment}`,
    problem.offset === null ? null : `byte ${problem.offset}`,
    problem.seq === null ? null : `fact ${problem.seq}`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

function problems(view: VerifyView, style: Style): string {
  const { colors } = style;
  const lines = view.problems.map((problem) => {
    const where = place(problem);
    return `  ${colors.red(problem.kind)}  ${plain(problem.message)}${where === "" ? "" : `\n    ${colors.dim(where)}`}`;
  });
  return `${lines.join("\n")}\n\nThe journal is left as it is: facts that are whole still count, the others are skipped.`;
}

/** Facts of other members that cannot be read, counted by device. */
const warnings = (view: VerifyView, { colors }: Style): string =>
  unreadableFacts(view.warnings)
    .map(
      ({ device, member, facts, first }) =>
        `${colors.yellow("warning")}  ${count(facts, "fact")} of device ${plain(device)} of ${plain(member)} cannot be read\n  ${colors.dim(plain(first))}`,
    )
    .join("\n");

const deviceColumns: readonly CellColumn<VerifyView["devices"][number]>[] = [
  { head: "Device", shrink: 12, cell: ({ device }) => plain(device) },
  { head: "Name", shrink: 8, cell: ({ name }) => plain(name ?? "-") },
  { head: "Facts", align: "right", cell: ({ facts }) => number(facts) },
  { head: "Head", cell: ({ head }) => head?.slice(0, 12) ?? "-" },
];

const agentColumns: readonly CellColumn<StatusView>[] = [
  { head: "Agent", shrink: 12, cell: ({ agent }) => plain(agent) },
  { head: "Coins", align: "right", cell: (view) => coins(view.coins) },
  { head: "Runs", align: "right", cell: ({ runs }) => number(runs) },
];

/** What was checked and found: a line, the devices, the recomputed totals, and every problem. */
export function renderVerify(view: VerifyView, style: Style): string {
  const { colors } = style;
  const checked = `${count(view.facts, "fact")} of ${count(view.devices.length, "device")}`;
  const verdict = view.ok
    ? `${colors.green("OK")}  ${checked}: every hash, sequence and total is right`
    : `${colors.red("NOT OK")}  ${checked}: ${count(view.problems.length, "problem")}`;
  const devices = table(deviceColumns, view.devices, style);
  const agents = table(agentColumns, view.agents, style);
  return [
    verdict,
    ...(view.ok ? [] : [problems(view, style)]),
    ...(view.warnings.length > 0 ? [warnings(view, style)] : []),
    ...(view.devices.length > 0 ? [devices] : []),
    ...(view.agents.length > 0 ? [agents] : []),
  ].join("\n\n");
}
