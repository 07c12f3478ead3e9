import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { actUntil } from "../../vscode/support/driver.ts";
import { openBrowser } from "./browser.ts";
import { startHarness } from "./server.ts";
import type { ThemeName } from "./themes.ts";

/*
 * Takes pictures of the panel in its states and themes: `node test/webview/harness/shots.ts <folder> [name…]`.
 * The pictures are for human review; nothing is compared.
 */

type Shot = Readonly<{
  name: string;
  scenario: string;
  state?: Readonly<Record<string, unknown>>;
  width?: number;
  height?: number;
  themes?: readonly ThemeName[];
  full?: boolean;
  act?(page: Page): Promise<void>;
}>;

const filter = (more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  agent: null,
  compare_with: null,
  project: null,
  period: "all",
  since: null,
  until: null,
  ...more,
});
const compare = { filter: filter({ agent: "claude-code", compare_with: "codex" }) };
const single = { filter: filter({ agent: "claude-code" }) };
const allThemes = ["dark", "light", "contrast"] as const;

/** Opens the newest run; if the chart shows sums, Enter first zooms into the newest sum. */
async function openNewest(page: Page): Promise<void> {
  await actUntil("the newest run to be open", {
    reached: () => page.locator(".drawer").isVisible(),
    act: async (limit) => {
      await page.locator("#coin-chart").focus(limit);
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
    },
  });
  await page.locator("#findings-title").waitFor();
}

/** Waits for the part of the costs that is requested separately. */
async function waitForBudget(page: Page): Promise<void> {
  await page.locator(".budget-limits").waitFor();
}

async function hoverChart(page: Page): Promise<void> {
  const box = await page.locator(".u-over").first().boundingBox();
  if (box !== null) await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.4);
}

const evals = { tab: "evals", filter: filter({}) };

/** Hovers over the pass rates. */
async function hoverRates(page: Page): Promise<void> {
  const box = await page.locator("#pass-rate-chart .u-over").boundingBox();
  if (box !== null) await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.4);
}

/** Hovers over a cell of the strip. */
async function hoverHeat(page: Page): Promise<void> {
  const box = await page.locator("#heat-strip").boundingBox();
  if (box !== null) await page.mouse.move(box.x + box.width * 0.6, box.y + Math.min(box.height - 4, 62));
}

const shots: readonly Shot[] = [
  { name: "empty", scenario: "empty", themes: allThemes },
  { name: "one", scenario: "one" },
  { name: "single", scenario: "sixty", state: single, themes: allThemes, act: hoverChart },
  { name: "compare", scenario: "sixty", state: compare, themes: allThemes },
  { name: "compare-wide", scenario: "sixty", state: compare, width: 2000 },
  { name: "thousands", scenario: "thousands", state: single, themes: allThemes, act: hoverChart },
  { name: "three", scenario: "thousands", state: { filter: filter({}) } },
  { name: "eight", scenario: "eight", state: { filter: filter({}) } },
  { name: "reset", scenario: "reset", state: single },
  {
    name: "violations",
    scenario: "sixty",
    state: { tab: "violations", filter: filter({ agent: "claude-code", period: "30d" }) },
    themes: allThemes,
  },
  {
    name: "rule",
    scenario: "sixty",
    state: { tab: "violations", filter: filter({ agent: "claude-code" }) },
    act: async (page) => {
      await page.locator(".rule-row").first().click();
      await page.locator(".run-row").first().waitFor();
    },
  },
  { name: "table", scenario: "sixty", state: { ...compare, presentation: { coins: "table" } }, themes: allThemes },
  {
    name: "violations-table",
    scenario: "sixty",
    state: { tab: "violations", filter: filter({}), presentation: { violations: "table" } },
  },
  { name: "run", scenario: "sixty", state: single, themes: allThemes, act: openNewest },
  { name: "narrow", scenario: "sixty", state: compare, width: 300, height: 700, themes: allThemes, full: true },
  {
    name: "narrow-violations",
    scenario: "sixty",
    state: { tab: "violations", filter: filter({}) },
    width: 300,
    height: 700,
    full: true,
  },
  { name: "narrow-run", scenario: "sixty", state: single, width: 300, height: 700, act: openNewest },
  {
    name: "nothing",
    scenario: "sixty",
    state: { filter: filter({ period: "custom", since: "2020-01-01", until: "2020-01-31" }) },
  },
  { name: "evals-empty", scenario: "reset", state: { tab: "evals" }, themes: allThemes },
  { name: "evals-one", scenario: "one", state: evals },
  { name: "evals", scenario: "sixty", state: evals, height: 1300, themes: allThemes, act: hoverRates },
  { name: "evals-heat", scenario: "sixty", state: evals, height: 1300, act: hoverHeat },
  { name: "evals-year", scenario: "thousands", state: evals, height: 1300, themes: allThemes, act: hoverHeat },
  { name: "evals-wide-run", scenario: "eight", state: evals, height: 1300 },
  { name: "evals-narrow", scenario: "thousands", state: evals, width: 500, height: 900, full: true },
  { name: "evals-table", scenario: "sixty", state: { ...evals, presentation: { evals: "table" } } },
  { name: "evals-health", scenario: "thousands", state: { ...evals, testHealth: "degrading", testQuery: "cart" } },
  { name: "evals-nothing", scenario: "sixty", state: { ...evals, evals: { tier: "other" } } },
  { name: "evals-no-match", scenario: "sixty", state: { ...evals, testQuery: "no such test" }, height: 1000 },
  {
    name: "evals-test",
    scenario: "sixty",
    state: evals,
    height: 1300,
    themes: allThemes,
    act: async (page) => {
      await page.locator(".virtual .link").first().click();
      await page.locator("#timeline-title").waitFor();
    },
  },
  {
    name: "evals-run",
    scenario: "sixty",
    state: evals,
    height: 1300,
    themes: allThemes,
    act: async (page) => {
      await page.locator("[data-tile=eval-rate]").click();
      await page.locator("#failures-title").waitFor();
    },
  },
  {
    name: "evals-compare",
    scenario: "sixty",
    state: evals,
    height: 1300,
    act: async (page) => {
      await page.locator("[data-tile=eval-rate]").click();
      await page.locator("#failures-title").waitFor();
      await page.locator(".drawer .secondary").first().click();
      await page.locator("#comparison-title").waitFor();
    },
  },
  { name: "agents", scenario: "empty", state: { tab: "agents" }, themes: allThemes, full: true },
  { name: "costs-empty", scenario: "empty", state: { tab: "costs", filter: filter({}) }, themes: allThemes, full: true },
  { name: "costs-one", scenario: "one", state: { tab: "costs", filter: filter({}) }, full: true },
  {
    name: "costs",
    scenario: "sixty",
    state: { tab: "costs", filter: filter({}) },
    themes: allThemes,
    full: true,
    act: waitForBudget,
  },
  { name: "costs-year", scenario: "thousands", state: { tab: "costs", filter: filter({}) }, full: true, act: waitForBudget },
  {
    name: "costs-many",
    scenario: "eight",
    state: { tab: "costs", filter: filter({}), costs: { outcomesBy: "model" } },
    themes: allThemes,
    full: true,
    act: waitForBudget,
  },
  {
    name: "costs-narrow",
    scenario: "sixty",
    state: { tab: "costs", filter: filter({}) },
    width: 500,
    full: true,
    act: waitForBudget,
  },
  {
    name: "costs-tables",
    scenario: "sixty",
    state: { tab: "costs", filter: filter({}), presentation: { costs: "table" }, costs: { outcomes: "table", spend: "table" } },
    full: true,
    act: waitForBudget,
  },
  {
    name: "costs-nothing",
    scenario: "sixty",
    state: { tab: "costs", filter: filter({ period: "custom", since: "2020-01-01", until: "2020-01-31" }) },
    full: true,
  },
  {
    name: "error",
    scenario: "sixty",
    state: single,
    act: async (page) => {
      await page.evaluate(() => {
        window.harness.failing = true;
        window.harness.say({ type: "changed" });
      });
      await page.locator(".error-notice").waitFor();
    },
  },
];

const [folder = "/tmp/webview-shots", ...names] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const harness = await startHarness();
const browser = await openBrowser();
try {
  for (const shot of shots.filter(({ name }) => names.length === 0 || names.includes(name))) {
    for (const theme of shot.themes ?? ["dark"]) {
      const page = await browser.newPage({
        locale: "en-US",
        viewport: { width: shot.width ?? 1200, height: shot.height ?? 860 },
      });
      page.on("console", (message) => {
        if (message.type() === "error") console.error(`${shot.name} ${theme}: ${message.text()}`);
      });
      page.on("pageerror", (error) => console.error(`${shot.name} ${theme}: ${error.message}`));
      // Only ends a page that hangs.
      page.setDefaultTimeout(120_000);
      const state = JSON.stringify(shot.state ?? {});
      await page.addInitScript((stored) => sessionStorage.setItem("panel state", stored), state);
      await page.goto(`${harness.url}?scenario=${shot.scenario}&theme=${theme}`);
      await page.locator(".tile, .empty").first().waitFor();
      await shot.act?.(page);
      await page.screenshot({ path: join(folder, `${shot.name}-${theme}.png`), fullPage: shot.full ?? false });
      await page.close();
    }
  }
} finally {
  await browser.close();
  await harness.close();
}
