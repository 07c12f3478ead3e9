import type { Locator, Page } from "playwright-core";
import { actUntil, answerByKey, answerUntil, attributeOf, eventually, ifPossible, pressUntil } from "./driver.ts";

/** The quick pick, input box or file dialog that is open. */
export const quickInput = (page: Page): Locator => page.locator(".quick-input-widget:visible");
const field = (page: Page): Locator => quickInput(page).locator(".quick-input-box input");

/** The rows that a quick pick shows (of a long list only those in sight). */
export const quickRows = (page: Page): Locator => quickInput(page).locator(".quick-input-list .monaco-list-row");

/** The row whose first line is exactly this text, icons aside. */
export const quickRow = (page: Page, label: string | RegExp): Locator =>
  quickRows(page)
    .filter({
      has: page.locator(".quick-input-list-label .label-name", { hasText: typeof label === "string" ? exactly(label) : label }),
    })
    .first();

/** Matches a whole text, with white space around it. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);

/** Opens a quick input by its key. */
export const openQuickInput = (page: Page, key: string): Promise<void> => pressUntil(page, key, () => field(page).isVisible());

/**
 * Opens the command palette and runs a command by its whole title, category included. An editor or frame that takes the focus
 * late swallows the key.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await answerUntil(`the command ${title} to run`, {
    reached: async () => (await typed(page)) !== `>${title}`,
    act: async (limit) => {
      // An open palette lists the commands of the moment at which it was opened; an editor's come with its focus.
      if ((await typed(page)) === `>${title}`) await page.keyboard.press("Escape");
      await page.keyboard.press("F1");
      await field(page).fill(`>${title}`, limit);
      await quickRow(page, title).click(limit);
    },
  });
}

/** What tells one question of the quick pick from another. Its rows may still be coming. */
async function questionOf(page: Page): Promise<string> {
  const title = await quickInput(page).locator(".quick-input-title").allTextContents();
  return [...title, await attributeOf(field(page), "placeholder")].join("\n");
}

/** Chooses a row of the quick pick that is or will be open. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  const row = quickRow(page, label);
  await row.waitFor();
  const question = await questionOf(page);
  await answerUntil(`the quick pick to take ${label}`, {
    reached: async () => !(await row.isVisible()) || (await questionOf(page)) !== question,
    // A row's hint pops up beside the pointer and may cover the middle of the row below.
    act: (limit) => row.click({ ...limit, position: { x: 12, y: 8 } }),
  });
}

/** What stands in the field of the quick input that is open. */
const typed = async (page: Page): Promise<string | undefined> =>
  (await field(page).count()) === 0 ? undefined : ifPossible(field(page).inputValue({ timeout: 1_000 }));

/** Types into the quick input that is or will be open, without accepting. Whatever takes the focus meanwhile swallows the text. */
export function typeQuickInput(page: Page, text: string): Promise<void> {
  return actUntil(`the quick input to hold ${text}`, {
    reached: async () => (await typed(page)) === text,
    act: (limit) => field(page).fill(text, limit),
  });
}

/** Fills the input box that is or will be open and accepts it. Done when the box is gone, so that the next one is another. */
export async function answer(page: Page, text: string): Promise<void> {
  await typeQuickInput(page, text);
  // While it still works on what was typed, a box ignores that it is accepted.
  await answerByKey(page, "Enter", field(page), async () => (await typed(page)) !== text);
}

/** Chooses a path in the file dialog that is or will be open; of a folder the path ends with a slash. */
export async function answerPath(page: Page, path: string): Promise<void> {
  // The dialog writes the folder it starts in into its field when it has read it; what was typed before is lost.
  await eventually("the file dialog to list its folder", async () => {
    const start = await typed(page);
    return start?.startsWith("/") && (await quickRows(page).count()) > 0;
  });
  await field(page).fill(path);
  // While it reads the folder of a path the dialog ignores that it is accepted.
  await answerByKey(page, "Enter", field(page), async () => (await typed(page)) !== path);
}

/** Closes the quick pick, input box or file dialog that is or will be open, without an answer. */
export async function dismissQuickInput(page: Page): Promise<void> {
  await quickInput(page).waitFor();
  await answerByKey(page, "Escape", field(page), async () => !(await quickInput(page).isVisible()));
}
