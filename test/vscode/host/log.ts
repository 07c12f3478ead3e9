import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { hostResultVariable } from "../support/host-result.ts";
import { product, productManifest } from "./product.ts";

/** The content of the extension's log files, wherever VS Code stores them below a folder. */
function logBelow(folder: string): string {
  if (!existsSync(folder)) return "";
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.includes("reward-ledger.reward-ledger") && path.endsWith(".log"))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("");
}

/** Waits for a state of the log. @param result path of the file beside which VS Code keeps its data @returns the log */
async function logWith(result: string, isComplete: (log: string) => boolean): Promise<string> {
  for (;;) {
    const log = logBelow(join(dirname(result), "user-data"));
    if (isComplete(log)) return log;
    await sleep(50);
  }
}

/**
 * Tests the failures in the extension's log: they pass through the scrubber, with the secrets of the host's environment, and a
 * row's command that has lost its row fails instead of applying to another one.
 */
export function logSuite(): void {
  describe("the log", () => {
    it("contains a failure of each row's command that has lost its row", async () => {
      const result = process.env[hostResultVariable];
      assert.ok(result, "the suite's variable is not set");
      await product().activate();
      const { menus } = productManifest().contributes;
      const commandsOf = (menu: string) => (menus[menu] ?? []).flatMap(({ command }) => command ?? []);
      const titleCommands = commandsOf("view/title");
      const rowCommands = [...new Set(commandsOf("view/item/context"))].filter((command) => !titleCommands.includes(command));
      assert.ok(rowCommands.includes("rewardLedger.claimTask"));
      for (const command of rowCommands) await vscode.commands.executeCommand(command, undefined, undefined);
      const failures = (log: string) => log.match(/changed_meanwhile: .* updated while its menu was open/g)?.length ?? 0;
      const log = await logWith(result, (text) => failures(text) >= rowCommands.length);
      assert.equal(failures(log), rowCommands.length);
    });

    it("contains a failure, but not the environment secret in its message", async () => {
      const [secret, result] = [process.env["REWARD_LEDGER_SUITE_TOKEN"], process.env[hostResultVariable]];
      assert.ok(secret && result, "the suite's variables are not set");
      await product().activate();
      const folder = vscode.Uri.file(join(dirname(result), secret));
      // Not awaited: it ends when its message is closed, which does not happen here.
      void vscode.commands.executeCommand("rewardLedger.importAgentHome", folder);
      const log = await logWith(result, (text) => text.includes("***"));
      assert.match(log, /Failed to .*\*\*\*/);
      assert.ok(!log.includes(secret), log);
    });
  });
}
