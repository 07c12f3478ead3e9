import * as z from "zod";
import { notConfirmed, syncRefused, usage } from "../../../kernel/errors.ts";
import type { InvitationsView, TeamMemberView } from "../../../ports/sync.ts";
import { defineOperation } from "../../shared/operation.ts";
import { misfitOf } from "../model/team-settings.ts";

/** What `team` answered; the command line prints `result` alone. */
export type TeamAnswer =
  | Readonly<{ action: "create"; result: Readonly<{ team: string; id: string }> }>
  | Readonly<{ action: "members"; result: readonly TeamMemberView[] }>
  | Readonly<{ action: "add"; result: Readonly<{ email: string; role: string; invited: boolean }> }>
  | Readonly<{ action: "invitations"; result: InvitationsView }>
  | Readonly<{ action: "accept"; result: Readonly<{ team: string; id: string }> }>
  | Readonly<{ action: "decline"; result: Readonly<{ team: string }> }>
  | Readonly<{ action: "remove"; result: Readonly<{ email: string }> }>
  | Readonly<{ action: "reset"; result: Readonly<{ agent: string | null; undone: boolean; runs: number }> }>
  | Readonly<{ action: "set"; result: Readonly<{ key: string; value: string | null }> }>;

/** How each is written, and how many words it takes. */
const forms = {
  create: { form: "create SLUG NAME", least: 2, most: Number.POSITIVE_INFINITY },
  members: { form: "members", least: 0, most: 0 },
  add: { form: "add EMAIL [--role R]", least: 1, most: 1 },
  invitations: { form: "invitations", least: 0, most: 0 },
  accept: { form: "accept SLUG", least: 1, most: 1 },
  decline: { form: "decline SLUG", least: 1, most: 1 },
  remove: { form: "remove EMAIL", least: 1, most: 1 },
  reset: { form: "reset --confirm [--agent A]` or `team reset --undo", least: 0, most: 0 },
  set: { form: "set KEY [VALUE]", least: 1, most: Number.POSITIVE_INFINITY },
} as const;

/** @throws sync_refused when a setting that is known takes no such value */
function checkSetting(key: string, value: string | null): void {
  const takes = value === null ? null : misfitOf(key, value);
  if (takes === null) return;
  throw syncRefused(`set ${key}`, `it takes ${takes}`, `Repeat it with such a value, or without one to remove ${key}.`);
}

export const team = defineOperation({
  name: "team",
  summary: "Create a team, and manage its members and settings",
  input: z.object({
    action: z
      .enum(["create", "members", "add", "invitations", "accept", "decline", "remove", "reset", "set"])
      .describe("What to do"),
    words: z.array(z.string().trim().min(1)).default([]).describe("Slug and name, address, or key and value"),
    role: z
      .enum(["owner", "admin", "member"])
      .default("member")
      .describe("With add: the role that the person is invited to, or that a member gets"),
    agent: z.string().trim().min(1).optional().describe("With reset: only this agent; default all agents"),
    confirm: z.boolean().default(false).describe("With reset: required to reset; without it nothing changes"),
    undo: z.boolean().default(false).describe("With reset: take back the latest reset of the team"),
  }),
  positional: ["action", "words"],
  writes: true,
  async run(ports, { action, words, role, agent = null, confirm, undo }): Promise<TeamAnswer> {
    const { form, least, most } = forms[action];
    const [first = "", ...rest] = words;
    const isAddress = action !== "add" || /^[^@\s]+@[^@\s]+$/.test(first);
    if (words.length < least || words.length > most || !isAddress) {
      throw usage(`Wrong use of team: it is \`team ${form}\``, "`reward-ledger help team` lists what is possible.");
    }
    const sync = await ports.sync();
    switch (action) {
      case "create":
        return { action, result: { team: first, id: await sync.createTeam(first, rest.join(" ")) } };
      case "members":
        return { action, result: await sync.members() };
      case "add":
        return { action, result: { email: first, role, ...(await sync.addMember(first, role)) } };
      case "invitations":
        return { action, result: await sync.invitations() };
      case "accept":
        return { action, result: { team: first, id: await sync.acceptInvitation(first) } };
      case "decline":
        await sync.declineInvitation(first);
        return { action, result: { team: first } };
      case "remove":
        await sync.removeMember(first);
        return { action, result: { email: first } };
      case "reset": {
        if (confirm && undo) throw usage("Failed to reset: --undo and --confirm exclude each other", "Give only one of them.");
        if (!confirm && !undo) {
          throw notConfirmed(
            "reset the team",
            "Repeat with --confirm. It hides the team's runs so far from the team's totals; `team reset --undo` brings them back.",
          );
        }
        const runs = await (undo ? sync.undoTeamReset(agent) : sync.resetTeam(agent));
        return { action, result: { agent, undone: undo, runs } };
      }
      case "set": {
        const value = rest.length === 0 ? null : rest.join(" ");
        checkSetting(first, value);
        await sync.setSetting(first, value);
        return { action, result: { key: first, value } };
      }
      default:
        return action satisfies never;
    }
  },
});
