import { team } from "../../operations/team.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(team, {
  examples: [
    { run: "reward-ledger team create acme Acme", does: "a team with you as its owner" },
    { run: "reward-ledger team add colleague@acme.dev", does: "someone who has signed up joins the team" },
    { run: "reward-ledger team members", does: "who is in it" },
  ],
  renderer: async () => (await import("../render/team.ts")).renderTeam,
  json: ({ result }) => JSON.stringify(result),
});
