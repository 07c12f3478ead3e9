import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../harness/browser.ts";
import type { ScenarioName } from "../harness/scenario.ts";
import { type Harness, startHarness } from "../harness/server.ts";
import { type ThemeName, themes } from "../harness/themes.ts";

export type View = Readonly<{
  scenario?: ScenarioName;
  theme?: ThemeName;
  /** The panel's stored state at the time of opening. */
  state?: Readonly<Record<string, unknown>>;
  width?: number;
  height?: number;
}>;

export type OpenPanel = Readonly<{
  page: Page;
  /** Violations of the content policy and errors of scripts, as they happen. */
  complaints: readonly string[];
}>;

export type PanelStage = Readonly<{
  harness: Harness;
  open(view: View): Promise<OpenPanel>;
  close(): Promise<void>;
}>;

/** The key under which the harness's host keeps the panel's state. */
const stateKey = "panel state";

async function openView(browser: Browser, harness: Harness, view: View): Promise<OpenPanel> {
  const { scenario = "sixty", theme = "dark", state, width = 1200, height = 860 } = view;
  const page = await browser.newPage({ locale: "en-US", viewport: { width, height } });
  // Only ends hanging tests.
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  if (state !== undefined) {
    // Only the first page of a tab starts with this state: after a reload the panel finds its own stored state.
    await page.addInitScript(
      ([key, stored]) => {
        if (sessionStorage.getItem(key) === null) sessionStorage.setItem(key, stored);
      },
      [stateKey, JSON.stringify(state)] as const,
    );
  }
  await page.goto(`${harness.url}?scenario=${scenario}&theme=${theme}`);
  await page.locator(".tile, .empty, .agent-card").first().waitFor();
  return { page, complaints };
}

/** One browser and one server for a suite. */
export async function openStage(): Promise<PanelStage> {
  const harness = await startHarness();
  const browser = await openBrowser();
  return {
    harness,
    open: (view) => openView(browser, harness, view),
    close: async () => {
      await browser.close();
      await harness.close();
    },
  };
}

/** Waits two frames, after which the panel has redrawn everything that a change of theme or width affects. */
export const waitForRedraw = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));

/** Switches the open panel's theme like VS Code: changes the variables and the class of the body. Returns the background. */
export async function applyTheme(page: Page, theme: ThemeName): Promise<string> {
  await page.evaluate(
    async ([href, bodyClass]) => {
      const sheet = document.querySelector("link[href^='/theme/']");
      if (!(sheet instanceof HTMLLinkElement)) throw new Error("the harness gives no theme");
      if (sheet.getAttribute("href") !== href) {
        const loaded = new Promise((resolve) => sheet.addEventListener("load", resolve, { once: true }));
        sheet.setAttribute("href", href);
        await loaded;
      }
      document.body.className = bodyClass;
    },
    [`/theme/${theme}.css`, themes[theme].bodyClass] as const,
  );
  await waitForRedraw(page);
  return page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background"));
}

/** The messages of one kind that the panel has sent to its host. */
export function sentMessages(page: Page, kind: string): Promise<readonly unknown[]> {
  return page.evaluate(
    (wanted) => window.harness.told.filter((message) => (message.type === "request" ? message.method : message.type) === wanted),
    kind,
  );
}
