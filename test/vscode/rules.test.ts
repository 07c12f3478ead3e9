import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { actUntil, setExpanded } from "./support/driver.ts";
import { chooseMenuEntry } from "./support/menu.ts";
import { pressNotification } from "./support/notifications.ts";
import { cliJson, recordByCli } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import {
  closePanel,
  dialogBox,
  openContainer,
  openFile,
  openProblems,
  pressDialog,
  treeRows,
  view,
} from "./support/workbench.ts";

scenario("Rules shows what agents are taught, and a finding's rule is taught and taken back", async (stage) => {
  await mkdir(join(stage.folder, "src"));
  await writeFile(join(stage.folder, "src", "cart.ts"), Array.from({ length: 40 }, (_, line) => `// ${line + 1}\n`).join(""));
  const agentsFile = join(stage.folder, "AGENTS.md");
  const ownRules = "# Ours\r\n\r\n- Ask first\r\n";
  await writeFile(agentsFile, ownRules);
  const long = finding({ rule: "E501", line: 2, message: "Line too long" });
  for (const n of [1, 2]) await recordByCli(stage, report(`run-${n}`, 94, [long], 40 - n));
  await recordByCli(stage, report("run-3", 90, [long, finding({ rule: "F401", line: 1, message: "Unused import" })], 20));
  await cliJson(stage, "rules", "init", "--ide", "claude");
  await cliJson(stage, "rules", "update", "--ide", "agents-md");

  const page = await stage.open();
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toContain("Unused import");
  await pressNotification(page, "The Problems view lists 2 findings", "Keep");
  await closePanel(page);
  await openContainer(page, "Reward Ledger");
  const header = view(page, "Rules").locator(".pane-header");
  await setExpanded(header, true, header.locator("h3.title"));
  await treeRows(page, "Rules", "E501").filter({ hasText: "3 hits · too early" }).waitFor();
  await treeRows(page, "Rules", "AGENTS.md").filter({ hasText: "up to date" }).waitFor();

  await openFile(page, "src/cart.ts");
  await page.keyboard.press("Control+Home");
  const action = page.locator(".action-widget .monaco-list-row", { hasText: "Teach This Rule (F401)" });
  await actUntil("the code action to be offered", {
    reached: () => action.isVisible(),
    act: () => page.keyboard.press("Control+."),
  });
  await page.keyboard.press("Enter");
  await pressDialog(page, "Teach");
  await treeRows(page, "Rules", "F401").filter({ hasText: "1 hit" }).waitFor();
  const agentsText = await readFile(agentsFile, "utf8");
  expect(agentsText.startsWith(ownRules)).toBe(true);
  expect(agentsText).toContain("- F401 (1 hits in last 20 runs)\r\n");
  await pressNotification(page, "Taught F401", "Retire");
  await treeRows(page, "Rules", "F401").waitFor({ state: "detached" });
  expect(await readFile(agentsFile, "utf8")).not.toContain("F401");

  // A change made outside VS Code is detected, and is kept until the user decides.
  await writeFile(agentsFile, (await readFile(agentsFile, "utf8")).replace("- E501", "- E502"));
  await treeRows(page, "Rules", "AGENTS.md").filter({ hasText: "edited by hand" }).waitFor();
  await chooseMenuEntry(page, treeRows(page, "Rules", "AGENTS.md"), "installRules", dialogBox(page));
  await pressDialog(page, "Replace");
  await treeRows(page, "Rules", "AGENTS.md").filter({ hasText: "up to date" }).waitFor();
  await appendFile(agentsFile, "more\r\n");
  await chooseMenuEntry(page, treeRows(page, "Rules", "AGENTS.md"), "removeRules", dialogBox(page));
  await pressDialog(page, "Remove");
  await expect.poll(() => readFile(agentsFile, "utf8")).toBe(`${ownRules}more\r\n`);
});
