import assert from "node:assert/strict";
import * as vscode from "vscode";
import { product, productManifest } from "./product.ts";

/** Tests that the manifest matches the code: commands, settings, views and their texts. */
export function manifestSuite(): void {
  describe("manifest", () => {
    it("has every contributed command registered once the extension is active", async () => {
      await product().activate();
      const registered = new Set(await vscode.commands.getCommands(true));
      const missing = productManifest().contributes.commands.filter(({ command }) => !registered.has(command));
      assert.deepEqual(missing, []);
    });

    it("registers only commands that the manifest declares", async () => {
      await product().activate();
      const own = (await vscode.commands.getCommands(true)).filter(
        (id) => id.startsWith("rewardLedger.") && !/\.(focus|open|toggleVisibility|removeView|resetViewLocation)$/.test(id),
      );
      const contributed = new Set(productManifest().contributes.commands.map((one) => one.command));
      assert.deepEqual(
        own.filter((id) => !contributed.has(id)),
        [],
      );
    });

    it("shows only its contributed commands in menus", () => {
      const { commands, menus } = productManifest().contributes;
      const known = new Set(commands.map(({ command }) => command));
      const unknown = Object.values(menus)
        .flat()
        .flatMap(({ command }) => (command === undefined || known.has(command) ? [] : [command]));
      assert.deepEqual(unknown, []);
    });

    it("leaves no placeholder untranslated", () => {
      assert.deepEqual(JSON.stringify(product().packageJSON).match(/"%[\w.]+%"/g), null);
    });

    it("gives every setting its declared default", () => {
      const { properties } = productManifest().contributes.configuration;
      for (const [key, { default: declared }] of Object.entries(properties)) {
        assert.deepEqual(vscode.workspace.getConfiguration().inspect(key)?.defaultValue, declared, key);
      }
    });
  });
}
