import type { Locator, Page } from "playwright-core";
import type { CommandName } from "../../../src/extension/commands/ids.ts";
import { actUntil, answerUntil, clickOnce } from "./driver.ts";
import { titleOf } from "./product.ts";
import { exactly } from "./quick-input.ts";

/** Chooses an entry of a row's context menu. */
export async function chooseMenuEntry(page: Page, row: Locator, name: CommandName): Promise<void> {
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
