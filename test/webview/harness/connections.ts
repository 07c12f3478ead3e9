import type { HostView } from "../../../src/features/connect/model/views.ts";
import type { PanelReply } from "../../../src/protocol/trends-panel.ts";

const common = { scope: "user", enforces_budget: false, detail: null, problem: null } as const;
const hosts: readonly HostView[] = [
  { ...common, host: "claude-code", name: "Claude Code", state: "connected", enforces_budget: true },
  { ...common, host: "vscode", name: "VS Code / Copilot", state: "not_connected" },
  { ...common, host: "codex", name: "Codex", state: "stale_path", detail: "/opt/node is not there" },
  {
    ...common,
    host: "cursor",
    name: "Cursor",
    state: "broken",
    problem: {
      code: "unreadable_file",
      message: "Failed to read /home/dev/.cursor/hooks.json: line 3 is no JSON",
      hint: "Correct the file, then look again.",
    },
  },
  { ...common, host: "gemini", name: "Gemini CLI", state: "not_found" },
  { ...common, host: "claude-code", name: "Claude Code", scope: "project", state: "connected" },
];

/** One agent in each state; one is also connected in the project. */
export const connections: PanelReply<"connections"> = {
  hosts,
  project_open: true,
  projects: [],
  members: [],
  filter: { from: null, to: null },
};
