import { existsSync } from "node:fs";
import { expect } from "vitest";
import { clickUntil } from "./support/driver.ts";
import { notified } from "./support/notifications.ts";
import { counterLabel, openTrends, runLedgerCommand } from "./support/product.ts";
import { dismissQuickInput, quickInput } from "./support/quick-input.ts";
import { scenario } from "./support/scenario.ts";
import { editorTabs, openContainer, welcomeOf } from "./support/workbench.ts";

scenario("an empty ledger teaches the first step", async (stage) => {
  const page = await stage.open();
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: no run recorded yet");

  await openContainer(page, "Reward Ledger");
  await expect.poll(() => welcomeOf(page, "Status").textContent()).toContain("No run has been recorded yet");
  await expect.poll(() => welcomeOf(page, "Runs").textContent()).toContain("Runs appear here, newest first");
  await clickUntil(welcomeOf(page, "Status").getByRole("button", { name: "Record a Report File" }), quickInput(page));
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
  await notified(page, "Failed to undo a reset");
  // Looking makes nothing on the disk.
  expect(existsSync(stage.home)).toBe(false);
});
