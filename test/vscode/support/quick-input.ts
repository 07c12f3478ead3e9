import { errors, type Locator, type Page } from "playwright-core";
import { eventually } from "./eventually.ts";

const widget = (page: Page): Locator => page.locator(".quick-input-widget:visible");
const field = (page: Page): Locator => widget(page).locator(".quick-input-box input");

/** The rows that a quick pick shows (of a long list only those in sight). */
export const quickRows = (page: Page): Locator => widget(page).locator(".quick-input-list .monaco-list-row");

/** The row whose first line is exactly this text, icons aside. */
export const quickRow = (page: Page, label: string | RegExp): Locator =>
  quickRows(page)
    .filter({
      has: page.locator(".quick-input-list-label .label-name", { hasText: typeof label === "string" ? exactly(label) : label }),
    })
    .first();

/** Matches a whole text, with white space around it. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);

/** How long one attempt at the palette may take, in ms. */
const attempt = 5_000;

/** Whether an action was possible in time. */
const succeeds = (action: Promise<unknown>): Promise<boolean> =>
  action.then(
    () => true,
    (error: unknown) => {
      if (error instanceof errors.TimeoutError) return false;
      throw error;
    },
  );

/**
 * Opens the command palette and runs a command by its whole title, category included. An editor or frame that takes the focus
 * late swallows the key or closes the palette again, so another attempt is made.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await eventually(`the command ${title}`, 4 * attempt, async () => {
    await page.keyboard.press("F1");
    return (
      (await succeeds(field(page).fill(`>${title}`, { timeout: attempt }))) &&
      (await succeeds(quickRow(page, title).click({ timeout: attempt })))
    );
  });
}

/** Chooses a row of the quick pick that is or will be open. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await quickRow(page, label).click();
}

/** Types into the quick pick that is or will be open, without accepting. */
export async function typeQuickInput(page: Page, text: string): Promise<void> {
  await field(page).waitFor();
  await field(page).fill(text);
}

/** How long a box may take to be gone after it was accepted, in ms. */
const acceptance = 2_000;

/** Fills the input box that is or will be open and accepts it. Done when the box is gone, so that the next one is another. */
export async function answer(page: Page, text: string): Promise<void> {
  await typeQuickInput(page, text);
  // While it still works on what was typed, a box ignores that it is accepted.
  await eventually(`the input box to take ${text}`, 10 * acceptance, async () => {
    await page.keyboard.press("Enter");
    const until = performance.now() + acceptance;
    for (let still = true; still && performance.now() < until; ) {
      const box = field(page);
      still = (await box.count()) > 0 && (await box.inputValue({ timeout: acceptance }).catch(() => "")) === text;
      if (still) await page.waitForTimeout(50);
      else return true;
    }
    return false;
  });
}

/** Chooses a path in the file dialog that is or will be open; of a folder the path ends with a slash. */
export async function answerPath(page: Page, path: string): Promise<void> {
  // The dialog writes the folder it starts in into its field when it has read it; what was typed before is lost.
  await eventually("the file dialog to list its folder", 20_000, async () => {
    const start = await field(page).inputValue();
    return start.startsWith("/") && (await quickRows(page).count()) > 0;
  });
  await field(page).fill(path);
  // While it reads the folder of a path the dialog ignores that it is accepted, and nothing on the screen tells.
  await eventually("the file dialog to take the path", 20_000, async () => {
    await page.waitForTimeout(300);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(200);
    if ((await field(page).count()) === 0) return true;
    // It may close between the two looks.
    const value = await field(page)
      .inputValue({ timeout: 1_000 })
      .catch((error: unknown) => {
        if (error instanceof errors.TimeoutError) return undefined;
        throw error;
      });
    return value !== path;
  });
}

/** Closes the quick pick, input box or file dialog that is or will be open, without an answer. */
export async function dismissQuickInput(page: Page): Promise<void> {
  await widget(page).waitFor();
  await eventually("the quick input to close", 4 * attempt, async () => {
    await page.keyboard.press("Escape");
    return succeeds(widget(page).waitFor({ state: "hidden", timeout: attempt }));
  });
}
