import { auditAdd, auditList } from "../../../features/agent/operations/audit.ts";
import { defineCommand } from "../../command.ts";

export const add = defineCommand(auditAdd, {
  examples: [
    {
      run: 'reward-ledger audit add git_push --args-json \'{"branch":"fix"}\' --duration-ms 800',
      does: "record the use of a tool",
    },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Recorded"),
});

export const list = defineCommand(auditList, {
  examples: [{ run: "reward-ledger audit list --since 2026-03-01 --limit 20", does: "the newest of these" }],
  renderer: async () => {
    const [{ renderPage }, { auditColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(auditColumns, "No use of a tool is recorded.");
  },
});
