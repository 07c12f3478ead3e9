import type { Locator, Page } from "playwright-core";
import type { CommandName } from "../../../src/extension/commands/ids.ts";
import { actUntil, answerUntil, clickOnce, eventually } from "./driver.ts";
import { notifications } from "./notifications.ts";
import { titleOf } from "./product.ts";
import { exactly, runCommand } from "./quick-input.ts";

/** Opens the context menu of a row and clicks an entry. */
async function clickMenuEntry(page: Page, row: Locator, name: CommandName): Promise<void> {
  const entry = page.locator(".monaco-menu .action-item", { hasText: exactly(titleOf(name)) });
  await actUntil(`the menu of ${row} to have ${name}`, {
    reached: () => entry.isVisible(),
    act: async (limit) => {
      // The menu of another row, which was under the mouse, may be open.
      await page.keyboard.press("Escape");
      await row.click({ ...limit, button: "right" });
    },
  });
  // A menu that has just opened may treat a click as the end of the click that opened it.
  await answerUntil(`the menu to take ${name}`, {
    reached: async () => !(await entry.isVisible()),
    act: (limit) => clickOnce(entry, limit),
  });
}

/**
 * Chooses an entry of a row's context menu and waits for its effect: an element is visible or a condition holds. If the view was
 * redrawn while the menu was open, the product asks for the entry to be chosen again, which is done.
 */
export async function chooseMenuEntry(
  page: Page,
  row: Locator,
  name: CommandName,
  effect: Locator | (() => Promise<boolean>),
): Promise<void> {
  const isReached = typeof effect === "function" ? effect : () => effect.first().isVisible();
  const request = notifications(page, "Choose the entry again").first();
  const isRequested = async (): Promise<boolean> => !(await isReached()) && (await request.isVisible());
  do {
    if (await request.isVisible()) await runCommand(page, "Notifications: Clear All Notifications");
    await clickMenuEntry(page, row, name);
    await eventually(`the effect of ${name}`, async () => (await isReached()) || (await request.isVisible()));
  } while (await isRequested());
}
