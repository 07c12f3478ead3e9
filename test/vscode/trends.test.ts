import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import type { FixtureReport } from "../support/fixtures.ts";
import { actUntil, attributeOf, clickUntil, pressUntil } from "./support/driver.ts";
import { openTrends } from "./support/product.ts";
import { answerPath } from "./support/quick-input.ts";
import { cliJson, recordByCli } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import type { Stage } from "./support/stage.ts";
import { reloadWindow } from "./support/window.ts";
import { closeSideBar, cursorPosition, editorTabs, openFile, readClipboard, webview } from "./support/workbench.ts";

const day = 24 * 60;

/** Records six passes of claude-code, so that the last two earn the bonus, and two fails of codex in another project. */
async function recordHistory(stage: Stage): Promise<void> {
  const passes: readonly FixtureReport[] = [6, 5, 4, 3, 2, 1].map((days) =>
    report(`pass-${days}`, 94, [finding({ rule: "E501", line: 12 })], days * day),
  );
  for (const pass of passes) await recordByCli(stage, pass, "claude-code", "acme/storefront");
  for (const days of [200, 3]) {
    const broken = [finding({ rule: "TS2345", severity: "error" }), finding({ rule: "E501" })];
    await recordByCli(stage, report(`fail-${days}`, 60, broken, days * day), "codex", "acme/billing");
  }
}

const tile = (panel: FrameLocator, name: string): Locator => panel.locator(`[data-tile="${name}"] .tile-value`);
const choose = (panel: FrameLocator, label: string, option: string): Promise<readonly string[]> =>
  panel.getByLabel(label, { exact: true }).selectOption({ label: option });

async function openTable(panel: FrameLocator): Promise<Locator> {
  await panel.getByRole("button", { name: "Table" }).click();
  return panel.locator("table tbody tr");
}

async function openPanel(stage: Stage): Promise<Readonly<{ page: Page; panel: FrameLocator }>> {
  await recordHistory(stage);
  const page = await stage.open();
  await closeSideBar(page);
  const panel = await openTrends(page);
  await panel.locator("canvas").first().waitFor();
  return { page, panel };
}

scenario("trends: filters, tabs, tables and a run with its formula", async (stage) => {
  await mkdir(join(stage.folder, "src"));
  await writeFile(join(stage.folder, "src", "cart.ts"), Array.from({ length: 40 }, (_, line) => `// ${line + 1}\n`).join(""));
  const { page, panel } = await openPanel(stage);

  // Six rewards of 1.40 and two bonuses of 0.50; codex pays 2.00 twice, once before the period.
  await choose(panel, "Agent", "claude-code");
  await expect.poll(() => tile(panel, "coins").textContent()).toBe("9.40");
  await expect.poll(() => tile(panel, "streak").textContent()).toContain("6 passes");
  await choose(panel, "Agent", "codex");
  await expect.poll(() => tile(panel, "coins").textContent()).toBe("\u22124.00");
  let rows = await openTable(panel);
  await expect.poll(() => rows.count()).toBe(1);
  await choose(panel, "Period", "All time");
  await expect.poll(() => rows.count()).toBe(2);
  await choose(panel, "Compare with", "claude-code");
  await expect.poll(() => rows.count()).toBe(8);
  await choose(panel, "Project", "acme/billing");
  await expect.poll(() => rows.count()).toBe(2);
  await panel.getByRole("button", { name: "Reset filter" }).click();
  await expect.poll(() => rows.count()).toBe(7);

  await panel.getByRole("button", { name: "Copy CSV" }).click();
  await expect.poll(() => readClipboard(page)).toContain("claude-code");
  await panel.getByRole("button", { name: "Save CSV…" }).click();
  await answerPath(page, join(stage.root, "saved.csv"));
  await panel.getByText("Saved", { exact: true }).waitFor();

  await panel.getByRole("tab", { name: "Violations" }).click();
  const ruleRow = panel.locator(".rule-row", { hasText: "E501" });
  await ruleRow.waitFor();
  expect(await panel.locator(".rule-row .rule-name").allTextContents()).toEqual(["E501", "TS2345"]);
  rows = await openTable(panel);
  await expect.poll(() => rows.count()).toBe(2);
  await panel.getByRole("button", { name: "Chart" }).click();
  await ruleRow.click();
  await panel.locator(".run-row").first().click();

  // The newest run of the rule: the sixth pass, which earned the bonus.
  const drawer = panel.locator(".drawer");
  await drawer.getByText("Reviewed pass-1.").waitFor();
  const formula = ((await drawer.locator(".sums").textContent()) ?? "").replaceAll(/\s+/g, " ");
  for (const part of ["(94 − 80) ÷ 10", "+1.40", "6 passes in a row", "+0.50", "+1.90"]) expect(formula).toContain(part);
  expect(await drawer.locator(".coins-after").textContent()).toBe("Coins 7.50 → 9.40");
  await drawer.locator(".finding").click();
  await editorTabs(page, "cart.ts").waitFor();
  await expect.poll(() => cursorPosition(page)).toMatch(/Ln 12, Col \d+/);
});

scenario("trends: the keyboard reaches every run, a reload brings everything back", async (stage) => {
  const { page, panel } = await openPanel(stage);
  await choose(panel, "Agent", "claude-code");
  await expect.poll(() => tile(panel, "coins").textContent()).toBe("9.40");
  const chart = panel.locator("#coin-chart");
  const says = (coins: string) => async () => (await attributeOf(chart, "aria-valuetext"))?.includes(coins) === true;
  await pressUntil(page, "Home", says("1.40"), chart);
  await pressUntil(page, "ArrowRight", says("2.80"), chart);
  await pressUntil(page, "End", says("9.40"), chart);
  const drawer = panel.locator(".drawer");
  await pressUntil(page, "Enter", () => drawer.getByText("Reviewed pass-1.").isVisible(), chart);
  await pressUntil(page, "Escape", async () => !(await drawer.isVisible()));
  const rule = panel.locator(".rule-row", { hasText: "E501" });
  await pressUntil(page, "ArrowRight", () => rule.isVisible(), panel.getByRole("tab", { name: "Coins & streaks" }));
  await pressUntil(page, "Enter", () => drawer.getByText("Runs with this rule broken").isVisible(), rule);

  await reloadWindow(page);
  const restoredPanel = webview(page);
  await restoredPanel.locator(".drawer").getByText("Runs with this rule broken").waitFor();
  expect(await restoredPanel.getByRole("tab", { name: "Violations" }).getAttribute("aria-selected")).toBe("true");
  expect(await restoredPanel.getByLabel("Agent", { exact: true }).locator("option:checked").textContent()).toBe("claude-code");

  // Evals that the command line records appear in the open panel.
  await restoredPanel.getByRole("button", { name: "Close" }).click();
  await restoredPanel.getByRole("tab", { name: "Evals" }).click();
  await restoredPanel.getByText("No evals yet").waitFor();
  const start = new Date(Date.now() - 4 * day * 60_000).toISOString();
  const runs = makeEvalHistory({ seed: 4, runs: 3, tests: 6, tiers: ["e2e"], start });
  for (const [before, run] of runs.entries()) {
    expect((await stage.cli(["eval", "push"], JSON.stringify(run))).code).toBe(0);
    await expect.poll(() => tile(restoredPanel, "eval-runs").textContent()).toBe(String(before + 1));
  }
  await actUntil("Enter to open the newest run", {
    reached: () => restoredPanel.locator("#failures-title").isVisible(),
    act: async (limit) => {
      await restoredPanel.locator("#pass-rate-chart").focus(limit);
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
    },
  });
  await clickUntil(
    restoredPanel.getByRole("button", { name: /^Compare with the run of/ }),
    restoredPanel.locator("#comparison-title"),
  );
  await pressUntil(page, "Escape", async () => !(await restoredPanel.locator("#comparison-title").isVisible()));
  await clickUntil(restoredPanel.locator(".virtual .link"), restoredPanel.locator("#timeline-title"));
  await restoredPanel.getByRole("button", { name: "Copy CSV" }).last().click();
  await expect.poll(() => readClipboard(page)).toContain(runs[0]?.git_sha);
});

scenario("trends: a hidden panel costs nothing and catches up when it is shown", async (stage) => {
  const { page } = await openPanel(stage);
  await writeFile(join(stage.folder, "other.txt"), "another editor");
  await openFile(page, "other.txt");
  await expect.poll(() => page.locator("iframe.webview").count()).toBe(0);
  await recordByCli(stage, report("while-hidden", 100), "claude-code", "acme/storefront");
  await editorTabs(page, "Reward Ledger Trends").click();
  const panel = webview(page);
  await choose(panel, "Agent", "claude-code");
  await expect.poll(() => tile(panel, "coins").textContent()).toBe("11.90");
});

scenario("trends: every theme draws", async (stage) => {
  const { page, panel } = await openPanel(stage);
  const colours = async (): Promise<string> =>
    String(
      await panel
        .locator("body")
        .evaluate("((style) => [style.color, style.backgroundColor].join())(getComputedStyle(document.body))"),
    );
  const colourSets = new Set<string>();
  for (const [theme, kind] of [
    ["Default Dark Modern", "vscode-dark"],
    ["Default Light Modern", "vscode-light"],
    ["Default High Contrast", "vscode-high-contrast"],
    ["Default High Contrast Light", "vscode-high-contrast-light"],
  ] as const) {
    await stage.server.changeSettings({ "workbench.colorTheme": theme });
    await expect.poll(() => panel.locator("body").getAttribute("data-vscode-theme-kind")).toBe(kind);
    colourSets.add(await colours());
    await panel.locator("canvas").first().waitFor();
  }
  expect(colourSets.size).toBe(4);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await panel.getByRole("tab", { name: "Violations" }).click();
  await panel.locator(".rule-row").first().waitFor();

  // New costs of evals and the agent appear while the Costs tab is open.
  await panel.getByRole("tab", { name: "Costs" }).click();
  await panel.getByText("No eval costs yet").waitFor();
  const start = new Date(Date.now() - 3_600_000).toISOString();
  const [run] = makeEvalHistory({ seed: 2, runs: 1, tests: 4, start, models: ["claude-sonnet-4-6"] });
  expect((await stage.cli(["eval", "push"], JSON.stringify(run))).code).toBe(0);
  await expect.poll(() => tile(panel, "cost").textContent()).toContain(String(run?.total_cost_usd.toFixed(2)));
  await cliJson(stage, "spend", "add", "--model", "claude-sonnet-4-6", "--call-site", "plan", "--usd", "12.5");
  await expect.poll(() => panel.locator(".budget-limit").first().textContent()).toContain("$12.50 of $25.00");
  for (const id of ["cost-chart", "outcome-chart", "spend-chart"]) await panel.locator(`#${id} canvas`).first().waitFor();
});
