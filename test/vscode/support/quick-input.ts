import type { Locator, Page } from "playwright-core";
import { actUntil, answerByKey, answerUntil, attributeOf, clickOnce, eventually, pressUntil, unlessTimedOut } from "./driver.ts";

/** The quick pick, input box or file dialog that is open. */
export const quickInput = (page: Page): Locator => page.locator(".quick-input-widget:visible");
const field = (page: Page): Locator => quickInput(page).locator(".quick-input-box input");

/** The rows that a quick pick shows (for a long list only the visible ones). */
export const quickRows = (page: Page): Locator => quickInput(page).locator(".quick-input-list .monaco-list-row");

/** The row whose first line is exactly this text, without icons. */
export const quickRow = (page: Page, label: string | RegExp): Locator =>
  quickRows(page)
    .filter({
      has: page.locator(".quick-input-list-label .label-name", { hasText: typeof label === "string" ? exactly(label) : label }),
    })
    .first();

/** Matches a whole text, including surrounding white space. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);

/** Opens a quick input with its key. */
export const openQuickInput = (page: Page, key: string): Promise<void> => pressUntil(page, key, () => field(page).isVisible());

/**
 * Opens the command palette and runs a command by its full title, including the category. The key is lost if an editor or frame
 * takes the focus late.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await answerUntil(`the command ${title} to run`, {
    reached: async () => (await inputText(page)) !== `>${title}`,
    act: async (limit) => {
      // An open palette lists the commands that existed when it was opened; an editor's commands appear with its focus.
      if ((await inputText(page)) === `>${title}`) await page.keyboard.press("Escape");
      await page.keyboard.press("F1");
      await field(page).fill(`>${title}`, limit);
      await clickOnce(quickRow(page, title), limit);
    },
  });
}

/** Identifies a question of the quick pick. Its rows may not be complete yet. */
async function questionOf(page: Page): Promise<string> {
  const title = await quickInput(page).locator(".quick-input-title").allTextContents();
  return [...title, await attributeOf(field(page), "placeholder")].join("\n");
}

/** Chooses a row of the quick pick. Waits until it is open. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  const row = quickRow(page, label);
  await row.waitFor();
  const question = await questionOf(page);
  await answerUntil(`the quick pick to take ${label}`, {
    reached: async () => !(await row.isVisible()) || (await questionOf(page)) !== question,
    // A row's tooltip appears beside the pointer and may cover the middle of the row below.
    act: (limit) => row.click({ ...limit, position: { x: 12, y: 8 } }),
  });
}

/** The text in the field of the open quick input. */
const inputText = async (page: Page): Promise<string | undefined> =>
  (await field(page).count()) === 0 ? undefined : unlessTimedOut(field(page).inputValue({ timeout: 1_000 }));

/** Types into the quick input without accepting. Waits until it is open. The text is lost if something else takes the focus. */
export function typeQuickInput(page: Page, text: string): Promise<void> {
  return actUntil(`the quick input to hold ${text}`, {
    reached: async () => (await inputText(page)) === text,
    act: (limit) => field(page).fill(text, limit),
  });
}

/** Waits for the input box, fills it and accepts it. Resolves when it is closed, so that the next box is a different one. */
export async function answerInput(page: Page, text: string): Promise<void> {
  await typeQuickInput(page, text);
  // A box ignores the Enter key while it processes the typed text.
  await answerByKey(page, "Enter", field(page), async () => (await inputText(page)) !== text);
}

/** Chooses a path in the file dialog. Waits until it is open. The path of a folder ends with a slash. */
export async function answerPath(page: Page, path: string): Promise<void> {
  // The dialog writes its initial folder into its field after reading it; text that was typed before is lost.
  await eventually("the file dialog to list its folder", async () => {
    const start = await inputText(page);
    return start?.startsWith("/") && (await quickRows(page).count()) > 0;
  });
  await field(page).fill(path);
  // The dialog ignores the Enter key while it reads the folder of a path.
  await answerByKey(page, "Enter", field(page), async () => (await inputText(page)) !== path);
}

/** Closes the quick pick, input box or file dialog without an answer. Waits until it is open. */
export async function dismissQuickInput(page: Page): Promise<void> {
  await quickInput(page).waitFor();
  await answerByKey(page, "Escape", field(page), async () => !(await quickInput(page).isVisible()));
}
