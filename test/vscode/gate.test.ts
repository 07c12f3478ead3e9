import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { answerUntil, clickOnce } from "./support/driver.ts";
import { runLedgerCommand } from "./support/product.ts";
import { exactly } from "./support/quick-input.ts";
import { cliJson } from "./support/record.ts";
import { scenario } from "./support/scenario.ts";
import { waitForReport } from "./support/workbench.ts";

const git = (folder: string, ...args: readonly string[]): void =>
  void execFileSync("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
    stdio: "ignore",
  });

/** The modal dialog that contains a text. */
const dialog = (page: Page, text: string): Locator => page.locator(".monaco-dialog-box", { hasText: text });

/** Answers the dialog that contains a text; another dialog with the same buttons may follow. */
async function pressDialogButton(page: Page, text: string, button: string): Promise<void> {
  const dialogBox = dialog(page, text);
  await dialogBox.waitFor();
  await answerUntil(`the dialog that says ${text} to take ${button}`, {
    reached: async () => !(await dialogBox.isVisible()),
    act: (limit) => clickOnce(dialogBox.locator(".monaco-button", { hasText: exactly(button) }), limit),
  });
}

scenario("feedback is processed only once the project's commands are approved", async (stage) => {
  await writeFile(join(stage.folder, "package.json"), JSON.stringify({ scripts: { test: "node test.cjs" } }));
  git(stage.folder, "init", "--initial-branch", "main");
  git(stage.folder, "add", ".");
  git(stage.folder, "commit", "--message", "Start");
  const page = await stage.open();
  const question = "let these commands run in this project?";
  for (const [button, state] of [
    ["Cancel", "new"],
    ["Approve and Run", "approved"],
  ] as const) {
    await runLedgerCommand(page, "processFeedback");
    await expect.poll(() => dialog(page, question).textContent()).toContain("test: node test.cjs");
    await pressDialogButton(page, question, button);
    const commands = expect.arrayContaining([expect.objectContaining({ state, runs: "test: node test.cjs" })]);
    await expect.poll(() => cliJson(stage, "gate", "commands")).toMatchObject({ commands });
  }
  await waitForReport(page, "no feedback is pending");
});

scenario("the review gate runs a project's commands only as they were approved, and shows its verdict", async (stage) => {
  const setLintScript = (script: string): Promise<void> =>
    writeFile(join(stage.folder, "package.json"), JSON.stringify({ scripts: { lint: script } }));
  const markerScript = (file: string): string => `require("node:fs").writeFileSync(${JSON.stringify(file)}, "");\n`;
  await setLintScript("node lint.cjs");
  await writeFile(join(stage.folder, "lint.cjs"), markerScript("linted"));
  await writeFile(join(stage.folder, "other.cjs"), markerScript("owned"));
  git(stage.folder, "init", "--initial-branch", "main");
  git(stage.folder, "add", ".");
  git(stage.folder, "commit", "--message", "Start");
  git(stage.folder, "switch", "--create", "topic");
  await writeFile(join(stage.folder, "cart.cjs"), "module.exports = 1;\n");
  const page = await stage.open();

  const [first, changed] = ["Let the review gate run these commands in this project?", "commands changed while they were shown"];
  await runLedgerCommand(page, "runGate");
  await expect.poll(() => dialog(page, first).textContent()).toContain("lint: node lint.cjs");
  await setLintScript("node other.cjs");
  await pressDialogButton(page, first, "Approve and Run");
  await expect.poll(() => dialog(page, changed).textContent()).toContain("lint: node other.cjs");
  await pressDialogButton(page, changed, "Cancel");
  expect(await cliJson(stage, "gate", "list")).toEqual([]);

  await setLintScript("node lint.cjs");
  await runLedgerCommand(page, "runGate");
  await pressDialogButton(page, first, "Approve and Run");
  await waitForReport(page, "Review gate: request changes");
  const passes = expect.arrayContaining([expect.objectContaining({ pass: "static", status: "pass" })]);
  expect(await cliJson(stage, "gate", "list")).toEqual([expect.objectContaining({ branch: "topic", passes })]);
  expect([existsSync(join(stage.folder, "linted")), existsSync(join(stage.folder, "owned"))]).toEqual([true, false]);
});
