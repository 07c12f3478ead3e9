import type { Locator, Page } from "playwright-core";
import { actUntil, answerUntil, comes } from "./driver.ts";
import { exactly } from "./quick-input.ts";

const centre = (page: Page): Locator => page.locator(".notifications-center.visible");

/** The visible notifications; `text` is part of the message. */
export const notifications = (page: Page, text?: string | RegExp): Locator => {
  const list = page.locator(
    ".notifications-toasts .notification-list-item, .notifications-center.visible .notification-list-item",
  );
  return text === undefined ? list : list.filter({ hasText: text });
};

/** Time in ms to wait for a notification as a toast before the notification centre is searched. */
const toastMs = 10_000;

const bell = (page: Page): Locator => page.locator('.part.statusbar [id="status.notifications"] a');

/**
 * Waits for a notification and returns it. VS Code shows toasts only for a while, and not all of those that arrive close
 * together; the notification centre keeps them all.
 */
async function find(page: Page, text: string | RegExp): Promise<Locator> {
  const found = notifications(page, text).first();
  if ((await comes(() => found.isVisible(), toastMs)) !== true) await bringBack(page, `a notification that says ${text}`, found);
  return found;
}

/** Opens the notification centre if a part of a notification is not visible. */
async function bringBack(page: Page, what: string, part: Locator): Promise<void> {
  await actUntil(what, {
    reached: () => part.isVisible(),
    act: async (limit) => {
      if (!(await centre(page).isVisible())) await bell(page).click(limit);
    },
  });
}

/** Closes the notification centre, so that the next notification appears as a toast. */
async function closeCentre(page: Page): Promise<void> {
  await actUntil("the notification centre to close", {
    reached: async () => !(await centre(page).isVisible()),
    act: (limit) => bell(page).click(limit),
  });
}

/** Waits for a notification. */
export async function notified(page: Page, text: string | RegExp): Promise<void> {
  await find(page, text);
  await closeCentre(page);
}

/** Waits for a notification and presses one of its buttons, which closes it. */
export async function pressNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  const notification = await find(page, text);
  const one = notification.locator(".monaco-button", { hasText: exactly(button) });
  // A toast may disappear as soon as it was found.
  await bringBack(page, `the button ${button} of a notification`, one);
  await answerUntil(`the notification to take ${button}`, {
    reached: async () => !(await one.isVisible()),
    act: (limit) => one.click(limit),
  });
  await closeCentre(page);
}
