import { mkdir, open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { notifications, pressNotification, waitForNotification } from "./support/notifications.ts";
import { counterLabel, runLedgerCommand } from "./support/product.ts";
import { pick } from "./support/quick-input.ts";
import { cliJson } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import { openProblems } from "./support/workbench.ts";

scenario("what a scan recorded is taken back by the button of its message", async (stage) => {
  // A window that is open may record the file before it learns of the setting.
  await stage.server.changeSettings({ "rewardLedger.intake.enabled": false });
  const page = await stage.open();
  await writeFile(join(stage.folder, "review-report.json"), JSON.stringify(report("run-scanned", 90, [], 60)));
  await mkdir(join(stage.folder, "evals"));
  // A file for each class of one run.
  for (const name of ["Cart", "Pay"])
    await writeFile(
      join(stage.folder, "evals", `TEST-${name}.xml`),
      `<testsuite name="${name}" time="1"><testcase classname="${name}" name="adds" time="1"/></testsuite>`,
    );
  await runLedgerCommand(page, "scanWorkspace");
  await expect.poll(() => counterLabel(page)).toContain("has 1.00 coins");
  await pressNotification(page, "Scanned", "Undo");
  await waitForNotification(page, "2 automatic recordings no longer count");
  expect(await cliJson(stage, "intake", "list")).toMatchObject([{ reviews: 1, evals: 1, taken_back: 2 }]);
  expect(await cliJson(stage, "status")).toMatchObject({ runs: 0 });
});

scenario("reports that land in the workspace are recorded by themselves", async (stage) => {
  const reports = join(stage.folder, ".specfact", "reports");
  await mkdir(reports, { recursive: true });
  // Written before the window opens; recorded when it opens.
  await writeFile(join(stage.folder, "review-report.json"), JSON.stringify(report("run-before", 90, [], 60)));
  const page = await stage.open();
  await expect.poll(() => counterLabel(page)).toContain("has 1.00 coins");

  const droppedAt = performance.now();
  await writeFile(
    join(reports, "review-report-1.json"),
    JSON.stringify(report("run-dropped", 94, [finding({ rule: "E501" })], 50)),
  );
  await expect.poll(() => counterLabel(page), { interval: 20 }).toContain("has 2.40 coins");
  console.log(`recorded and shown ${Math.round(performance.now() - droppedAt)} ms after the file was written`);

  // Replaced by its next run with an atomic rename, as careful tools do; then a file that is written slowly.
  const next = join(reports, "next.tmp");
  await writeFile(next, JSON.stringify(report("run-next", 100, [], 40)));
  await rename(next, join(reports, "review-report-1.json"));
  await expect.poll(() => counterLabel(page)).toContain("has 4.40 coins");
  const text = JSON.stringify(report("run-slow", 90, [], 30));
  const slow = await open(join(reports, "slow-report.json"), "w");
  for (let at = 0; at < text.length; at += 120) {
    await slow.write(text.slice(at, at + 120));
    // A slow writer; nothing waits for this time.
    await sleep(60);
  }
  await slow.close();
  await expect.poll(() => counterLabel(page)).toContain("has 5.40 coins");

  // A broken file causes a warning on that file, not a notification, and does not block the other files.
  await writeFile(join(reports, "broken-report.json"), '{"run_id": "run-broken", "score": ');
  await writeFile(join(reports, "good-report.json"), JSON.stringify(report("run-good", 90, [], 20)));
  await expect.poll(() => counterLabel(page)).toContain("has 6.90 coins");
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toContain("broken-report.json");
  expect(await notifications(page).count()).toBe(0);
  expect(await stage.log()).toContain("broken-report.json");

  // When the file is corrected, the warning disappears.
  await writeFile(join(reports, "broken-report.json"), JSON.stringify(report("run-broken", 80, [], 10)));
  await expect.poll(() => problems.textContent()).not.toContain("broken-report.json");
  expect(await cliJson(stage, "status")).toMatchObject({ runs: 6 });

  // All recordings are one batch, which is taken back as a whole; the button makes it count again.
  expect(await cliJson(stage, "intake", "list")).toMatchObject([{ reviews: 6, evals: 0, taken_back: 0 }]);
  await runLedgerCommand(page, "undoIntake");
  await pick(page, /./);
  await pressNotification(page, "6 automatic recordings no longer count", "Count Again");
  await waitForNotification(page, "6 automatic recordings count again");
  await runLedgerCommand(page, "undoIntake");
  await pick(page, /./);
  await waitForNotification(page, "6 automatic recordings no longer count");
  expect(await cliJson(stage, "status")).toMatchObject({ runs: 0 });

  // A scan does not record again the runs that were taken back.
  await writeFile(join(reports, "later-report.json"), JSON.stringify(report("run-later", 90, [], 5)));
  await expect.poll(() => counterLabel(page)).toContain("has 1.00 coins");
  await runLedgerCommand(page, "scanWorkspace");
  await waitForNotification(page, "Scanned");
  expect(await cliJson(stage, "status")).toMatchObject({ runs: 1 });
});
