import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { waitForNotification } from "./support/notifications.ts";
import { runLedgerCommand } from "./support/product.ts";
import { scenario } from "./support/scenario.ts";
import { pressDialog, waitForReport, webview } from "./support/workbench.ts";

/** Opens the page of agents. @returns the agent's card, once it shows the state */
async function openCards(page: Page, agent: string, state: string): Promise<Locator> {
  await runLedgerCommand(page, "connectAgents");
  const card = webview(page).locator(".agent-card").filter({ hasText: agent });
  await card.getByText(state, { exact: true }).first().waitFor();
  return card;
}

scenario(
  "agents are connected, checked and disconnected, a project's only where it is trusted",
  async (stage) => {
    const settings = join(stage.root, ".claude", "settings.json");
    const before = '{\n  "model": "opus" // mine\n}\n';
    await mkdir(join(stage.root, ".claude"));
    await writeFile(settings, before);
    const page = await stage.open();

    const card = await openCards(page, "Claude Code", "not connected");
    await openCards(page, "Gemini CLI", "not found");
    await card.getByRole("button", { name: "Connect in This Project" }).click();
    await waitForNotification(page, "Files of a workspace are changed only when you trust it.");
    expect(await readdir(stage.folder)).toEqual([]);

    await card.getByRole("button", { name: "Connect Claude Code", exact: true }).click();
    await waitForReport(page, "hook Stop --host claude-code");
    expect(await readFile(settings, "utf8")).toBe(before);
    await pressDialog(page, "Write");
    await expect.poll(() => readFile(settings, "utf8")).toContain("hook Stop --host claude-code");
    expect((await stage.cli(["connect", "claude-code", "--check", "--json"])).code).toBe(0);

    const connected = await openCards(page, "Claude Code", "connected");
    await connected.getByRole("button", { name: "Remove Claude Code", exact: true }).click();
    await waitForReport(page, "This would be written:");
    await pressDialog(page, "Write");
    await expect.poll(() => readFile(settings, "utf8")).toBe(before);
    await expect.poll(() => readdir(join(stage.root, ".claude"))).toEqual(["settings.json"]);
    await openCards(page, "Claude Code", "not connected");
  },
  { workspaceTrust: true },
);
