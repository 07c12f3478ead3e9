import { ciAdd, ciEstimate, ciList } from "../../../features/agent/operations/ci.ts";
import { defineCommand } from "../../command.ts";

export const add = defineCommand(ciAdd, {
  examples: [{ run: "reward-ledger ci add build main 812 --duration-s 340 --conclusion success", does: "record a run" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Recorded"),
});

export const list = defineCommand(ciList, {
  examples: [{ run: "reward-ledger ci list build --branch main", does: "its runs, newest first" }],
  renderer: async () => {
    const [{ renderPage }, { ciColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(ciColumns, "No CI run is recorded.");
  },
});

export const estimate = defineCommand(ciEstimate, {
  examples: [{ run: "reward-ledger ci estimate build main", does: "how long the next one takes" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderEstimate,
});
