import type { EvalLeaderboardView } from "../../features/evals/operations/views.ts";
import type { SyncTestView, TeamMemberView, TeamShowView } from "../../ports/sync.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { teamResetTexts } from "../format/sync.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

const cell = (value: unknown): string =>
  value === null || value === undefined ? "–" : plain(typeof value === "string" ? value : JSON.stringify(value));

const percent = (share: number | null): string => (share === null ? "–" : `${Math.round(share * 100)} %`);
const usd = (amount: number, complete: boolean): string => `${complete ? "" : "≥ "}$${amount.toFixed(2)}`;

/** Rows of the team's tables, each column under its own name. */
export function teamRowsReport({ team, view, rows, resets }: TeamShowView, style: TimeStyle, t: Translate): string {
  const columns = Object.keys(rows[0] ?? {});
  const body =
    columns.length === 0
      ? t("None yet.")
      : table(
          columns.map(plain),
          columns.map(() => "left"),
          rows.map((row) => columns.map((name) => cell(row[name]))),
        );
  const notes = teamResetTexts(resets, style, t).map((text) => `\n${plain(text)}\n`);
  return `# ${plain(team)}: ${plain(view)}\n\n${body}\n${notes.join("")}`;
}

/** The members of a team, with their roles. */
export function teamMembersReport(members: readonly TeamMemberView[], t: Translate): string {
  const rows = members.map(({ email, name, role, joined_at }) => [
    cell(email),
    cell(name),
    cell(role),
    cell(joined_at.slice(0, 10)),
  ]);
  return `# ${t("Team Members")}\n\n${table([t("Address"), t("Name"), t("Role"), t("Since")], ["left", "left", "left", "left"], rows)}\n`;
}

/** Each step of the connection to the team and whether it worked. */
export function syncTestReport({ ok, steps }: SyncTestView, t: Translate): string {
  const rows = steps.map(({ name, ok: worked, ms, detail }) => [worked ? "✓" : "✗", cell(name), cell(detail), `${ms} ms`]);
  const head = ok ? t("✓ Every step of the connection works.") : t("✗ The connection does not work.");
  return `# ${t("Team Connection")}\n\n${head}\n\n${table(["", t("Step"), t("Result"), t("Time")], ["left", "left", "left", "right"], rows)}\n`;
}

/** What each member ran of evals and what it cost. */
export function leaderboardReport(view: EvalLeaderboardView, t: Translate): string {
  const rows = view.members.map(({ member, me, runs, pass_rate, total_cost_usd, cost_complete }) => [
    me ? `**${plain(member)}**` : plain(member),
    String(runs),
    percent(pass_rate),
    usd(total_cost_usd, cost_complete),
  ]);
  const body =
    rows.length === 0
      ? t("No member ran evals in this time.")
      : table([t("Member"), t("Runs"), t("Passed"), t("Spent")], ["left", "right", "right", "right"], rows);
  return `# ${t("Eval Leaderboard, Last {0} Days", view.days)}\n\n${body}\n`;
}
