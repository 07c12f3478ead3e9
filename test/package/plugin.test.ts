import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { pluginFiles, pluginFolder, skills } from "../../scripts/plugin/files.ts";
import { flagsOf } from "../../src/cli/flags.ts";
import { readHook, readServer } from "../../src/features/connect/model/commands.ts";
import { hostIds, hosts } from "../../src/features/connect/model/hosts.ts";
import { commands, findOperation } from "../../src/features/operations.ts";

const read = (file: string): string => readFileSync(join(pluginFolder, file), "utf8");
const json = (file: string): unknown => JSON.parse(read(file));

it("plugin/ contains exactly what `npm run plugin` writes", () => {
  const files = pluginFiles();
  for (const [file, text] of files) expect(read(file), file).toBe(text);
  const present = readdirSync(pluginFolder, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(pluginFolder, file)).isFile(),
  );
  const written = ["README.md", ...skills().map((skill) => `skills/${skill}/SKILL.md`)];
  expect(present.toSorted()).toEqual([...files.keys(), ...written].toSorted());
});

describe("the manifests", () => {
  const parts = z.object({ name: z.string(), skills: z.string(), hooks: z.string(), mcpServers: z.string() });
  it.each([".claude-plugin", ".codex-plugin", ".cursor-plugin"])("of %s name only existing files", (folder) => {
    const { name, ...named } = parts.parse(json(`${folder}/plugin.json`));
    expect(name).toBe("reward-ledger");
    for (const path of Object.values(named)) expect(statSync(join(pluginFolder, path))).toBeDefined();
  });

  it("start the server as the connect command does", () => {
    const servers = z.object({ mcpServers: z.record(z.string(), z.unknown()) });
    for (const file of ["mcp.json", "gemini/gemini-extension.json"]) {
      expect(readServer(servers.parse(json(file)).mcpServers["reward-ledger"])).toBeDefined();
    }
  });
});

describe("the hooks", () => {
  const lists = z.object({ hooks: z.record(z.string(), z.array(z.unknown())) });
  const files = {
    "claude-code": "hooks/claude-code.json",
    codex: "hooks/codex.json",
    cursor: "hooks/cursor.json",
    gemini: "gemini/hooks/hooks.json",
  };
  it.each(hostIds.filter((id) => id !== "vscode"))("of %s cover each of its events once", (id) => {
    const { hooks } = lists.parse(json(files[id]));
    expect(Object.keys(hooks)).toEqual(hosts[id].events);
    for (const [event, list] of Object.entries(hooks)) {
      const [command] = /reward-ledger hook [^"]+/.exec(JSON.stringify(list)) ?? [];
      expect(readHook(command ?? "")).toEqual({ event, host: id, enforce: false, programs: ["reward-ledger"] });
    }
  });
});

describe.each(skills())("the skill %s", (skill) => {
  const text = read(`skills/${skill}/SKILL.md`);

  it("has its name and a description", () => {
    expect(text).toMatch(new RegExp(`^---\\nname: ${skill}\\ndescription: .{40,1024}\\n---\\n`));
  });

  it("uses only existing commands and options", async () => {
    const lines = [...text.matchAll(/^ *(reward-ledger .+)$/gm)].map(([, line = ""]) =>
      line.replace(/ > .*/, "").split(" ").slice(1),
    );
    expect(lines.length).toBeGreaterThan(0);
    for (const words of lines) {
      const name = [words.slice(0, 2).join(" "), words[0] ?? ""].find((one) => one in commands) ?? "";
      const operation = await findOperation(name);
      expect(operation, words.join(" ")).toBeDefined();
      const known = operation === undefined ? [] : flagsOf(operation.input).map((flag) => `--${flag.name}`);
      for (const word of words.filter((one) => one.startsWith("--"))) expect(known).toContain(word);
    }
  });
});
