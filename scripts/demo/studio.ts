import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { browserExecutable, launchBrowser } from "../../test/vscode/support/browser.ts";
import { eventually } from "../../test/vscode/support/driver.ts";
import { counter } from "../../test/vscode/support/product.ts";
import { type Settings, startServer } from "../../test/vscode/support/server.ts";
import { nodeExecutable, serverFiles } from "../../test/vscode/support/server-files.ts";
import { newestCode } from "../../test/vscode/support/versions.ts";
import { type CodeWindow, openContext, openWindow } from "../../test/vscode/support/window.ts";

/** A window of a real VS Code with the packaged extension, for taking pictures. */
export type Studio = Readonly<{
  page: Page;
  window: CodeWindow;
  /** Changes settings in addition to earlier changes. */
  change(settings: Settings): Promise<void>;
  close(): Promise<void>;
}>;

export type StudioOptions = Readonly<{
  /** Directory for the server's data. */
  data: string;
  vsix: string;
  folder: string;
  settings: Settings;
}>;

/** Fetches the files that a studio needs from npm's configured registry into the cache. */
export async function fetchStudio(): Promise<void> {
  await Promise.all([serverFiles(newestCode()), nodeExecutable(newestCode()), browserExecutable()]);
}

/** Opens a window and waits until the extension runs in it. */
export async function openStudio({ data, vsix, folder, settings }: StudioOptions): Promise<Studio> {
  await mkdir(data, { recursive: true });
  // A setting names the home, because it may change while the window is open.
  const env = { REWARD_LEDGER_HOME: undefined };
  const server = await startServer({ version: newestCode(), data, vsix, env, settings });
  try {
    const browser = await launchBrowser();
    const close = async (): Promise<void> => {
      await browser.close();
      await server.stop();
    };
    try {
      const context = await openContext(browser, { width: 1440, height: 900 });
      const window = await openWindow(context, server, folder);
      await counter(window.page).waitFor();
      const changed: { settings: Settings } = { settings: {} };
      return {
        page: window.page,
        window,
        change: (more) => {
          changed.settings = { ...changed.settings, ...more };
          return server.changeSettings(changed.settings);
        },
        close,
      };
    } catch (error) {
      await browser.close();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Takes a picture of a window as soon as two in a row are identical, which means that rendering is complete. */
export async function takePicture(page: Page, folder: string, name: string): Promise<void> {
  const take = (): Promise<Buffer> => page.screenshot({ animations: "disabled" });
  const last = { picture: await take() };
  const stablePicture = await eventually("the window to stand still", async () => {
    const picture = await take();
    const same = picture.equals(last.picture);
    last.picture = picture;
    return same ? picture : undefined;
  });
  await writeFile(join(folder, `${name}.png`), stablePicture);
}
