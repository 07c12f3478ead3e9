import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { product } from "./product.ts";

/** Tests that activation is cheap: it starts no store and no worker thread, and creates no home on disk. */
export function activationSuite(): void {
  describe("activation", () => {
    it("creates no home and starts no store", async () => {
      const home = process.env["REWARD_LEDGER_HOME"];
      assert.ok(home, "REWARD_LEDGER_HOME is not set");
      await product().activate();
      await vscode.commands.executeCommand("rewardLedger.refresh");
      assert.equal(existsSync(home), false);
    });

    it("exports no public API", () => {
      assert.equal(product().exports, undefined);
    });
  });
}
