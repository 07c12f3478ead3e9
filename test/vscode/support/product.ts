import type { FrameLocator, Locator, Page } from "playwright-core";
import * as z from "zod";
import nls from "../../../package.nls.json" with { type: "json" };
import type { CommandName } from "../../../src/extension/commands/ids.ts";
import { runCommand } from "./quick-input.ts";
import { statusBarItem, webview } from "./workbench.ts";

/** The coin counter in the status bar. */
export const counter = (page: Page): Locator => statusBarItem(page, "reward-ledger.reward-ledger.rewardLedger.coins");

/** The counter's text for screen readers: the agent, the number of coins and the streak. */
export async function counterLabel(page: Page): Promise<string> {
  return (await counter(page).locator("a").getAttribute("aria-label")) ?? "";
}

const titles = z.record(z.string(), z.string()).parse(nls);

/** The title of one of the product's commands, as shown in menus. */
export function titleOf(name: CommandName): string {
  const title = titles[`command.${name}`];
  if (title === undefined) throw new Error(`The manifest has no title for ${name}`);
  return title;
}

/** Runs one of the product's commands from the palette, by its title. */
export const runLedgerCommand = (page: Page, name: CommandName): Promise<void> =>
  runCommand(page, `Reward Ledger: ${titleOf(name)}`);

/** Waits until the trends panel shows an answer or its empty state. The placeholder that is shown before looks similar. */
export async function trendsReady(panel: FrameLocator): Promise<void> {
  await panel.locator('main[aria-busy="false"]').waitFor();
  await panel.locator(".skeleton").waitFor({ state: "detached" });
  await panel.locator(".tiles, .empty, .agent-card").first().waitFor();
}

/** Opens the trends panel and waits until it shows data or its empty state. */
export async function openTrends(page: Page): Promise<FrameLocator> {
  await runLedgerCommand(page, "openTrends");
  const panel = webview(page);
  await trendsReady(panel);
  return panel;
}
