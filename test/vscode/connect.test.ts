import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { notified } from "./support/notifications.ts";
import { runLedgerCommand } from "./support/product.ts";
import { pick, quickRow } from "./support/quick-input.ts";
import { scenario } from "./support/scenario.ts";
import { pressDialog, reportShows } from "./support/workbench.ts";

scenario(
  "agents are connected, checked and disconnected, a project's only where it is trusted",
  async (stage) => {
    const settings = join(stage.root, ".claude", "settings.json");
    const before = '{\n  "model": "opus" // mine\n}\n';
    await mkdir(join(stage.root, ".claude"));
    await writeFile(settings, before);
    const page = await stage.open();

    await runLedgerCommand(page, "connectAgents");
    await quickRow(page, "Claude Code").filter({ hasText: "not connected" }).waitFor();
    await quickRow(page, "Gemini CLI").filter({ hasText: "not found" }).waitFor();
    await pick(page, "Claude Code");
    await pick(page, "Connect in This Project");
    await notified(page, "Files of a workspace are changed only when you trust it.");
    expect(await readdir(stage.folder)).toEqual([]);

    await runLedgerCommand(page, "connectAgents");
    await pick(page, "Claude Code");
    await pick(page, "Connect");
    await reportShows(page, "hook Stop --host claude-code");
    expect(await readFile(settings, "utf8")).toBe(before);
    await pressDialog(page, "Write");
    await expect.poll(() => readFile(settings, "utf8")).toContain("hook Stop --host claude-code");
    expect((await stage.cli(["connect", "claude-code", "--check", "--json"])).code).toBe(0);

    await runLedgerCommand(page, "connectAgents");
    await quickRow(page, "Claude Code").filter({ hasText: "connected" }).waitFor();
    await pick(page, "Claude Code");
    await pick(page, "Remove");
    await pressDialog(page, "Write");
    await expect.poll(() => readFile(settings, "utf8")).toBe(before);
    await expect.poll(() => readdir(join(stage.root, ".claude"))).toEqual(["settings.json"]);
  },
  { workspaceTrust: true },
);
