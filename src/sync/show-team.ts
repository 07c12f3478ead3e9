import type { TeamShowView } from "../ports/sync.ts";
import type { Remote } from "./remote.ts";
import type { SyncContext } from "./sync-context.ts";
import { fetchResets, resetViews } from "./team-resets.ts";

/** Reads tables of the team from the server, latest rows first. */
export const showTeam = (
  { asked, options: { ledger } }: SyncContext,
  view: "summary" | "runs" | "evals" | "members",
): Promise<TeamShowView> =>
  asked("show the team", ({ connection, target }) =>
    connection.as(async (remote) => {
      const team = await connection.teamId(remote);
      const { resets } = await connection.file.load();
      return {
        team: target.team,
        view,
        rows: await rowsOf(remote, team, view),
        resets: view === "summary" ? await resetViews(ledger, await fetchResets(remote, team, resets)) : [],
      };
    }),
  );

const rowLimit = 20;

async function rowsOf(
  remote: Remote,
  team: string,
  view: "summary" | "runs" | "evals" | "members",
): Promise<TeamShowView["rows"]> {
  switch (view) {
    case "summary":
      return (await remote.standings(team)).map(({ agent, coinTenths, streakPass, streakBlock, lastVerdict }) => ({
        agent,
        coins: coinTenths / 10,
        streak_pass: streakPass,
        streak_block: streakBlock,
        last_verdict: lastVerdict,
      }));
    case "runs":
      return withUserNames(remote, team, await remote.newest("review_runs", team, rowLimit));
    case "evals":
      return withUserNames(remote, team, await remote.newest("eval_runs", team, rowLimit));
    case "members":
      return (await remote.members(team)).map((member) => ({ ...member }));
    default:
      return view satisfies never;
  }
}

/** Replaces the user id of each row with the user's name. */
async function withUserNames(remote: Remote, team: string, rows: TeamShowView["rows"]): Promise<TeamShowView["rows"]> {
  const names = new Map((await remote.members(team)).map(({ user, email, name }) => [user, name ?? email ?? user]));
  return rows.map(({ user_id, ...row }) => ({
    user: typeof user_id === "string" ? (names.get(user_id) ?? user_id) : null,
    ...row,
  }));
}
