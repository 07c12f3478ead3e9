import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { hostResultVariable } from "../support/host-result.ts";
import { product } from "./product.ts";

/** The content of the extension's log files, wherever VS Code stores them below a folder. */
function logBelow(folder: string): string {
  if (!existsSync(folder)) return "";
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.includes("reward-ledger.reward-ledger") && path.endsWith(".log"))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("");
}

/** Tests that the extension's log passes through the scrubber, with the secrets of the host's environment. */
export function logSuite(): void {
  describe("the log", () => {
    it("contains a failure, but not the environment secret in its message", async () => {
      const [secret, result] = [process.env["REWARD_LEDGER_SUITE_TOKEN"], process.env[hostResultVariable]];
      assert.ok(secret && result, "the suite's variables are not set");
      await product().activate();
      const folder = vscode.Uri.file(join(dirname(result), secret));
      // Not awaited: it ends when its message is closed, which does not happen here.
      void vscode.commands.executeCommand("rewardLedger.importAgentHome", folder);
      const data = join(dirname(result), "user-data");
      let log = "";
      while (!log.includes("Failed to ")) {
        await sleep(50);
        log = logBelow(data);
      }
      assert.match(log, /Failed to .*\*\*\*/);
      assert.ok(!log.includes(secret), log);
    });
  });
}
