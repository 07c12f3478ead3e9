import { team } from "../../features/team/operations/team.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(team, {
  examples: [
    { run: "reward-ledger team create acme Acme", does: "a team with you as its owner" },
    { run: "reward-ledger team add colleague@acme.dev", does: "invites somebody, who then accepts" },
    { run: "reward-ledger team invitations", does: "to which teams you are invited" },
    { run: "reward-ledger team accept acme", does: "you join the team" },
    { run: "reward-ledger team members", does: "who is in it" },
  ],
  renderer: async () => (await import("../render/team.ts")).renderTeam,
  json: ({ result }) => JSON.stringify(result),
});
