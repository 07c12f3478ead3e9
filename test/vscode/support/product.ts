import type { FrameLocator, Locator, Page } from "playwright-core";
import { runCommand } from "./quick-input.ts";
import { statusBarItem, webview } from "./workbench.ts";

/** The coin counter in the status bar. */
export const counter = (page: Page): Locator => statusBarItem(page, "reward-ledger.reward-ledger.rewardLedger.coins");

/** What the counter says to a screen reader: whose coins, how many, which streak. */
export async function counterLabel(page: Page): Promise<string> {
  return (await counter(page).locator("a").getAttribute("aria-label")) ?? "";
}

/** Runs one of the product's commands from the palette, by its title without the category. */
export const runLedgerCommand = (page: Page, title: string): Promise<void> => runCommand(page, `Reward Ledger: ${title}`);

/** Opens the trends panel and waits until it shows data or its empty state. */
export async function openTrends(page: Page): Promise<FrameLocator> {
  await runLedgerCommand(page, "Open Trends");
  const panel = webview(page);
  await panel.locator(".tiles, .empty").first().waitFor();
  return panel;
}
