import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { openPorts } from "../support/ports.ts";

const createFile = (path: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "{}\n");
  return path;
};

async function newUser() {
  const home = realpathSync(temporaryFolder());
  const { transcripts } = await openPorts({ env: { HOME: home } });
  return { home, accepted: transcripts.accepted };
}

describe("a transcript that a hook names", () => {
  it("is accepted in its agent's own folder, along with the folder of its sub-agents", async () => {
    const { home, accepted } = await newUser();
    const claude = createFile(join(home, ".claude/projects/-work/one.jsonl"));
    expect(await accepted(claude)).toEqual([claude]);
    createFile(join(home, ".claude/projects/-work/one/subagents/agent-1.jsonl"));
    expect(await accepted(claude)).toEqual([claude, join(home, ".claude/projects/-work/one")]);
    expect(await accepted(join(home, ".claude/projects/-work/../-work/one.jsonl"))).toContain(claude);
    for (const name of [".codex/sessions/2026/03/17/rollout-1.jsonl", ".gemini/tmp/9d1f/chats/session-1.json"]) {
      const path = createFile(join(home, name));
      expect(await accepted(path)).toEqual([path]);
    }
  });

  it("is rejected elsewhere, under another name, and through a symlink that leads outside", async () => {
    const { home, accepted } = await newUser();
    const projects = join(home, ".claude/projects/-work");
    const secret = createFile(join(home, "secret.jsonl"));
    createFile(join(projects, "one.jsonl"));
    symlinkSync(secret, join(projects, "link.jsonl"));
    symlinkSync(home, join(projects, "one"));
    mkdirSync(join(projects, "folder.jsonl"));
    const refused = [
      secret,
      createFile(join(home, ".claude/history.jsonl")),
      createFile(join(home, ".claude/todos/1.jsonl")),
      createFile(join(home, ".claude/projects-of-others/1.jsonl")),
      createFile(join(projects, "settings.json")),
      createFile(join(home, ".codex/auth.json")),
      join(projects, "link.jsonl"),
      join(projects, "folder.jsonl"),
      join(projects, "../../../secret.jsonl"),
      join(projects, "missing.jsonl"),
      relative(process.cwd(), join(projects, "one.jsonl")),
      `${join(projects, "one.jsonl")}\0`,
      "",
      "~/.claude/projects/-work/one.jsonl",
    ];
    for (const path of refused) expect({ path, files: await accepted(path) }).toEqual({ path, files: [] });
    expect(await accepted(join(projects, "one.jsonl"))).toEqual([join(projects, "one.jsonl")]);
  });
});
