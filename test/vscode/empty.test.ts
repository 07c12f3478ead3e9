import { existsSync } from "node:fs";
import { expect } from "vitest";
import { clickUntil } from "./support/driver.ts";
import { waitForNotification } from "./support/notifications.ts";
import { counterLabel, openTrends, runLedgerCommand } from "./support/product.ts";
import { dismissQuickInput, quickInput } from "./support/quick-input.ts";
import { scenario } from "./support/scenario.ts";
import { editorTabs, openContainer, statusBarItem, treeRows, welcomeContent } from "./support/workbench.ts";

scenario("an empty ledger teaches the first step", async (stage) => {
  const page = await stage.open();
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: no run recorded yet");

  await openContainer(page, "Reward Ledger");
  await expect.poll(() => welcomeContent(page, "Status").textContent()).toContain("No run has been recorded yet");
  await expect.poll(() => welcomeContent(page, "Runs").textContent()).toContain("Runs appear here, latest first");
  await clickUntil(welcomeContent(page, "Runs").getByRole("button", { name: "Record a Report File" }), quickInput(page));
  await dismissQuickInput(page);

  const panel = await openTrends(page);
  await panel.getByRole("heading", { name: "No runs yet" }).waitFor();
  await clickUntil(
    panel.getByRole("button", { name: "Open the walkthrough" }),
    page.getByText("From an empty ledger to the first trend"),
  );

  await runLedgerCommand(page, "newReport");
  await editorTabs(page, "Untitled").waitFor();
  await runLedgerCommand(page, "history");
  await dismissQuickInput(page);
  await runLedgerCommand(page, "undoReset");
  await waitForNotification(page, "Failed to undo a reset");
  // Viewing creates nothing on disk.
  expect(existsSync(stage.home)).toBe(false);
});

scenario("sample data stands in for an empty ledger, and goes without a trace", async (stage) => {
  const page = await stage.open();
  await openContainer(page, "Reward Ledger");
  const sample = statusBarItem(page, "reward-ledger.reward-ledger.rewardLedger.sample");
  await clickUntil(welcomeContent(page, "Status").getByRole("button", { name: "Try with Sample Data" }), sample);
  await expect.poll(() => counterLabel(page)).toMatch(/^Reward Ledger: claude-code has \d+\.\d\d coins/);
  await treeRows(page, "Runs").first().waitFor();
  expect(existsSync(stage.home)).toBe(false);

  await clickUntil(sample, welcomeContent(page, "Status"));
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: no run recorded yet");
  await sample.waitFor({ state: "hidden" });
  expect(existsSync(stage.home)).toBe(false);
});
