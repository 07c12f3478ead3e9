import * as z from "zod";
import { notConfirmed, syncRefused, usage } from "../../../kernel/errors.ts";
import type { InvitationsView, TeamMemberView } from "../../../ports/sync.ts";
import { defineOperation } from "../../shared/operation.ts";
import {
  invitationsDocument,
  teamAcceptDocument,
  teamAddDocument,
  teamCreateDocument,
  teamDeclineDocument,
  teamMembersDocument,
  teamRemoveDocument,
  teamResetDocument,
  teamSetDocument,
} from "../documents/team.ts";
import { settingProblem } from "../model/team-settings.ts";
import type {
  TeamAddView,
  TeamDeclineView,
  TeamEnteredView,
  TeamRemoveView,
  TeamResetDoneView,
  TeamSettingView,
} from "./views.ts";

const word = z.string().trim().min(1);
const slug = word.describe("The team's slug: 2 to 50 of a-z, 0-9 and -");

export const teamCreate = defineOperation({
  name: "team create",
  summary: "Create a team with you as its owner",
  input: z.object({ slug, name: z.array(word).min(1).describe("Its name for people") }),
  positional: ["slug", "name"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger team create acme Acme", does: "a team with you as its owner" }],
  document: teamCreateDocument,
  run: async (ports, { slug: team, name }): Promise<TeamEnteredView> => ({
    team,
    id: await (await ports.sync()).createTeam(team, name.join(" ")),
  }),
});

export const teamMembers = defineOperation({
  name: "team members",
  summary: "List the members of the team",
  input: z.object({}),
  effect: "read",
  examples: [{ run: "reward-ledger team members", does: "who is in it" }],
  document: teamMembersDocument,
  run: async (ports): Promise<readonly TeamMemberView[]> => (await ports.sync()).members(),
});

export const teamAdd = defineOperation({
  name: "team add",
  summary: "Invite somebody to the team, or give a member another role",
  input: z.object({
    email: word.regex(/^[^@\s]+@[^@\s]+$/, "must be an e-mail address").describe("Address of the person"),
    role: z
      .enum(["owner", "admin", "member"])
      .default("member")
      .describe("The role that the person is invited to, or that a member gets"),
  }),
  positional: ["email"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger team add colleague@acme.dev", does: "invites somebody, who then accepts" }],
  document: teamAddDocument,
  run: async (ports, { email, role }): Promise<TeamAddView> => ({
    email,
    role,
    ...(await (await ports.sync()).addMember(email, role)),
  }),
});

export const teamInvitations = defineOperation({
  name: "team invitations",
  summary: "List invitations to you, and those of the team that are not answered",
  input: z.object({}),
  effect: "read",
  examples: [{ run: "reward-ledger team invitations", does: "to which teams you are invited" }],
  document: invitationsDocument,
  run: async (ports): Promise<InvitationsView> => (await ports.sync()).invitations(),
});

export const teamAccept = defineOperation({
  name: "team accept",
  summary: "Join a team that you are invited to",
  input: z.object({ slug }),
  positional: ["slug"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger team accept acme", does: "you join the team" }],
  document: teamAcceptDocument,
  run: async (ports, { slug: team }): Promise<TeamEnteredView> => ({
    team,
    id: await (await ports.sync()).acceptInvitation(team),
  }),
});

export const teamDecline = defineOperation({
  name: "team decline",
  summary: "Decline an invitation to a team",
  input: z.object({ slug }),
  positional: ["slug"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger team decline acme", does: "you do not join the team" }],
  document: teamDeclineDocument,
  async run(ports, { slug: team }): Promise<TeamDeclineView> {
    await (await ports.sync()).declineInvitation(team);
    return { team };
  },
});

export const teamRemove = defineOperation({
  name: "team remove",
  summary: "Take a member out of the team, or an invitation back",
  input: z.object({ email: word.describe("Address of the member or invitee") }),
  positional: ["email"],
  effect: "destructive",
  idempotent: false,
  examples: [{ run: "reward-ledger team remove colleague@acme.dev", does: "what they have shared stays with the team" }],
  document: teamRemoveDocument,
  async run(ports, { email }): Promise<TeamRemoveView> {
    await (await ports.sync()).removeMember(email);
    return { email };
  },
});

export const teamReset = defineOperation({
  name: "team reset",
  summary: "Start the team's totals again from zero, or take that back; for owners",
  input: z.object({
    agent: word.optional().describe("Only this agent; default all agents"),
    confirm: z.boolean().default(false).describe("Required to reset; without it nothing changes"),
    undo: z.boolean().default(false).describe("Take back the latest reset of the team"),
  }),
  effect: "destructive",
  idempotent: false,
  examples: [
    { run: "reward-ledger team reset --confirm", does: "the team's totals start again; own totals stay" },
    { run: "reward-ledger team reset --undo", does: "take back the latest reset" },
  ],
  document: teamResetDocument,
  async run(ports, { agent = null, confirm, undo }): Promise<TeamResetDoneView> {
    if (confirm && undo) throw usage("Failed to reset: --undo and --confirm exclude each other", "Give only one of them.");
    if (!confirm && !undo) {
      throw notConfirmed(
        "reset the team",
        "Repeat with --confirm. It hides the team's runs so far from the team's totals; `team reset --undo` brings them back.",
      );
    }
    const sync = await ports.sync();
    return { agent, undone: undo, runs: await (undo ? sync.undoTeamReset(agent) : sync.resetTeam(agent)) };
  },
});

/** Validates the value of a known setting. @throws sync_refused if the setting does not accept it */
function checkSetting(key: string, value: string | null): void {
  const expected = value === null ? null : settingProblem(key, value);
  if (expected === null) return;
  throw syncRefused(`set ${key}`, `it takes ${expected}`, `Repeat it with such a value, or without one to remove ${key}.`);
}

export const teamSet = defineOperation({
  name: "team set",
  summary: "Change a setting of the team, or remove it",
  input: z.object({
    key: word.describe("The setting, such as digest-enabled"),
    value: z.array(word).default([]).describe("Its value; without one the setting is removed"),
  }),
  positional: ["key", "value"],
  effect: "write",
  idempotent: false,
  examples: [
    { run: "reward-ledger team set digest-enabled true", does: "send the team's digest" },
    { run: "reward-ledger team set slack-webhook", does: "remove the setting" },
  ],
  document: teamSetDocument,
  async run(ports, { key, value: words }): Promise<TeamSettingView> {
    const value = words.length === 0 ? null : words.join(" ");
    checkSetting(key, value);
    await (await ports.sync()).setSetting(key, value);
    return { key, value };
  },
});
