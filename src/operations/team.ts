import * as z from "zod";
import { usage } from "../domain/errors.ts";
import type { TeamMemberView } from "../domain/sync.ts";
import { defineOperation } from "./operation.ts";

/** What `team` answered; the command line prints `result` alone. */
export type TeamAnswer =
  | Readonly<{ action: "create"; result: Readonly<{ team: string; id: string }> }>
  | Readonly<{ action: "members"; result: readonly TeamMemberView[] }>
  | Readonly<{ action: "add"; result: Readonly<{ email: string; role: string }> }>
  | Readonly<{ action: "remove"; result: Readonly<{ email: string }> }>
  | Readonly<{ action: "set"; result: Readonly<{ key: string; value: string | null }> }>;

const forms = {
  create: "create SLUG NAME",
  members: "members",
  add: "add EMAIL [--role R]",
  remove: "remove EMAIL",
  set: "set KEY [VALUE]",
} as const;

export const team = defineOperation({
  name: "team",
  summary: "Create a team, and manage its members and settings",
  input: z.object({
    action: z.enum(["create", "members", "add", "remove", "set"]).describe("What to do"),
    words: z.array(z.string().trim().min(1)).default([]).describe("Slug and name, address, or key and value"),
    role: z.enum(["owner", "admin", "member"]).default("member").describe("With add: the member's role"),
  }),
  positional: ["action", "words"],
  writes: true,
  async run(ports, { action, words, role }): Promise<TeamAnswer> {
    const [first, ...rest] = words;
    const wrong = (): Error =>
      usage(`Wrong use of team: it is \`team ${forms[action]}\``, "`reward-ledger help team` lists what is possible.");
    const sync = await ports.sync();
    switch (action) {
      case "create": {
        if (first === undefined || rest.length === 0) throw wrong();
        return { action, result: { team: first, id: await sync.createTeam(first, rest.join(" ")) } };
      }
      case "members":
        if (first !== undefined) throw wrong();
        return { action, result: await sync.members() };
      case "add":
        if (first === undefined || rest.length > 0) throw wrong();
        await sync.addMember(first, role);
        return { action, result: { email: first, role } };
      case "remove":
        if (first === undefined || rest.length > 0) throw wrong();
        await sync.removeMember(first);
        return { action, result: { email: first } };
      case "set": {
        if (first === undefined) throw wrong();
        const value = rest.length === 0 ? null : rest.join(" ");
        await sync.setSetting(first, value);
        return { action, result: { key: first, value } };
      }
      default:
        return action satisfies never;
    }
  },
});
