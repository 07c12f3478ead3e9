import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { clickUntil } from "./support/driver.ts";
import { notifications } from "./support/notifications.ts";
import { titleOf } from "./support/product.ts";
import { recordByCli } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import { cursorPosition, editorTabs, expandRow, openContainer, treeRows, view, webview } from "./support/workbench.ts";

scenario("Status and Runs lead from the agent to the line", async (stage) => {
  await mkdir(join(stage.folder, "src"));
  await writeFile(join(stage.folder, "src", "cart.ts"), Array.from({ length: 40 }, (_, line) => `// ${line + 1}\n`).join(""));
  await recordByCli(stage, report("run-1", 94, [finding({ rule: "E501", line: 23, message: "Line too long" })], 30));
  await recordByCli(
    stage,
    report("run-2", 60, [finding({ rule: "TS2345", severity: "error", file: "src/gone.ts" }), finding({ rule: "E501" })], 20),
    "codex",
  );
  const page = await stage.open();
  await openContainer(page, "Reward Ledger");

  // The agent of the newest run comes first and is open.
  await treeRows(page, "Status", "codex").waitFor();
  expect(await treeRows(page, "Status").first().textContent()).toContain("codex");
  await treeRows(page, "Status", "Coins").filter({ hasText: "−2.00" }).waitFor();
  await treeRows(page, "Status", "Last verdict").filter({ hasText: "Fail" }).waitFor();
  await treeRows(page, "Status", "TS2345").waitFor();

  // Newest first, by day.
  await expect.poll(() => treeRows(page, "Runs", "score").count()).toBe(2);
  expect((await treeRows(page, "Runs", "score").allTextContents())[0]).toContain("codex");
  await expandRow(treeRows(page, "Runs", "score 94"), treeRows(page, "Runs", "cart.ts"));
  await clickUntil(treeRows(page, "Runs", "Line too long"), editorTabs(page, "cart.ts"));
  await expect.poll(() => cursorPosition(page)).toMatch(/Ln 23, Col \d+/);

  await expandRow(treeRows(page, "Runs", "score 60"), treeRows(page, "Runs", "TS2345 is broken here"));
  await clickUntil(treeRows(page, "Runs", "TS2345 is broken here"), notifications(page, "src/gone.ts in this workspace"));

  // A rule in the Status view filters Runs to those that broke it.
  const runs = treeRows(page, "Runs", "score");
  await clickUntil(treeRows(page, "Status", "TS2345"), async () => (await runs.count()) === 1);
  await view(page, "Runs").hover();
  const clear = view(page, "Runs").getByRole("button", { name: titleOf("clearRunFilter") });
  await clickUntil(clear, async () => (await runs.count()) === 2);

  await clickUntil(treeRows(page, "Status", "Coins"), webview(page).locator('[data-tile="coins"]'));
});
