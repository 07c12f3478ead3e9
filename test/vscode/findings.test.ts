import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { actUntil } from "./support/driver.ts";
import { notifications, pressNotification } from "./support/notifications.ts";
import { runLedgerCommand } from "./support/product.ts";
import { runCommand } from "./support/quick-input.ts";
import { recordByCli } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import type { Stage } from "./support/stage.ts";
import { openFile, openProblems } from "./support/workbench.ts";

/** Writes files of forty lines to `src`. */
async function writeSources(stage: Stage, ...names: readonly string[]): Promise<void> {
  await mkdir(join(stage.folder, "src"), { recursive: true });
  const text = Array.from({ length: 40 }, (_, line) => `// ${line + 1}\n`).join("");
  for (const name of names) await writeFile(join(stage.folder, "src", name), text);
}

/** The badges after the file names in the explorer. */
const badges = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `[...document.querySelectorAll(".explorer-folders-view .monaco-icon-label")].map((one) => getComputedStyle(one, "::after").content).join()`,
  );

scenario("findings of the latest run are listed, explained and marked, and the question about it comes once", async (stage) => {
  await writeSources(stage, "cart.ts", "pay.ts");
  const outside = finding({ rule: "OUT", file: "../elsewhere.ts", message: "Outside of the workspace" });
  const removed = finding({ rule: "GONE", file: "src/removed.ts", message: "In a file that is not there" });
  const long = finding({ rule: "E501", line: 23, message: "Line too long" });
  const unused = finding({ rule: "F401", file: "src/pay.ts", line: 40, message: "Unused import" });
  await recordByCli(stage, report("run-before", 90, [long], 30));
  await recordByCli(stage, report("run-latest", 85, [long, unused, outside, removed], 20));
  const page = await stage.open();
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toContain("Line too long");
  await pressNotification(page, "The Problems view lists 2 findings of the latest run", "Keep");
  expect(await problems.textContent()).toContain("Unused import");
  expect(await problems.textContent()).not.toMatch(/Outside of the workspace|not there/);

  await openFile(page, "src/cart.ts");
  await runCommand(page, "View: Show Explorer");
  await expect.poll(() => badges(page)).toContain("⚑");

  // Two new lines above the finding move it down, in the list as well.
  await openFile(page, "src/cart.ts");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect.poll(() => problems.textContent()).toContain("[Ln 25");

  await page.keyboard.press("Control+g");
  await page.keyboard.type("25");
  await page.keyboard.press("Enter");
  const hover = page.locator(".monaco-hover", { hasText: "E501" });
  await actUntil("the hover to show", {
    reached: () => hover.first().isVisible(),
    act: async () => {
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Control+i");
    },
  });
  await expect.poll(() => hover.allTextContents().then(String)).toContain("2 findings · 2 runs in the last 90 days");
  const text = String(await hover.allTextContents());
  expect(text).toContain("none in the period before");
  expect(text).toContain("Found by ruff: claude-code");
  expect(text).toContain("has changed since this run");

  await rm(join(stage.folder, "src", "pay.ts"));
  await expect.poll(() => problems.textContent()).not.toContain("Unused import");
  await writeSources(stage, "pay.ts");
  await expect.poll(() => problems.textContent()).toContain("Unused import");

  await runLedgerCommand(page, "hideFindings");
  await expect.poll(() => problems.textContent()).not.toContain("Line too long");
  await runLedgerCommand(page, "showFindings");
  await expect.poll(() => problems.textContent()).toContain("Line too long");

  const secondPage = await stage.open();
  const problemList = await openProblems(secondPage);
  await expect.poll(() => problemList.textContent()).toContain("Line too long");
  expect(await notifications(secondPage, "The Problems view lists").count()).toBe(0);
});

scenario("a finding that VS Code reports as well is listed once, and the question can turn findings off", async (stage) => {
  // The workspace is a folder inside a checkout; paths in reports are relative to the checkout's top.
  execFileSync("git", ["init", stage.root], { stdio: "ignore" });
  await writeFile(join(stage.folder, "broken.json"), '{ "a": 1,\n  "b" 2 }\n');
  const colon = finding({ rule: "COLON", file: "storefront/broken.json", line: 2, message: "Colon expected", tool: "vscode" });
  await recordByCli(stage, report("run-latest", 85, [colon], 20));
  const page = await stage.open();
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toContain("Reward Ledger (vscode)");
  await openFile(page, "broken.json");
  await expect.poll(() => problems.textContent()).not.toContain("Reward Ledger (vscode)");
  expect((await problems.textContent())?.match(/Colon expected/g)).toHaveLength(1);
  await runCommand(page, "View: Close All Editors");
  await expect.poll(() => problems.textContent()).toContain("Reward Ledger (vscode)");
  await pressNotification(page, "The Problems view lists 1 finding of the latest run", "Turn Off");
  await expect.poll(() => problems.textContent()).not.toContain("Colon expected");
});
