import { doctor } from "../../features/maintenance/operations/doctor.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(doctor, {
  examples: [{ run: "reward-ledger doctor", does: "what is well, what is not, and what to do" }],
  renderer: async () => (await import("../render/doctor.ts")).renderDoctor,
});
