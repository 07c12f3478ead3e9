import type { Browser, BrowserContext, Page } from "playwright-core";
import { hangTimeoutMs } from "./driver.ts";
import { runCommand } from "./quick-input.ts";
import type { CodeServer } from "./server.ts";

/** One VS Code window: a page that shows the workbench, and the errors from its console. */
export type CodeWindow = Readonly<{ page: Page; errors: readonly string[] }>;

/** A browser context whose pages are windows of one user: they share globalState, secrets and the clipboard. */
export async function openContext(browser: Browser, size: Readonly<{ width: number; height: number }>): Promise<BrowserContext> {
  // Without an explicit locale the browser uses the machine's, and `C` leads to one that no Intl constructor accepts.
  // Without a graphics card, animation frames cost more CPU time than everything else in the window.
  const context = await browser.newContext({ viewport: { ...size }, locale: "en-US", reducedMotion: "reduce" });
  context.setDefaultTimeout(hangTimeoutMs);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  // Secrets are encrypted with a key that code-server itself would create; without it the workbench stores no secrets.
  await context.addInitScript(() => {
    const native = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      return url.endsWith("/mint-key") ? Promise.resolve(new Response(new Uint8Array(32).fill(7))) : native(input, init);
    };
  });
  return context;
}

/** Waits until the workbench of a page is rendered. */
export async function workbenchReady(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .part.statusbar").waitFor();
}

/** Opens a window on a folder. */
export async function openWindow(
  context: BrowserContext,
  server: CodeServer,
  folder: string,
  payload: readonly (readonly [string, string])[] = [],
): Promise<CodeWindow> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
  await page.goto(server.url(folder, payload));
  await workbenchReady(page);
  return { page, errors };
}

/** Reloads a window with its own command, which saves the window's state first, and waits until it is rendered again. */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent("load");
  await runCommand(page, "Developer: Reload Window");
  await loaded;
  await workbenchReady(page);
}
