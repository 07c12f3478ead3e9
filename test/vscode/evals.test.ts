import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import * as z from "zod";
import { startCollector } from "../../src/collector/main.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { actUntil } from "./support/driver.ts";
import { chooseMenuEntry } from "./support/menu.ts";
import { notifications, pressNotification, waitForNotification } from "./support/notifications.ts";
import { runLedgerCommand } from "./support/product.ts";
import { pick } from "./support/quick-input.ts";
import { cliJson } from "./support/record.ts";
import { scenario } from "./support/scenario.ts";
import {
  closePanel,
  closeViews,
  collapseRow,
  expandRow,
  openContainer,
  openFile,
  openProblems,
  readClipboard,
  reportText,
  statusBarItem,
  treeRows,
  waitForReport,
  webview,
  welcomeContent,
} from "./support/workbench.ts";

const runs = z.array(z.object({ id: z.string(), project: z.string(), baseline: z.boolean() }));

scenario("the Evals view takes results in, compares, pins, bills, and follows a collector", async (stage) => {
  const list = async () => runs.parse(await cliJson(stage, "eval", "list"));
  const page = await stage.open();
  await openContainer(page, "Reward Ledger");
  await welcomeContent(page, "Evals").getByText("Results of evals appear here").waitFor();
  await closeViews(page, "Status", "Runs", "Agent");
  const rows = (text: string | RegExp): Locator => treeRows(page, "Evals", text);

  // A result that is written to the workspace is recorded automatically; an invalid one causes a warning on its file.
  const history = makeEvalHistory({ seed: 7, runs: 62, tests: 80, tiers: ["e2e"] });
  const [first, ...rest] = history.map((run) => JSON.stringify(run));
  await mkdir(join(stage.folder, "evals"));
  await writeFile(join(stage.folder, "evals", "first.json"), first ?? "");
  await writeFile(join(stage.folder, "evals", "cases.json"), '[{ "question": "6 × 7" }]');
  await writeFile(join(stage.folder, "evals", "broken.json"), '{ "all_results": [ ');
  await rows(/\d+\/80 · e2e/).waitFor();
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toContain("broken.json");
  expect(await problems.textContent()).not.toContain("cases.json");
  expect(await notifications(page).count()).toBe(0);
  await closePanel(page);

  // Changes made in a terminal appear without a refresh, one page at a time.
  const folder = join(stage.root, "history");
  await mkdir(folder);
  for (const [index, run] of rest.entries()) await writeFile(join(folder, `${index}.json`), run);
  await cliJson(stage, "eval", "import", folder);
  await rows(/^\s*Runs\s*62/).waitFor();
  const [latest, before] = await list();
  await expandRow(rows(/\d+\/80 · e2e/), rows("expected the outcome to hold"));

  await chooseMenuEntry(
    page,
    rows(/\d+\/80 · e2e/).first(),
    "evalCopyId",
    async () => (await readClipboard(page)) === latest?.id,
  );
  await chooseMenuEntry(page, rows(/\d+\/80 · e2e/).first(), "evalPin", rows(/\d+\/80 · e2e .*baseline/));
  expect((await list()).filter(({ baseline }) => baseline).map(({ id }) => id)).toEqual([latest?.id]);
  await chooseMenuEntry(page, rows(/\d+\/80 · e2e .*baseline/), "evalUnpin", async () =>
    (await list()).every(({ baseline }) => !baseline),
  );
  await chooseMenuEntry(
    page,
    rows(/\d+\/80 · e2e/).first(),
    "evalComparePrevious",
    reportText(page, before?.id.slice(0, 8) ?? ""),
  );
  await chooseMenuEntry(page, rows(/\d+\/80 · e2e/).first(), "evalShow", reportText(page, latest?.id ?? ""));
  await chooseMenuEntry(page, rows(/\d+\/80 · e2e/).first(), "evalCost", reportText(page, "Costs: one run"));

  // Tests are grouped by health, those that need attention first; a click on a test opens its trend.
  await collapseRow(rows(/^\s*Runs\s*62/));
  await rows(/^\s*Tests\s*80 · over the latest 10 runs/).waitFor();
  await rows(/^\s*(Broken|Degrading|Flaky)\s*\d+/)
    .first()
    .waitFor();
  const flaky = rows(/\d+% · [✓✗]{4,}/).first();
  const [, name = ""] = /^\s*(.+?)\s*\d+%/.exec((await flaky.textContent()) ?? "") ?? [];
  await flaky.click();
  await webview(page).getByRole("heading", { name }).waitFor();

  // The palette asks for the values that the command line takes as arguments.
  await runLedgerCommand(page, "evalCompare");
  await pick(page, "Latest Run");
  await pick(page, "The Run Before It");
  await waitForReport(page, before?.id.slice(0, 8) ?? "");
  await runLedgerCommand(page, "evalSummary");
  await waitForReport(page, /^62 runs, /);
  await runLedgerCommand(page, "evalTrend");
  await pick(page, "All Tests");
  await waitForReport(page, "over the latest 10 runs");

  // Prices in the settings override those of the program, from the next call on.
  await runLedgerCommand(page, "evalCost");
  await pick(page, "All runs");
  await waitForReport(page, "incomplete: some costs are not known");
  await stage.server.changeSettings({ "rewardLedger.evals.prices": { "house-model-1": { input: 1, output: 2 } } });
  await actUntil("the bill to name the settings' prices, which take a moment to reach the window", {
    reached: () =>
      webview(page)
        .getByText(/Price list: settings of .*, then/)
        .first()
        .isVisible(),
    act: async () => {
      await runLedgerCommand(page, "evalCost");
      await pick(page, "All runs");
    },
  });

  // The status bar shows a running collector and how it ended.
  const collecting = statusBarItem(page, "reward-ledger.reward-ledger.rewardLedger.collector");
  const collector = await startCollector({
    version: "2.0",
    tier: "e2e",
    home: stage.home,
    project: "acme/collected",
    expected: 3,
    gitBranch: "main",
    gitSha: "abc",
    env: {},
  });
  await collector.begin("a");
  await collector.add({ name: "a", suite: "s", passed: true, cost_usd: 0.25, duration_ms: 1000 });
  await collector.add({ name: "b", suite: "s", passed: false, cost_usd: 0.5, duration_ms: 1000, error: "no" });
  await collecting.getByText("Evals 2/3 · 1 failed · $0.75").waitFor();
  await collecting.click();
  await waitForReport(page, "s / b");
  await collector.add({ name: "c", suite: "s", passed: true, cost_usd: 0.5, duration_ms: 1000 });
  await waitForReport(page, "s / c");
  await collector.finalize();
  await collecting.getByText("Evals 3/3 · 1 failed · $1.25").waitFor();
  await waitForReport(page, "Finished");
  await rows(/^\s*Runs\s*63/).waitFor();

  // Recorded by hand: the same result again.
  await writeFile(join(stage.folder, "again.json"), first ?? "");
  await openFile(page, "again.json");
  await runLedgerCommand(page, "evalPushEditor");
  await waitForNotification(page, "Already recorded");
  await pressNotification(page, "Already recorded", "Show Run");
  await waitForReport(page, new RegExp(history[0]?.git_sha.slice(0, 12) ?? "no commit"));
});
