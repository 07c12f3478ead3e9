import type { Locator, Page } from "playwright-core";

const widget = (page: Page): Locator => page.locator(".quick-input-widget:visible");
const field = (page: Page): Locator => widget(page).locator(".quick-input-box input");

/** The rows that a quick pick shows (of a long list only those in sight). */
export const quickRows = (page: Page): Locator => widget(page).locator(".quick-input-list .monaco-list-row");

/** The row whose first line is exactly this text, icons aside. */
const rowNamed = (page: Page, label: string | RegExp): Locator =>
  quickRows(page)
    .filter({
      has: page.locator(".quick-input-list-label .label-name", { hasText: typeof label === "string" ? exactly(label) : label }),
    })
    .first();

/** Matches a whole text, with white space around it. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);

/** Opens the command palette and runs a command by its whole title, category included. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await openPalette(page, title);
  await rowNamed(page, title).click();
}

/** Opens the command palette with a text typed, and leaves it open. */
export async function openPalette(page: Page, text: string): Promise<void> {
  await page.keyboard.press("F1");
  await typeQuickInput(page, `>${text}`);
}

/** Chooses a row of the quick pick that is or will be open. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await rowNamed(page, label).click();
}

/** Types into the quick pick that is or will be open, without accepting. */
export async function typeQuickInput(page: Page, text: string): Promise<void> {
  await field(page).waitFor();
  await field(page).fill(text);
}

/** Fills the input box, or the path of the file dialog, that is or will be open, and accepts it. */
export async function answer(page: Page, text: string): Promise<void> {
  await typeQuickInput(page, text);
  await page.keyboard.press("Enter");
}

/** Closes a quick pick or input box without an answer. */
export async function dismissQuickInput(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await widget(page).waitFor({ state: "hidden" });
}
