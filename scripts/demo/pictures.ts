import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launchBrowser } from "../../test/vscode/support/browser.ts";
import { counter, openTrends } from "../../test/vscode/support/product.ts";
import { type CodeServer, startServer } from "../../test/vscode/support/server.ts";
import { newestCode } from "../../test/vscode/support/versions.ts";
import { openContext, openWindow } from "../../test/vscode/support/window.ts";
import { closeSideBar, closeViews, openContainer, treeRows, webview, welcomeOf } from "../../test/vscode/support/workbench.ts";

export type PictureOptions = Readonly<{
  /** Where pictures go. */
  output: string;
  /** Scratch directory for the servers' data. */
  scratch: string;
  vsix: string;
  home: string;
  emptyHome: string;
  folder: string;
  onPicture(name: string): void;
}>;

const themes = [
  ["dark", "Default Dark Modern"],
  ["light", "Default Light Modern"],
  ["high-contrast", "Default High Contrast"],
] as const;

const size = { width: 1440, height: 900 };

type Studio = Readonly<{ page: Page; server: CodeServer; shoot(name: string): Promise<void> }>;

async function withStudio(
  options: PictureOptions,
  home: string,
  name: string,
  body: (studio: Studio) => Promise<void>,
): Promise<void> {
  const data = join(options.scratch, name);
  await mkdir(data, { recursive: true });
  const server = await startServer({
    version: newestCode(),
    data,
    vsix: options.vsix,
    env: { REWARD_LEDGER_HOME: home },
    settings: { "workbench.colorTheme": themes[0][1] },
  });
  try {
    const browser = await launchBrowser();
    try {
      const context = await openContext(browser, size);
      const { page } = await openWindow(context, server, options.folder);
      const shoot = async (picture: string): Promise<void> => {
        await page.screenshot({ path: join(options.output, `${picture}.png`), animations: "disabled" });
        options.onPicture(`${picture}.png`);
      };
      await counter(page).waitFor();
      await body({ page, server, shoot });
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** What a person sees before the first run: the side bar's welcome texts and the panel's empty state. */
async function emptyState({ page, shoot }: Studio): Promise<void> {
  await openContainer(page, "Reward Ledger");
  await welcomeOf(page, "Status").waitFor();
  await openTrends(page);
  await shoot("empty-state");
}

async function sideBarAndTooltip({ page, shoot }: Studio): Promise<void> {
  await openContainer(page, "Reward Ledger");
  const runs = treeRows(page, "Runs", "score");
  await runs.first().waitFor();
  await runs.first().click();
  await treeRows(page, "Runs", "line ").first().waitFor();
  await counter(page).hover();
  await page.locator(".monaco-hover:visible", { hasText: "Most broken rules" }).waitFor();
  await shoot("status-bar-and-side-bar");
  await page.mouse.move(0, 0);
}

/** The runs and tests of evals, and what an agent and its human have on their tables. */
async function evalsAndAgent({ page, shoot }: Studio): Promise<void> {
  await closeViews(page, "Status", "Runs");
  const rows = (name: string, text: RegExp) => treeRows(page, name, text).first();
  await rows("Evals", /\d+\/\d+ · /).waitFor();
  for (const group of [/^\s*Runs/, /^\s*Tests/]) await rows("Evals", group).locator(".monaco-tl-twistie").click();
  await rows("Evals", /^\s*Flaky/).waitFor();
  await rows("Agent", /\S/).waitFor();
  await page.waitForTimeout(800);
  await shoot("evals-and-agent");
}

async function trends({ page, server, shoot }: Studio): Promise<void> {
  await closeSideBar(page);
  const panel = await openTrends(page);
  await panel.locator("canvas").first().waitFor();
  for (const [theme, id] of themes) {
    await server.changeSettings({ "workbench.colorTheme": id });
    await page.waitForTimeout(800);
    await panel.getByRole("tab", { name: "Coins & streaks" }).click();
    await panel.locator("canvas").first().waitFor();
    await page.waitForTimeout(400);
    await shoot(`trends-coins-${theme}`);
    await panel.getByRole("tab", { name: "Violations" }).click();
    await page.waitForTimeout(400);
    await shoot(`trends-violations-${theme}`);
    for (const name of ["Evals", "Costs"]) {
      await panel.getByRole("tab", { name }).click();
      await panel.locator("canvas").first().waitFor();
      await page.waitForTimeout(400);
      await shoot(`trends-${name.toLowerCase()}-${theme}`);
    }
  }
}

/** A run with its findings and its formula, and two agents beside each other. */
async function runAndComparison({ page, server, shoot }: Studio): Promise<void> {
  await server.changeSettings({});
  const panel = webview(page);
  await panel.getByRole("tab", { name: "Coins & streaks" }).click();
  await panel.getByLabel("Agent", { exact: true }).selectOption({ label: "claude-code" });
  await panel.getByLabel("Compare with", { exact: true }).selectOption({ label: "codex" });
  await page.waitForTimeout(800);
  await shoot("trends-two-agents");
  await panel.locator("#coin-chart").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await panel.locator(".drawer .sums").waitFor();
  await page.waitForTimeout(400);
  await shoot("trends-run");
}

/** Opens the packaged extension in a real VS Code, headless, and takes the demo's pictures. */
export async function takePictures(options: PictureOptions): Promise<void> {
  await mkdir(options.output, { recursive: true });
  await withStudio(options, options.emptyHome, "code-empty", emptyState);
  await withStudio(options, options.home, "code", async (studio) => {
    await sideBarAndTooltip(studio);
    await evalsAndAgent(studio);
    await trends(studio);
    await runAndComparison(studio);
  });
}
