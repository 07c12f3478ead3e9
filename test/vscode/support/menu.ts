import type { Locator, Page } from "playwright-core";
import type { CommandName } from "../../../src/extension/commands/ids.ts";
import { eventually } from "./eventually.ts";
import { titleOf } from "./product.ts";
import { exactly } from "./quick-input.ts";

/** Chooses an entry of a row's context menu. */
export async function menu(page: Page, row: Locator, name: CommandName): Promise<void> {
  await row.click({ button: "right" });
  await page.locator(".monaco-menu .action-item").first().waitFor();
  const entry = page.locator(".monaco-menu .action-item", { hasText: exactly(titleOf(name)) });
  // A menu that has just opened takes a click for the end of the one that opened it.
  await eventually(`the menu to take ${name}`, 20_000, async () => {
    if ((await entry.count()) === 0) return true;
    await page.waitForTimeout(300);
    await entry.click({ timeout: 5_000 });
    await page.waitForTimeout(100);
    return (await entry.count()) === 0;
  });
}
