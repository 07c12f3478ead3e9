import { expect } from "vitest";
import { waitForNotification } from "./support/notifications.ts";
import { counterLabel, openTrends, runLedgerCommand } from "./support/product.ts";
import { pick } from "./support/quick-input.ts";
import { cliJson, recordByCli } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import { openContainer, treeRows, writeClipboard } from "./support/workbench.ts";

scenario("window and terminal show each other's runs within a second", async (stage) => {
  const page = await stage.open();
  await openContainer(page, "Reward Ledger");
  const panel = await openTrends(page);
  await panel.getByRole("heading", { name: "No runs yet" }).waitFor();

  await recordByCli(stage, report("run-1", 94, [finding({ rule: "E501" })], 30));
  const recorded = performance.now();
  await expect.poll(() => counterLabel(page), { interval: 20 }).toContain("has 1.40 coins");
  const elapsedMs = performance.now() - recorded;
  console.log(`a run of the terminal is in the status bar ${Math.round(elapsedMs)} ms after the command ended`);
  await treeRows(page, "Runs", "score 94").waitFor();
  await treeRows(page, "Status", "claude-code").waitFor();
  await expect.poll(() => panel.locator('[data-tile="coins"] .tile-value').textContent()).toBe("1.40");

  await recordByCli(stage, report("run-2", 60, [finding({ rule: "TS2345", severity: "error" })], 20));
  await expect.poll(() => panel.locator('[data-tile="coins"] .tile-value').textContent()).toBe("\u22120.60");

  await writeClipboard(page, JSON.stringify(report("run-3", 100, [], 10)));
  await runLedgerCommand(page, "updateFromClipboard");
  await pick(page, "claude-code");
  await waitForNotification(page, "Total 1.40");
  expect(await cliJson(stage, "status")).toMatchObject({ coins: 1.4, runs: 3 });
  expect(await cliJson(stage, "verify")).toMatchObject({ ok: true, facts: 3 });
});
