import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { waitForNotification } from "./support/notifications.ts";
import { counterLabel, runLedgerCommand } from "./support/product.ts";
import { pick, runCommand } from "./support/quick-input.ts";
import { cliJson } from "./support/record.ts";
import { report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import { writeClipboard } from "./support/workbench.ts";

scenario(
  "a folder that is not trusted names no path and feeds no report",
  async (stage) => {
    const other = join(stage.root, "home of the folder's choice");
    await mkdir(join(stage.folder, ".vscode"));
    await writeFile(
      join(stage.folder, ".vscode", "settings.json"),
      JSON.stringify({
        "rewardLedger.home": other,
        "rewardLedger.intake.globs": ["**/*.json"],
        "rewardLedger.intake.agent": "impostor",
        "rewardLedger.intake.evalGlobs": ["**/planted/*.json"],
      }),
    );
    await writeFile(join(stage.folder, "review-report.json"), JSON.stringify(report("run-planted", 100, [], 10)));
    await mkdir(join(stage.folder, "planted"));
    const [evalRun] = makeEvalHistory({ seed: 1, runs: 1, tests: 2 });
    await writeFile(join(stage.folder, "planted", "run.json"), JSON.stringify(evalRun));
    const page = await stage.open();
    await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: no run recorded yet");
    await expect.poll(() => stage.log()).toContain("Reports are not recorded automatically");
    expect(existsSync(stage.home)).toBe(false);

    await runLedgerCommand(page, "scanWorkspace");
    await waitForNotification(page, "only from workspaces that you trust");
    expect(existsSync(stage.home)).toBe(false);

    // Manual recording works, and writes to the user's own ledger.
    await writeClipboard(page, JSON.stringify(report("run-own", 94, [], 30)));
    await runLedgerCommand(page, "updateFromClipboard");
    await pick(page, "claude-code");
    await waitForNotification(page, "Total 1.40.");
    expect(existsSync(other)).toBe(false);
    expect(await cliJson(stage, "status")).toMatchObject({ runs: 1 });
    expect(await cliJson(stage, "eval", "list")).toEqual([]);

    // Once the folder is trusted, its reports are recorded.
    await runCommand(page, "Workspaces: Manage Workspace Trust");
    await page.getByRole("button", { name: "Trust", exact: true }).first().click();
    await expect.poll(() => counterLabel(page)).toContain("impostor has 2.00 coins");
    await expect.poll(async () => cliJson(stage, "eval", "list")).toHaveLength(1);
  },
  { workspaceTrust: true },
);
