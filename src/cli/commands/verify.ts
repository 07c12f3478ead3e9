import { verify } from "../../features/maintenance/operations/verify.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(verify, {
  examples: [{ run: "reward-ledger verify", does: "check every hash and total; exit code 1 on a problem" }],
  renderer: async () => (await import("../render/verify.ts")).renderVerify,
});
