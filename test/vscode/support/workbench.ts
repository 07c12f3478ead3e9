import type { FrameLocator, Locator, Page } from "playwright-core";
import { actUntil, answerUntil, attributeOf, clickOnce, pressUntil, setExpanded } from "./driver.ts";
import { exactly, openQuickInput, pick, typeQuickInput } from "./quick-input.ts";

/** A status bar item by its full id: `<publisher>.<extension>.<item>`. */
export const statusBarItem = (page: Page, id: string): Locator => page.locator(`.part.statusbar [id="${id}"]`);

/** Opens a container of the activity bar by its title. */
export async function openContainer(page: Page, title: string): Promise<void> {
  const tab = page.locator(".part.activitybar .action-item", { has: page.locator(`a[aria-label^="${title}"]`) });
  const containerTitle = page.locator(".part.sidebar .composite.title", { hasText: new RegExp(title, "i") });
  await actUntil(`the container ${title} to be open`, {
    reached: () => containerTitle.isVisible(),
    // A click on the tab of the open container closes it.
    act: async (limit) => {
      if ((await attributeOf(tab, "class"))?.includes("checked") !== true) await clickOnce(tab, limit);
    },
  });
}

/** A view (pane) of the side bar by its name. */
export const view = (page: Page, name: string): Locator =>
  page.locator(".part.sidebar .pane", { has: page.locator(".pane-header h3.title", { hasText: exactly(name) }) });

/** Collapses views of the side bar to make room for the others. Clicks the title, as other parts of a header may be buttons. */
export async function closeViews(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const header = view(page, name).locator(".pane-header");
    await setExpanded(header, false, header.locator("h3.title"));
  }
}

/** The visible rows of a tree view; `text` is part of the row's label or description. */
export const treeRows = (page: Page, name: string, text?: string | RegExp): Locator => {
  const rows = view(page, name).locator(".customview-tree .monaco-list-row");
  return text === undefined ? rows : rows.filter({ hasText: text });
};

const twistieOf = (row: Locator): Locator => row.first().locator(".monaco-tl-twistie");

/**
 * Expands a row of a tree until something in it is visible. Repeats this, because a row collapses again if the tree is redrawn
 * while VS Code requests its children.
 */
export function expandRow(row: Locator, content: Locator): Promise<void> {
  return actUntil(`${row} to show ${content}`, {
    reached: () => content.first().isVisible(),
    // A click on the arrow of an expanded row collapses it.
    act: async (limit) => {
      if ((await attributeOf(row, "aria-expanded")) !== "true") await clickOnce(twistieOf(row), limit);
    },
  });
}

/** Collapses a row of a tree. */
export const collapseRow = (row: Locator): Promise<void> => setExpanded(row.first(), false, twistieOf(row));

/** The content that a view shows when its tree is empty. */
export const welcomeContent = (page: Page, name: string): Locator => view(page, name).locator(".welcome-view-content");

/** The modal dialog. */
export const dialogBox = (page: Page): Locator => page.locator(".monaco-dialog-box");

/** Answers the modal dialog. Waits until it is open. */
export async function pressDialog(page: Page, button: string): Promise<void> {
  const target = dialogBox(page).locator(".monaco-button", { hasText: exactly(button) });
  await target.waitFor();
  await answerUntil(`the dialog to take ${button}`, {
    reached: async () => !(await target.isVisible()),
    act: (limit) => clickOnce(target, limit),
  });
}

/** The document of the visible webview. If several are open, the active editor's. */
export const webview = (page: Page): FrameLocator =>
  page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");

/** A text in the visible report document. */
export const reportText = (page: Page, text: string | RegExp): Locator => webview(page).getByText(text).first();

/** Waits until a report document shows a text. Before that, the document may still take the focus. */
export const waitForReport = (page: Page, text: string | RegExp): Promise<void> => reportText(page, text).waitFor();

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

/** Hides the side bar to make room for the editors. */
export async function closeSideBar(page: Page): Promise<void> {
  const sideBar = page.locator(".part.sidebar");
  await pressUntil(page, "Control+b", async () => !(await sideBar.isVisible()));
}

const panelPart = (page: Page): Locator => page.locator(".part.panel");

/** Opens the list of problems and returns it. */
export async function openProblems(page: Page): Promise<Locator> {
  const problems = panelPart(page).locator(".markers-panel");
  await pressUntil(page, "Control+Shift+m", () => problems.isVisible());
  return problems;
}

/** Closes the panel below the editors. */
export const closePanel = (page: Page): Promise<void> =>
  pressUntil(page, "Control+j", async () => !(await panelPart(page).isVisible()));

/** Opens a file of the workspace in an editor, by its path in the folder. */
export async function openFile(page: Page, path: string): Promise<void> {
  const name = path.split("/").at(-1) ?? path;
  await openQuickInput(page, "Control+p");
  await typeQuickInput(page, path);
  await pick(page, name);
  await editorTabs(page, name).waitFor();
}
