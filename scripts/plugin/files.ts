import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { hookCommand, serverEntry } from "../../src/features/connect/model/commands.ts";
import { type HostId, hosts, serverName } from "../../src/features/connect/model/hosts.ts";

/*
 * The plugin's files except its skills, which are written by hand: one folder for hosts that read their own manifest beside
 * those of other hosts, and one for Gemini CLI, which reads hooks from a single place.
 */

export const pluginFolder = join(import.meta.dirname, "../../plugin");

const programOnPath = { executable: "reward-ledger", script: null } as const;
const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The hooks of a host, in its own file format. A plugin may be installed anywhere, so they contain only the program's name. */
function hooksOf(id: HostId): string {
  const { events, hooks } = hosts[id];
  const lists = events.map((event) => {
    const command = hookCommand(programOnPath, "posix", { event, host: id, enforce: false, home: null });
    const handler = { type: "command", command, timeout: hooks.timeout };
    const { type: _, ...untypedHandler } = handler;
    return [event, [hooks.shape === "groups" ? { hooks: [handler] } : hooks.shape === "typed" ? handler : untypedHandler]];
  });
  return text({ ...(hooks.version === undefined ? {} : { version: hooks.version }), hooks: Object.fromEntries(lists) });
}

const servers = { [serverName]: serverEntry(programOnPath, false, null) };

const identity = {
  name: serverName,
  version: manifest.version,
  description: "Keeps score of coding agents: records sessions, reviews and spending, and lets agents read their own score.",
  author: { name: "Reward Ledger" },
  license: manifest.license,
  keywords: ["code review", "evals", "costs", "coding agent"],
};

const skillsFolder = join(pluginFolder, "skills");

/** Names of the skills. */
export const skills = (): readonly string[] => readdirSync(skillsFolder).toSorted();

/** Every generated file, by its path in the plugin. */
export function pluginFiles(): ReadonlyMap<string, string> {
  const { name, version, description, author } = identity;
  const parts = (host: string) => ({ skills: "./skills/", hooks: `./hooks/${host}.json`, mcpServers: "./mcp.json" });
  const copies = skills().map((skill) => {
    const file = join(skill, "SKILL.md");
    return [`gemini/skills/${skill}/SKILL.md`, readFileSync(join(skillsFolder, file), "utf8")] as const;
  });
  return new Map([
    ["plugin.json", text(identity)],
    ["mcp.json", text({ mcpServers: servers })],
    [".claude-plugin/plugin.json", text({ ...identity, ...parts("claude-code") })],
    [".claude-plugin/marketplace.json", text({ name, owner: author, plugins: [{ name, source: "./", description }] })],
    [".codex-plugin/plugin.json", text({ ...identity, ...parts("codex") })],
    [".cursor-plugin/plugin.json", text({ ...identity, displayName: "Reward Ledger", ...parts("cursor") })],
    ["hooks/claude-code.json", hooksOf("claude-code")],
    ["hooks/codex.json", hooksOf("codex")],
    ["hooks/cursor.json", hooksOf("cursor")],
    ["gemini/gemini-extension.json", text({ name, version, description, mcpServers: servers })],
    ["gemini/hooks/hooks.json", hooksOf("gemini")],
    ...copies,
  ]);
}
