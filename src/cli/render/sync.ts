import type { SyncAnswer } from "../../features/team/operations/sync.ts";
import type { SyncProblem, SyncRunView, SyncSignInView, SyncStatusView, SyncTestView } from "../../ports/sync.ts";
import type { Style } from "../../render/terminal/style.ts";
import { relative, until } from "../../render/terminal/time.ts";
import { fields } from "./fields.ts";
import { teamResetLines } from "./resets.ts";
import { type CellColumn, table } from "./table.ts";
import { count, number, plain } from "./text.ts";

const notSetUp =
  "Sync is not set up here. Nothing leaves this machine.\nSet it up with:  reward-ledger sync setup --url URL --anon-key KEY --team SLUG";

function problemLines(problems: readonly SyncProblem[], { colors }: Style): readonly string[] {
  return problems.map(({ kind, message, hint }) => `  ${colors.red(kind)}  ${plain(message)}\n    ${colors.dim(plain(hint))}`);
}

const deviceColumns: readonly CellColumn<SyncStatusView["devices"][number]>[] = [
  { head: "Device", shrink: 8, cell: ({ device }) => plain(device) },
  { head: "Name", shrink: 8, cell: ({ name }) => plain(name) },
  { head: "User", shrink: 8, cell: ({ user }) => plain(user ?? "-") },
  { head: "Here", align: "right", cell: ({ have }) => number(have) },
  { head: "Team", align: "right", cell: ({ head }) => number(head) },
];

function renderStatus(view: SyncStatusView, style: Style): string {
  const proposed = proposalLines(view.proposal, style);
  if (!view.configured)
    return [proposed.length > 0 ? proposed : [notSetUp], problemLines(view.problems, style)].flat().join("\n");
  const online = view.online === null ? "not asked" : view.online ? "yes" : "no";
  const rows = fields(
    [
      { label: "Team", value: plain(view.team ?? "-"), remark: plain(view.url ?? "") },
      { label: "Signed in", value: view.signed_in ? plain(view.user ?? "yes") : "no" },
      { label: "Enabled", value: view.enabled ? "yes" : "no" },
      { label: "Online", value: online },
      { label: "Unsent", value: number(view.unsent) },
      { label: "Last push", value: view.last_push === null ? "never" : relative(view.last_push, style) },
      { label: "Last pull", value: view.last_pull === null ? "none complete yet" : relative(view.last_pull, style) },
      ...(view.retry_at === null ? [] : [{ label: "Next try", value: until(view.retry_at, style) }]),
    ],
    style,
  );
  const devices = view.devices.length === 0 ? [] : ["", table(deviceColumns, view.devices, style)];
  const problems = view.problems.length === 0 ? [] : ["", ...problemLines(view.problems, style)];
  const resets = view.resets.length === 0 ? [] : ["", ...teamResetLines(view.resets, style)];
  return [rows, ...devices, ...resets, ...problems, ...(proposed.length === 0 ? [] : ["", ...proposed])].join("\n");
}

function proposalLines(proposal: SyncStatusView["proposal"], { colors }: Style): readonly string[] {
  if (proposal === null) return [];
  const { team, url, source, project } = proposal;
  return [
    `${colors.yellow("proposed")}  ${plain(source)} names the team ${plain(team)} at ${plain(url)}. Nothing is sent there before you agree.`,
    `  \`reward-ledger sync preview\` prints what would leave of ${plain(project)}.`,
    `  To agree:  reward-ledger sync now --yes-to ${plain(team)}`,
  ];
}

function renderRun(view: SyncRunView, style: Style): string {
  if (!view.configured) return notSetUp;
  const line = `${count(view.pushed, "fact")} sent, ${number(view.pulled)} fetched, ${number(view.unsent)} unsent`;
  return [line, ...problemLines(view.problems, style)].join("\n");
}

function renderTest({ steps }: SyncTestView, { colors }: Style): string {
  return steps
    .map(
      ({ name, ok, ms, detail }) =>
        `${ok ? colors.green("ok  ") : colors.red("FAIL")}  ${name}  ${plain(detail)}  ${colors.dim(`${ms} ms`)}`,
    )
    .join("\n");
}

const signInLine = (view: SyncSignInView, style: Style): string =>
  view.signed_in ? signedInLine(view, style) : mailedLine(view.user ?? "-");

const mailedLine = (email: string): string =>
  `A mail is on its way to ${plain(email)}. Do not open its link, copy it:\n  reward-ledger sync login --email ${plain(email)} --code "LINK OR CODE"`;

function signedInLine({ user, url, team, role, problem }: SyncSignInView, style: Style): string {
  const line = `Signed in to ${plain(url)} as ${plain(user ?? "-")}.`;
  if (problem !== null) return [`${line} The team could not be asked:`, ...problemLines([problem], style)].join("\n");
  return role === null
    ? `${line} You are not a member of ${plain(team)} yet: ask an owner, or create it with \`reward-ledger team create\`.`
    : `${line} Team ${plain(team)}, ${role}.`;
}

/** Rows of a table of the team under their own names. */
export function renderRows(rows: readonly Readonly<Record<string, unknown>>[], style: Style): string {
  const [first] = rows;
  if (first === undefined) return "None yet.";
  const cell = (value: unknown): string =>
    plain(typeof value === "string" ? value : value === null ? "-" : JSON.stringify(value));
  return table(
    Object.keys(first).map((head) => ({ head, shrink: 8, cell: (row) => cell(row[head] ?? null) })),
    rows,
    style,
  );
}

/** An answer of `sync`. */
export function renderSync(answer: SyncAnswer, style: Style): string {
  switch (answer.action) {
    case "setup":
      return `Team ${plain(answer.result.team)} at ${plain(answer.result.url)}, written to ${plain(answer.result.file)}.\nNext:  reward-ledger sync login`;
    case "login":
      return signInLine(answer.result, style);
    case "logout":
      return answer.result.signed_out ? "Signed out." : "Nobody was signed in.";
    case "status":
      return renderStatus(answer.result, style);
    case "now":
    case "push":
    case "pull":
      return renderRun(answer.result, style);
    case "test":
      return renderTest(answer.result, style);
    case "show":
      return [renderRows(answer.result.rows, style), ...teamResetLines(answer.result.resets, style)].join("\n");
    case "migrations": {
      const { files, out, server, missing } = answer.result;
      const written = out === null ? [] : [`${count(files.length, "file")} written to ${plain(out)}.`];
      if (missing === null) return [...(out === null ? files : []), ...written].join("\n");
      const state =
        missing.length === 0
          ? [`The server has all ${number(files.length)} migrations.`]
          : ["The server lacks:", ...missing, "Apply them in order, then all files that come after the first of them again."];
      return [...written, `Last on the server: ${plain(server ?? "none")}`, ...state].join("\n");
    }
    case "preview": {
      const { configured, unsent, withheld, facts } = answer.result;
      if (!configured) return notSetUp;
      const head = `${count(unsent, "fact")} would leave${withheld === 0 ? "" : `, ${number(withheld)} of them without their data`}`;
      return [head, ...facts.map((fact) => JSON.stringify(fact, null, 2))].join("\n");
    }
    default:
      return answer satisfies never;
  }
}
