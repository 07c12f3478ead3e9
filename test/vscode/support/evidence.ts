import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Frame, Page } from "playwright-core";

const projectRoot = resolve(import.meta.dirname, "../../..");

/** Folder for pictures and texts of failed scenarios, named after the scenario. */
export const evidenceFolder: string = resolve(projectRoot, process.env["TEST_OUTPUT"] ?? "test-output");

/** The file name of a scenario, without an extension. */
export const evidenceName = (scenario: string): string => scenario.replace(/[^\w.-]+/g, "-").replace(/^-|-$/g, "");

/** Collects the content of a workbench as lines of text, with the levels of trees and with open overlays. Runs in the page. */
const workbenchText = `(() => {
  const text = (element) => (element?.textContent ?? "").replace(/\\s+/g, " ").trim();
  const all = (selector, within = document) =>
    [...within.querySelectorAll(selector)].filter((element) => element.getClientRects().length > 0);
  const lines = [];
  const part = (title, entries) => {
    if (entries.length > 0) lines.push("", title, ...entries.map((entry) => "  " + entry));
  };
  const mark = { true: "▾ ", false: "▸ " };
  const row = (element) =>
    "  ".repeat(Number(element.getAttribute("aria-level") ?? 1)) +
    (mark[element.getAttribute("aria-expanded")] ?? "") + text(element) +
    (element.classList.contains("focused") ? " (focused)" : "");
  for (const pane of all(".part.sidebar .pane")) {
    const header = pane.querySelector(".pane-header");
    const state = header?.getAttribute("aria-expanded") === "true" ? "" : " (collapsed)";
    part("View " + text(pane.querySelector("h3.title")) + state, [
      ...all(".welcome-view-content", pane).map(text),
      ...all(".monaco-list-row", pane).sort((a, b) => a.offsetTop - b.offsetTop).map(row),
    ]);
  }
  part("Editors", all(".part.editor .tabs-container .tab").map((tab) => text(tab) + (tab.classList.contains("active") ? " (active)" : "")));
  part("Panel", all(".part.panel .monaco-list-row").map(row));
  part("Quick input", all(".quick-input-widget").flatMap((widget) => [
    text(widget.querySelector(".quick-input-title")),
    ...all("input[type=text], input:not([type])", widget).map((input) => "> " + input.value),
    text(widget.querySelector(".quick-input-message")),
    ...all(".monaco-list-row", widget).map(row),
  ]));
  part("Menu", all(".monaco-menu .action-item").map(text));
  part("Dialog", all(".monaco-dialog-box").map(text));
  part("Toasts", all(".notifications-toasts .notification-list-item").map(text));
  part("Notification centre", all(".notifications-center .notification-list-item").map(text));
  part("Status bar", all(".part.statusbar .statusbar-item > a").map((item) => item.getAttribute("aria-label") ?? text(item)));
  const { activeElement: focus } = document;
  part("Focus", [focus === null ? "none" : [focus.tagName, focus.className, focus.getAttribute("aria-label")].join(" ")]);
  return lines.join("\\n");
})()`;

/** The result of a script in a frame, or the reason why there is none. A hidden frame or one being removed does not answer. */
const ask = (frame: Frame, script: string): Promise<string> =>
  Promise.race([
    frame.evaluate<string>(script).catch((error: unknown) => `(${String(error)})`),
    new Promise<string>((settle) => setTimeout(() => settle("(no answer)"), 5_000).unref()),
  ]);

/** The content of a window as text. */
async function pageText(page: Page): Promise<string> {
  // A webview is a frame in a frame.
  const frames = page.frames().filter((frame) => (frame.parentFrame()?.parentFrame() ?? null) !== null);
  const contents = await Promise.all(frames.map((frame) => ask(frame, "document.body?.innerText?.trim() ?? ''")));
  const webviews = contents.flatMap((content) => (content === "" ? [] : [`\n\nFrame\n${content}`]));
  return [page.url(), await ask(page.mainFrame(), workbenchText), ...webviews].join("\n");
}

/** A window of a failed scenario, and the errors from its console. */
export type FailedWindow = Readonly<{ page: Page; errors: readonly string[] }>;

/**
 * Stores a picture of each window of a failed scenario, and its content as text.
 * @returns the paths of the pictures, relative to the project
 */
export async function keepEvidence(scenario: string, windows: readonly FailedWindow[]): Promise<readonly string[]> {
  await mkdir(evidenceFolder, { recursive: true });
  const pictures: string[] = [];
  for (const [index, { page, errors }] of windows.entries()) {
    const path = join(evidenceFolder, `${evidenceName(scenario)}${index === 0 ? "" : `-window-${index + 1}`}`);
    const console = errors.length === 0 ? "" : `\n\nConsole\n${errors.join("\n")}`;
    await writeFile(`${path}.txt`, `${page.isClosed() ? "(the window is closed)" : await pageText(page)}${console}\n`);
    if (page.isClosed()) continue;
    await page.screenshot({ path: `${path}.png`, timeout: 10_000 });
    pictures.push(relative(projectRoot, `${path}.png`));
  }
  return pictures;
}

/** Removes the files that an earlier run has stored for a scenario. */
export async function dropEvidence(scenario: string): Promise<void> {
  const path = join(evidenceFolder, evidenceName(scenario));
  for (const suffix of [".png", ".txt", "-window-2.png", "-window-2.txt", "-logs"])
    await rm(`${path}${suffix}`, { recursive: true, force: true });
}

/** Adds the paths of the pictures to the message of a failure. */
export function withEvidence(failure: unknown, pictures: readonly string[]): Error {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  error.message += `\nPictures: ${pictures.length === 0 ? "none could be taken" : pictures.join(", ")}`;
  return error;
}
