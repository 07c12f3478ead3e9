import type { TeamAnswer } from "../../operations/team.ts";
import type { Style } from "./style.ts";
import { renderRows } from "./sync.ts";
import { count, plain } from "./text.ts";

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
      return `${plain(answer.result.email)} is ${answer.result.role} of the team.`;
    case "remove":
      return `${plain(answer.result.email)} is no member any more.`;
    case "set":
      return answer.result.value === null ? `${plain(answer.result.key)} removed.` : `${plain(answer.result.key)} set.`;
    default:
      return answer satisfies never;
  }
}
