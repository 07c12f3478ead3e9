import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { counterLabel } from "./support/product.ts";
import { recordByCli } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import { openContainer, openFile, openProblems, treeRows } from "./support/workbench.ts";

scenario("scope narrows every view to this project, diagnostics come and go", async (stage) => {
  await mkdir(join(stage.folder, "src"));
  await writeFile(join(stage.folder, "src", "cart.ts"), Array.from({ length: 40 }, (_, line) => `// ${line + 1}\n`).join(""));
  await recordByCli(stage, report("run-here", 94, [finding({ rule: "E501", line: 23, message: "Line too long" })], 30));
  await recordByCli(stage, report("run-there", 100, [], 20), "claude-code", "acme/elsewhere");
  const page = await stage.open();
  await openContainer(page, "Reward Ledger");
  await expect.poll(() => counterLabel(page)).toContain("has 3.40 coins");
  await expect.poll(() => treeRows(page, "Runs", "score").count()).toBe(2);

  await stage.server.changeSettings({ "rewardLedger.scope": "workspace", "rewardLedger.diagnostics.enabled": true });
  await expect.poll(() => counterLabel(page)).toContain("has 1.40 coins");
  await expect.poll(() => treeRows(page, "Runs", "score").count()).toBe(1);
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toContain("Line too long");
  expect(await problems.textContent()).toContain("[Ln 23");

  await recordByCli(stage, report("run-here-2", 94, [], 10));
  await expect.poll(() => problems.textContent()).not.toContain("Line too long");
  await stage.server.changeSettings({ "rewardLedger.scope": "all" });
  await expect.poll(() => counterLabel(page)).toContain("has 4.80 coins");
});

scenario("a report file is completed and validated while it is edited", async (stage) => {
  await writeFile(join(stage.folder, "notes.txt"), "");
  const page = await stage.open();
  await writeFile(join(stage.folder, "review-report.json"), '{\n  "run_id": "x",\n  "score": 300,\n  "summary": "s"\n}\n');
  await openFile(page, "review-report.json");
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toMatch(/above the maximum|120/);
});
