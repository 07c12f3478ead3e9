import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { waitForNotification } from "./support/notifications.ts";
import { counterLabel, runLedgerCommand } from "./support/product.ts";
import { pick, quickRow } from "./support/quick-input.ts";
import { cliJson, recordByCli } from "./support/record.ts";
import { report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import type { Stage } from "./support/stage.ts";
import { reloadWindow } from "./support/window.ts";
import { closeViews, openContainer, treeRows, writeClipboard } from "./support/workbench.ts";

/** Process ids of the extension hosts started so far, oldest first. */
async function hostPids(stage: Stage): Promise<readonly number[]> {
  const output = await readFile(stage.server.outputFile, "utf8");
  return [...output.matchAll(/<(\d+)> Launched Extension Host Process/g)].map((match) => Number(match[1]));
}

scenario("two windows and a terminal write at once and lose nothing", async (stage) => {
  const one = await stage.open();
  const two = await stage.open();
  await openContainer(one, "Reward Ledger");
  await openContainer(two, "Reward Ledger");
  // Makes room for the Runs view.
  for (const page of [one, two]) await closeViews(page, "Evals", "Agent");

  await writeClipboard(one, JSON.stringify(report("run-one", 94, [], 60)));
  await runLedgerCommand(one, "updateFromClipboard");
  await pick(one, "claude-code");
  await expect.poll(() => counterLabel(two), { interval: 20 }).toContain("has 1.40 coins");

  // The palette of each window waits at the same question while the terminal records several runs at once.
  for (const [page, name] of [
    [one, "run-a"],
    [two, "run-b"],
  ] as const) {
    await page.bringToFront();
    await writeClipboard(page, JSON.stringify(report(name, 90, [], 50)));
    await runLedgerCommand(page, "updateFromClipboard");
    await quickRow(page, "claude-code").waitFor();
  }
  const recordings = [1, 2, 3, 4, 5, 6].map((n) => recordByCli(stage, report(`burst-${n}`, 90, [], 40 - n)));
  await Promise.all([pick(one, "claude-code"), pick(two, "claude-code"), ...recordings]);
  await expect
    .poll(async () => (await counterLabel(one)) === (await counterLabel(two)) && (await counterLabel(one)))
    .toContain("9 passes in a row");
  await treeRows(one, "Runs", "score 94").waitFor();
  await treeRows(two, "Runs", "score 94").waitFor();
  expect(await cliJson(stage, "status")).toMatchObject({ runs: 9, streak_pass: 9 });
  expect(await cliJson(stage, "verify")).toMatchObject({ ok: true, facts: 9 });
});

scenario(
  "a window that is reloaded or whose host is killed goes on where it was",
  async (stage) => {
    const page = await stage.open();
    await writeClipboard(page, JSON.stringify(report("run-1", 94, [], 60)));
    await runLedgerCommand(page, "updateFromClipboard");
    await pick(page, "claude-code");
    await waitForNotification(page, "Total 1.40.");
    await reloadWindow(page);
    await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: claude-code has 1.40 coins, 1 pass");

    await writeClipboard(page, JSON.stringify(report("run-2", 100, [], 50)));
    await runLedgerCommand(page, "updateFromClipboard");
    await pick(page, "claude-code");
    await waitForNotification(page, "Total 3.40.");
    await expect.poll(() => counterLabel(page)).toContain("has 3.40 coins");
    const pids = await hostPids(stage);
    const host = pids.at(-1);
    if (host === undefined) throw new Error("No extension host was started");
    process.kill(host, "SIGKILL");
    await expect.poll(() => hostPids(stage)).toHaveLength(pids.length + 1);

    await writeClipboard(page, JSON.stringify(report("run-3", 90, [], 40)));
    await expect.poll(() => counterLabel(page)).toContain("has 3.40 coins");
    await runLedgerCommand(page, "updateFromClipboard");
    await pick(page, "claude-code");
    await waitForNotification(page, "Total 4.40.");
    expect(await cliJson(stage, "verify")).toMatchObject({ ok: true, facts: 3, problems: [] });
  },
  { killsHost: true },
);
