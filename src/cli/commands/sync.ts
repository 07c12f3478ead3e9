import { sync } from "../../operations/sync.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(sync, {
  examples: [
    { run: "reward-ledger sync status", does: "what is unsent, who is signed in, what is wrong" },
    { run: "reward-ledger sync preview", does: "exactly what would leave this machine" },
    { run: "reward-ledger sync login --email me@acme.dev --password-stdin < secret", does: "sign in without a browser" },
    { run: "reward-ledger sync now", does: "send and fetch; exit code 1 when offline" },
  ],
  renderer: async () => (await import("../render/sync.ts")).renderSync,
  json: ({ result }) => JSON.stringify(result),
});
