import type { TeamAnswer } from "../../features/team/operations/team.ts";
import type { InvitationsView } from "../../ports/sync.ts";
import type { Style } from "../../render/terminal/style.ts";
import { renderRows } from "./sync.ts";
import { count, plain } from "./text.ts";

function renderInvitations({ received, sent }: InvitationsView, style: Style): string {
  const toYou =
    received.length === 0
      ? "No invitations to you."
      : `${renderRows(
          received.map(({ team, name, role, by, at }) => ({ Team: team, Name: name, Role: role, By: by, Sent: at })),
          style,
        )}\nNext:  reward-ledger team accept ${plain(received[0]?.team ?? "SLUG")}`;
  if (sent.length === 0) return toYou;
  const byTeam = renderRows(
    sent.map(({ email, role, at }) => ({ Invited: email, Role: role, Sent: at })),
    style,
  );
  return `${toYou}\n\n${byTeam}\n${count(sent.length, "unanswered invitation")}`;
}

/** An answer of `team`. */
export function renderTeam(answer: TeamAnswer, style: Style): string {
  switch (answer.action) {
    case "create":
      return `Team ${plain(answer.result.team)} created (${plain(answer.result.id)}).\nNext:  reward-ledger team add EMAIL`;
    case "members":
      return `${renderRows(
        answer.result.map(({ email, user, name, role }) => ({ Member: email ?? user, Name: name, Role: role })),
        style,
      )}\n${count(answer.result.length, "member")}`;
    case "add":
      return answer.result.invited
        ? `${plain(answer.result.email)} is invited as ${answer.result.role}.\nNext:  ask them to sign in with this address and run reward-ledger team invitations`
        : `${plain(answer.result.email)} is ${answer.result.role} of the team.`;
    case "invitations":
      return renderInvitations(answer.result, style);
    case "accept":
      return `You are in the team ${plain(answer.result.team)}.\nNext:  reward-ledger sync now`;
    case "decline":
      return `The invitation to ${plain(answer.result.team)} is declined.`;
    case "remove":
      return `${plain(answer.result.email)} is no longer a member or invited.`;
    case "reset": {
      const { agent, undone, runs } = answer.result;
      const of = agent === null ? "" : ` for ${plain(agent)}`;
      return undone
        ? `The latest reset of the team${of} is taken back: ${count(runs, "run")} count again in the team's totals.`
        : `The team starts again from zero${of}: ${count(runs, "run")} no longer count in the team's totals. Own totals stay.\nTake it back with:  reward-ledger team reset --undo`;
    }
    case "set":
      return answer.result.value === null ? `${plain(answer.result.key)} removed.` : `${plain(answer.result.key)} set.`;
    default:
      return answer satisfies never;
  }
}
