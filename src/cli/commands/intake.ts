import { intakeList, intakeRedo, intakeUndo } from "../../features/intake/operations/intake.ts";
import { defineCommand, screenful } from "../command.ts";

export const list = defineCommand(intakeList, {
  examples: [{ run: "reward-ledger intake list", does: "show what VS Code recorded automatically, and what it earned" }],
  forPeople: { limit: screenful },
  renderer: async (_, { limit }) => {
    const { renderBatches, renderLatestBatches } = await import("../render/intake.ts");
    return limit === undefined ? renderLatestBatches : renderBatches;
  },
});

export const undo = defineCommand(intakeUndo, {
  examples: [
    { run: "reward-ledger intake undo --last", does: "take the latest batch back" },
    { run: "reward-ledger intake undo --all", does: "take everything back that was recorded automatically" },
  ],
  renderer: async () => (await import("../render/intake.ts")).renderUndo,
});

export const redo = defineCommand(intakeRedo, {
  examples: [{ run: "reward-ledger intake redo", does: "count again what the latest undo took back" }],
  renderer: async () => (await import("../render/intake.ts")).renderRedo,
});
