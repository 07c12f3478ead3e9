import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { pressNotification, waitForNotification } from "./support/notifications.ts";
import { counterLabel, runLedgerCommand } from "./support/product.ts";
import { answerInput, answerPath, pick } from "./support/quick-input.ts";
import { cliJson } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import { openFile, webview, writeClipboard } from "./support/workbench.ts";

scenario("a report is recorded from a file, the clipboard and the active editor", async (stage) => {
  const file = join(stage.root, "first report.json");
  await writeFile(file, JSON.stringify(report("run-file", 94, [finding({ rule: "E501" })], 30)));
  const page = await stage.open();

  await runLedgerCommand(page, "updateFromFile");
  await answerPath(page, file);
  await pick(page, "claude-code");
  await waitForNotification(page, "Recorded for claude-code: Pass, score 94, +1.40 coins. Total 1.40.");
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: claude-code has 1.40 coins, 1 pass");

  await writeClipboard(page, JSON.stringify(report("run-clipboard", 60, [finding({ rule: "TS2345", severity: "error" })], 20)));
  await runLedgerCommand(page, "updateFromClipboard");
  await pick(page, "Another Agent…");
  await answerInput(page, "codex");
  await waitForNotification(page, "Recorded for codex: Fail, score 60, −2.00 coins. Total −2.00.");

  const edited = join(stage.folder, "edited.json");
  await writeFile(edited, JSON.stringify(report("run-editor", 85, [], 10)));
  await openFile(page, "edited.json");
  await runLedgerCommand(page, "updateFromEditor");
  await pick(page, "claude-code");
  await waitForNotification(page, "Recorded for claude-code: Pass, score 85, +0.50 coins. Total 1.90.");
  await pressNotification(page, "Total 1.90.", "Show Run");
  await webview(page).getByText("Reviewed run-editor.").waitFor();

  expect(await cliJson(stage, "status", "--agent", "claude-code")).toMatchObject({ coins: 1.9, streak_pass: 2, runs: 2 });
  expect(await cliJson(stage, "status", "--agent", "codex")).toMatchObject({ coins: -2, streak_block: 1, runs: 1 });
});

scenario("what a tool wrote is recorded from a file", async (stage) => {
  const file = join(stage.root, "findings.sarif");
  const location = { physicalLocation: { artifactLocation: { uri: "src/a.ts" }, region: { startLine: 3 } } };
  const results = [{ ruleId: "R1", level: "warning", message: { text: "Not good" }, locations: [location] }];
  await writeFile(file, JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "Probe" } }, results }] }));
  const page = await stage.open();
  await runLedgerCommand(page, "reviewFromOutput");
  await answerPath(page, file);
  await pick(page, "claude-code");
  await pick(page, "All code");
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: claude-code has 1.80 coins, 1 pass");
  expect(await cliJson(stage, "violations")).toMatchObject([{ rule: "R1", count: 1 }]);
});

scenario("what cannot be recorded is said with its reason, and nothing is recorded", async (stage) => {
  const page = await stage.open();
  const recordClipboard = async (text: string): Promise<void> => {
    await writeClipboard(page, text);
    await runLedgerCommand(page, "updateFromClipboard");
    await pick(page, "claude-code");
  };
  await recordClipboard("{ not json");
  await waitForNotification(page, "it is not valid JSON");
  await recordClipboard('{"run_id":"x","score":"85","summary":"text instead of a number"}');
  await waitForNotification(page, "it is not a review report");
  await recordClipboard(JSON.stringify(report("run-1", 94)));
  await waitForNotification(page, "Total 1.40");
  await recordClipboard(JSON.stringify(report("run-1", 94)));
  await waitForNotification(page, /already recorded/);
  await recordClipboard(JSON.stringify(report("run-1", 70)));
  await waitForNotification(page, "a run with this id and other content is already recorded");

  await writeClipboard(page, " ");
  await runLedgerCommand(page, "updateFromClipboard");
  await waitForNotification(page, "it is empty");
  expect(await cliJson(stage, "status")).toMatchObject({ coins: 1.4, runs: 1 });
});
