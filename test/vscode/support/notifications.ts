import type { Locator, Page } from "playwright-core";
import { actUntil, answerUntil, clickOnce, poll } from "./driver.ts";
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
async function findNotification(page: Page, text: string | RegExp): Promise<Locator> {
  const notification = notifications(page, text).first();
  if ((await poll(() => notification.isVisible(), toastMs)) !== true)
    await reveal(page, `a notification that says ${text}`, notification);
  return notification;
}

/** Clicks the bell and moves the mouse away, because the bell's hover covers the lowest notification. */
async function clickBell(page: Page, limit: Readonly<{ timeout: number }>): Promise<void> {
  await bell(page).click(limit);
  await page.mouse.move(0, 0);
}

/** Opens the notification centre if a part of a notification is not visible. */
async function reveal(page: Page, what: string, part: Locator): Promise<void> {
  await actUntil(what, {
    reached: () => part.isVisible(),
    act: async (limit) => {
      if (!(await centre(page).isVisible())) await clickBell(page, limit);
    },
  });
}

/** Closes the notification centre, so that the next notification appears as a toast. */
async function closeCentre(page: Page): Promise<void> {
  await actUntil("the notification centre to close", {
    reached: async () => !(await centre(page).isVisible()),
    act: (limit) => clickBell(page, limit),
  });
}

/** Waits for a notification. */
export async function waitForNotification(page: Page, text: string | RegExp): Promise<void> {
  await findNotification(page, text);
  await closeCentre(page);
}

/** Waits for a notification and presses one of its buttons, which closes it. */
export async function pressNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  const notification = await findNotification(page, text);
  const buttonLocator = notification.locator(".monaco-button", { hasText: exactly(button) });
  // A toast may disappear as soon as it was found.
  await reveal(page, `the button ${button} of a notification`, buttonLocator);
  await answerUntil(`the notification to take ${button}`, {
    reached: async () => !(await buttonLocator.isVisible()),
    act: (limit) => clickOnce(buttonLocator, limit),
  });
  await closeCentre(page);
}
