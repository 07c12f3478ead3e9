import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { makeHistory } from "../support/fixtures.ts";
import { pressNotification, waitForNotification } from "./support/notifications.ts";
import { counterLabel, runLedgerCommand } from "./support/product.ts";
import { answerPath, pick } from "./support/quick-input.ts";
import { cliJson } from "./support/record.ts";
import { scenario } from "./support/scenario.ts";
import { pressDialog, webview } from "./support/workbench.ts";

scenario("import, export, reset and undo, verify and doctor from the palette", async (stage) => {
  const reports = join(stage.root, "reports of others");
  await mkdir(reports);
  const history = makeHistory({ seed: 3, runs: 400 });
  for (const { report } of history) await writeFile(join(reports, `${report.run_id}.json`), JSON.stringify(report));
  await writeFile(join(reports, "broken.json"), "{");
  const page = await stage.open();

  await runLedgerCommand(page, "import");
  await pick(page, "Folder…");
  await answerPath(page, `${reports}/`);
  await pick(page, "claude-code");
  await waitForNotification(page, "Recorded 400 runs, 1 rejected.");
  await pressNotification(page, "Recorded 400 runs", "Show Details");
  await webview(page).getByText("broken.json").waitFor();
  const before = await cliJson(stage, "status");
  expect(before).toMatchObject({ runs: 400 });

  const exported = join(stage.root, "exported.csv");
  await runLedgerCommand(page, "export");
  await pick(page, "CSV");
  await pick(page, "To a File…");
  await answerPath(page, exported);
  await waitForNotification(page, "Exported 400 runs to exported.csv.");
  expect((await readFile(exported, "utf8")).trimEnd().split("\n")).toHaveLength(401);

  await runLedgerCommand(page, "reset");
  await pick(page, "claude-code");
  await pressDialog(page, "Reset");
  await waitForNotification(page, "400 runs of claude-code no longer count");
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: no run recorded yet");
  await pressNotification(page, "no longer count", "Undo");
  await waitForNotification(page, "400 runs of claude-code count again");
  await expect.poll(() => counterLabel(page)).toContain("claude-code has");
  expect(await cliJson(stage, "status")).toEqual(before);

  await runLedgerCommand(page, "verify");
  await webview(page).getByText("every hash, sequence and total is right").waitFor();
  await runLedgerCommand(page, "doctor");
  await webview(page).getByRole("heading", { name: "Doctor" }).waitFor();
  await runLedgerCommand(page, "rebuildIndex");
  await webview(page).getByText("The index was built again from 402 facts.").waitFor();
  expect(await cliJson(stage, "verify")).toMatchObject({ ok: true, facts: 402 });
});

scenario("a reset that is not confirmed changes nothing", async (stage) => {
  const page = await stage.open();
  await runLedgerCommand(page, "reset");
  await waitForNotification(page, "There is nothing to reset");
  const [first] = makeHistory({ seed: 1, runs: 1 });
  await stage.cli(["update"], JSON.stringify(first?.report));
  await expect.poll(() => counterLabel(page)).toContain("claude-code has");
  const label = await counterLabel(page);
  await runLedgerCommand(page, "reset");
  await pick(page, "All Agents");
  await pressDialog(page, "Cancel");
  expect(await counterLabel(page)).toBe(label);
  expect(await cliJson(stage, "status")).toMatchObject({ runs: 1 });
});
