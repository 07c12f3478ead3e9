import type { FrameLocator, Locator, Page } from "playwright-core";
import { eventually } from "./eventually.ts";
import { exactly, pick, typeQuickInput } from "./quick-input.ts";

/** A status bar item by its whole id: `<publisher>.<extension>.<item>`. */
export const statusBarItem = (page: Page, id: string): Locator => page.locator(`.part.statusbar [id="${id}"]`);

/** Opens a container of the activity bar by its title. */
export async function openContainer(page: Page, title: string): Promise<void> {
  const tab = page.locator(".part.activitybar .action-item", { has: page.locator(`a[aria-label^="${title}"]`) });
  if (!(await tab.getAttribute("class"))?.includes("checked")) await tab.click();
  await page.locator(".part.sidebar .composite.title", { hasText: new RegExp(title, "i") }).waitFor();
}

/** A view (pane) of the side bar by its name. */
export const view = (page: Page, name: string): Locator =>
  page.locator(".part.sidebar .pane", { has: page.locator(".pane-header h3.title", { hasText: exactly(name) }) });

/** Closes views of the side bar, to leave their room to the others. A header that still moves takes no click, its buttons take their own. */
export async function closeViews(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const header = view(page, name).locator(".pane-header");
    await eventually(`the view ${name} to close`, 20_000, async () => {
      if ((await header.getAttribute("aria-expanded")) === "false") return true;
      await header.locator("h3.title").click();
      await page.waitForTimeout(300);
      return (await header.getAttribute("aria-expanded")) === "false";
    });
  }
}

/** The rows of a tree view in sight; `text` is part of the row's label or description. */
export const treeRows = (page: Page, name: string, text?: string | RegExp): Locator => {
  const rows = view(page, name).locator(".customview-tree .monaco-list-row");
  return text === undefined ? rows : rows.filter({ hasText: text });
};

/** What a view shows when its tree is empty. */
export const welcomeOf = (page: Page, name: string): Locator => view(page, name).locator(".welcome-view-content");

/** The notifications in sight; `text` is part of the message. */
export const notifications = (page: Page, text?: string | RegExp): Locator => {
  const list = page.locator(".notifications-toasts .notification-list-item");
  return text === undefined ? list : list.filter({ hasText: text });
};

/** Presses a button of a notification. */
export async function pressNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  await notifications(page, text)
    .locator(".monaco-button", { hasText: exactly(button) })
    .click();
}

/** Answers the modal dialog that is or will be open. */
export async function pressDialog(page: Page, button: string): Promise<void> {
  await page.locator(".monaco-dialog-box .monaco-button", { hasText: exactly(button) }).click();
}

/** The document of the webview in sight. With several open, the active editor's. */
export const webview = (page: Page): FrameLocator =>
  page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");

/** Waits until a report document shows a text; before that it may still take the focus. */
export const reportShows = (page: Page, text: string | RegExp): Promise<void> => webview(page).getByText(text).first().waitFor();

/** The tabs of the editors; `text` is part of the title. */
export const editorTabs = (page: Page, text: string | RegExp): Locator =>
  page.locator(".part.editor .tabs-container .tab").filter({ hasText: text });

/** Line and column of the cursor of the active text editor, from the status bar. */
export async function cursorPosition(page: Page): Promise<string> {
  return (await page.locator('.part.statusbar [id="status.editor.selection"]').textContent()) ?? "";
}

/** Replaces the text of the clipboard. */
export async function writeClipboard(page: Page, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
}

/** The text of the clipboard. */
export const readClipboard = (page: Page): Promise<string> => page.evaluate<string>("navigator.clipboard.readText()");

/** Hides the side bar, to leave its room to the editors. */
export async function closeSideBar(page: Page): Promise<void> {
  const sideBar = page.locator(".part.sidebar");
  if (!(await sideBar.isVisible())) return;
  await page.keyboard.press("Control+b");
  await sideBar.waitFor({ state: "hidden" });
}

/** Opens a file of the workspace in an editor, by its path in the folder. */
export async function openFile(page: Page, path: string): Promise<void> {
  const name = path.split("/").at(-1) ?? path;
  await page.keyboard.press("Control+p");
  await typeQuickInput(page, path);
  await pick(page, name);
  await editorTabs(page, name).waitFor();
}
