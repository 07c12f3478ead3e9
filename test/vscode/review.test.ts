import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import * as z from "zod";
import { chooseMenuEntry } from "./support/menu.ts";
import { pressNotification, waitForNotification } from "./support/notifications.ts";
import { runLedgerCommand } from "./support/product.ts";
import { cliJson } from "./support/record.ts";
import { scenario } from "./support/scenario.ts";
import { editorTabs, openContainer, openFile, readClipboard, treeRows, webview } from "./support/workbench.ts";

const git = (folder: string, ...args: readonly string[]): void =>
  void execFileSync("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
    stdio: "ignore",
  });

scenario("problems in changed files are recorded, those of older code are not charged", async (stage) => {
  git(stage.folder, "init", "--initial-branch", "main");
  await writeFile(join(stage.folder, "older.json"), '{ "a": 1,, }\n');
  await writeFile(join(stage.folder, "changed.json"), '{ "a": 1 }\n');
  git(stage.folder, "add", ".");
  git(stage.folder, "commit", "--message", "Start");
  git(stage.folder, "switch", "--create", "topic");
  await writeFile(join(stage.folder, "changed.json"), '{ "a": 1,\n  "b" 2 }\n');

  const page = await stage.open();
  await openFile(page, "older.json");
  await runLedgerCommand(page, "reviewChanges");
  await waitForNotification(page, /Reviewed: Fail, 1 new finding, .* In older code, not counted: \d+\./);
  await pressNotification(page, "Reviewed:", "Show Run");
  await webview(page).getByText("changed.json").first().waitFor();

  const [run] = z.array(z.object({ run_id: z.string() })).parse(await cliJson(stage, "history"));
  expect(await cliJson(stage, "show", run?.run_id ?? "")).toMatchObject({
    findings: [{ file: "changed.json", line: 2, severity: "error" }],
  });

  await openContainer(page, "Reward Ledger");
  await chooseMenuEntry(page, treeRows(page, "Runs", "score 85"), "copyPrompt", async () =>
    (await readClipboard(page)).includes("- changed.json:2 (error, "),
  );
});

scenario("problems in more changed files than have tabs at a time are all recorded", async (stage) => {
  const count = 102;
  git(stage.folder, "init", "--initial-branch", "main");
  git(stage.folder, "commit", "--allow-empty", "--message", "Start");
  git(stage.folder, "switch", "--create", "topic");
  const names = Array.from({ length: count }, (_, n) => `part-${n}.json`);
  for (const name of names) await writeFile(join(stage.folder, name), '{ "a": 1,\n  "b" 2 }\n');
  const page = await stage.open();
  await openFile(page, "part-7.json");
  await runLedgerCommand(page, "reviewChanges");
  await waitForNotification(page, new RegExp(`Reviewed: Fail, ${count} new findings, `));
  const [run] = z.array(z.object({ run_id: z.string() })).parse(await cliJson(stage, "history"));
  const { findings } = z
    .object({ findings: z.array(z.object({ file: z.string() })) })
    .parse(await cliJson(stage, "show", run?.run_id ?? ""));
  expect(findings.map(({ file }) => file).toSorted()).toEqual(names.toSorted());
  await expect.poll(() => editorTabs(page, /part-/).count()).toBe(1);
});

scenario("problems are all recorded, and the user's tab stays, where the number of editors is limited", async (stage) => {
  const count = 12;
  git(stage.folder, "init", "--initial-branch", "main");
  git(stage.folder, "commit", "--allow-empty", "--message", "Start");
  git(stage.folder, "switch", "--create", "topic");
  for (let n = 0; n < count; n += 1) await writeFile(join(stage.folder, `part-${n}.json`), '{ "a": 1,\n  "b" 2 }\n');
  await stage.server.changeSettings({ "workbench.editor.limit.enabled": true, "workbench.editor.limit.value": 5 });
  const page = await stage.open();
  await openFile(page, "part-7.json");
  await runLedgerCommand(page, "reviewChanges");
  await waitForNotification(page, new RegExp(`Reviewed: Fail, ${count} new findings, `));
  await expect.poll(() => editorTabs(page, /part-/).allTextContents()).toEqual([expect.stringContaining("part-7.json")]);
});

scenario("results of a test runner that land in a watched folder are recorded", async (stage) => {
  const page = await stage.open();
  await stage.server.changeSettings({ "rewardLedger.intake.evalGlobs": ["**/test-results/*.xml"] });
  await mkdir(join(stage.folder, "test-results"));
  const cases = '<testcase classname="cart" name="adds" time="0.1"/><testcase classname="cart" name="pays" time="0.2"/>';
  await writeFile(
    join(stage.folder, "test-results", "junit.xml"),
    `<testsuites><testsuite name="cart" tests="2" failures="0">${cases}</testsuite></testsuites>\n`,
  );
  await runLedgerCommand(page, "scanWorkspace");
  await expect.poll(() => cliJson(stage, "eval", "list")).toMatchObject([{ total: 2, passed: 2 }]);
});
