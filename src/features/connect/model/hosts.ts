import type { Shell } from "./commands.ts";

/*
 * Where each coding agent keeps hooks and MCP servers. The sources and their dates are listed in test/fixtures/hosts/README.md.
 */

export const hostIds = ["claude-code", "vscode", "codex", "cursor", "gemini"] as const;
export type HostId = (typeof hostIds)[number];

/** `user`: for all work on this machine; `project`: in the checkout, where it may be committed. */
export const scopes = ["user", "project"] as const;
export type Scope = (typeof scopes)[number];

/**
 * Folders in which coding agents keep their configuration. `project`: the top of the checkout, else the working directory.
 * `coder`: the folder that `GAIA_CODER_HOME` names, else the ledger's home.
 */
export type AgentFolder = "user" | "project" | "coder" | "claude" | "claude-state" | "codex" | "copilot" | "cursor" | "gemini";

export type Place = Readonly<{ folder: AgentFolder; path: readonly string[] }>;

export type Host = Readonly<{
  id: HostId;
  name: string;
  /** If the agent is installed, at least one of these exists. */
  signs: readonly Place[];
  /** The host's names of the events that are recorded. */
  events: readonly string[];
  /** Events at which a budget can stop the agent. Those that are not in `events` are hooked only for this. */
  stops: readonly string[];
  hooks: Readonly<Record<Scope, Place>> &
    Readonly<{
      /** `groups`: handlers are in groups with a matcher; `typed`, `bare`: in the event's list, with or without a type. */
      shape: "groups" | "typed" | "bare";
      /** Version of the file format, if the host requires it. */
      version?: number;
      /** Timeout of a hook, in the host's own unit. */
      timeout: number;
      windowsShell: Exclude<Shell, "posix">;
    }>;
  mcp: Readonly<{
    /** `editors`: in the settings folder of each VS Code without the extension, which would provide the server itself. */
    user: Place | "editors";
    project: Place;
    key: string;
    typed: boolean;
    format: "json" | "toml";
  }>;
  /** What the user still has to do in the agent itself. */
  afterwards: string | null;
}>;

const place = (folder: AgentFolder, ...path: readonly string[]): Place => ({ folder, path });

/** Handing over an event takes a fraction of this time; the margin keeps hooks from timing out on a machine under load. */
const hookTimeoutSeconds = 10;

const claudeEvents = ["SessionStart", "UserPromptSubmit", "PostToolUse", "PreCompact", "SubagentStop", "Stop"] as const;

export const hosts: Readonly<Record<HostId, Host>> = {
  "claude-code": {
    id: "claude-code",
    name: "Claude Code",
    signs: [place("claude"), place("claude-state", ".claude.json")],
    events: [...claudeEvents, "PostToolUseFailure", "SessionEnd"],
    stops: ["UserPromptSubmit", "PreToolUse"],
    hooks: {
      user: place("claude", "settings.json"),
      project: place("project", ".claude", "settings.json"),
      shape: "groups",
      timeout: hookTimeoutSeconds,
      windowsShell: "bash",
    },
    mcp: {
      user: place("claude-state", ".claude.json"),
      project: place("project", ".mcp.json"),
      key: "mcpServers",
      typed: true,
      format: "json",
    },
    afterwards: null,
  },
  vscode: {
    id: "vscode",
    name: "VS Code",
    signs: [place("user", ".vscode"), place("user", ".vscode-server"), place("user", ".vscode-insiders"), place("copilot")],
    // VS Code itself ignores the event of failed tools, which Copilot's command line and cloud agent send.
    events: [...claudeEvents, "PostToolUseFailure"],
    stops: ["UserPromptSubmit", "PreToolUse"],
    hooks: {
      user: place("copilot", "hooks", "reward-ledger.json"),
      project: place("project", ".github", "hooks", "reward-ledger.json"),
      shape: "typed",
      // VS Code requires none, Copilot's command line and cloud agent do.
      version: 1,
      timeout: hookTimeoutSeconds,
      windowsShell: "cmd",
    },
    mcp: { user: "editors", project: place("project", ".vscode", "mcp.json"), key: "servers", typed: true, format: "json" },
    afterwards: null,
  },
  codex: {
    id: "codex",
    name: "Codex",
    signs: [place("codex")],
    events: [...claudeEvents],
    stops: ["UserPromptSubmit", "PreToolUse"],
    hooks: {
      user: place("codex", "hooks.json"),
      project: place("project", ".codex", "hooks.json"),
      shape: "groups",
      timeout: hookTimeoutSeconds,
      windowsShell: "cmd",
    },
    mcp: {
      user: place("codex", "config.toml"),
      project: place("project", ".codex", "config.toml"),
      key: "mcp_servers",
      typed: false,
      format: "toml",
    },
    afterwards: "Codex runs hooks that you have trusted: type /hooks in Codex and trust those of Reward Ledger.",
  },
  cursor: {
    id: "cursor",
    name: "Cursor",
    signs: [place("cursor")],
    events: [
      "sessionStart",
      "beforeSubmitPrompt",
      "afterFileEdit",
      "afterShellExecution",
      "afterMCPExecution",
      "preCompact",
      "subagentStop",
      "stop",
      "sessionEnd",
    ],
    stops: ["beforeSubmitPrompt", "preToolUse"],
    hooks: {
      user: place("cursor", "hooks.json"),
      project: place("project", ".cursor", "hooks.json"),
      shape: "bare",
      version: 1,
      timeout: hookTimeoutSeconds,
      windowsShell: "powershell",
    },
    mcp: {
      user: place("cursor", "mcp.json"),
      project: place("project", ".cursor", "mcp.json"),
      key: "mcpServers",
      typed: false,
      format: "json",
    },
    afterwards: null,
  },
  gemini: {
    id: "gemini",
    name: "Gemini CLI",
    signs: [place("gemini")],
    events: ["SessionStart", "BeforeAgent", "AfterTool", "PreCompress", "AfterAgent", "SessionEnd"],
    stops: ["BeforeAgent", "BeforeTool"],
    hooks: {
      user: place("gemini", "settings.json"),
      project: place("project", ".gemini", "settings.json"),
      shape: "groups",
      timeout: hookTimeoutSeconds * 1000,
      windowsShell: "powershell",
    },
    mcp: {
      user: place("gemini", "settings.json"),
      project: place("project", ".gemini", "settings.json"),
      key: "mcpServers",
      typed: false,
      format: "json",
    },
    afterwards: null,
  },
};

/** Name of the MCP server in every host. */
export const serverName = "reward-ledger";
