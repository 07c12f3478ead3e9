import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import * as z from "zod";
import { pressNotification, waitForNotification } from "./support/notifications.ts";
import { runLedgerCommand } from "./support/product.ts";
import { runCommand } from "./support/quick-input.ts";
import { cliJson, recordByCli } from "./support/record.ts";
import { finding, report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import { openFile, openProblems } from "./support/workbench.ts";

const git = (folder: string, ...args: readonly string[]): void =>
  void execFileSync("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
    stdio: "ignore",
  });

/** Creates a checkout of a project with a file of forty lines, and a file that is broken since the last commit. */
async function checkout(folder: string, name: string): Promise<void> {
  await mkdir(join(folder, "src"), { recursive: true });
  await writeFile(join(folder, "src", `${name}.ts`), "// line\n".repeat(40));
  await writeFile(join(folder, `${name}.json`), '{ "a": 1 }\n');
  git(folder, "init", "--initial-branch", "main");
  git(folder, "remote", "add", "origin", `https://example.com/acme/${name}.git`);
  git(folder, "add", ".");
  git(folder, "commit", "--message", "Start");
  git(folder, "switch", "--create", "topic");
  await writeFile(join(folder, `${name}.json`), '{ "a": 1,\n  "b" 2 }\n');
}

/** Number of marked files in the explorer. */
const badges = (page: Page): Promise<number> =>
  page.evaluate<number>(
    `[...document.querySelectorAll(".explorer-folders-view .monaco-icon-label")].filter((one) => getComputedStyle(one, "::after").content.includes("⚑")).length`,
  );

const runs = z.array(z.object({ run_id: z.string() }));

scenario("each folder of a workspace has the findings, reviews and imports of its own project", async (stage) => {
  const billing = join(stage.root, "billing");
  await checkout(stage.folder, "storefront");
  await checkout(billing, "billing");
  const workspace = join(stage.root, "acme.code-workspace");
  await writeFile(workspace, JSON.stringify({ folders: [{ path: "storefront" }, { path: "billing" }] }));
  for (const name of ["storefront", "billing"]) {
    const long = finding({ rule: "E501", file: `src/${name}.ts`, line: 23, message: `Too long in ${name}` });
    const elsewhere = finding({ rule: "F401", file: "src/elsewhere.ts", message: "In no folder" });
    await recordByCli(stage, report(`run-${name}`, 90, [long, elsewhere], 30), undefined, `acme/${name}`);
  }
  const page = await stage.open(workspace);
  const problems = await openProblems(page);
  await expect.poll(() => problems.textContent()).toMatch(/Too long in storefront/);
  await expect.poll(() => problems.textContent()).toMatch(/Too long in billing/);
  expect(await problems.textContent()).not.toContain("In no folder");
  await pressNotification(page, "The Problems view lists 2 findings of the latest run", "Keep");
  for (const file of ["storefront.ts", "billing.ts"]) {
    await openFile(page, file);
    await runCommand(page, "View: Show Explorer");
  }
  await expect.poll(() => badges(page)).toBeGreaterThanOrEqual(2);

  for (const name of ["billing", "storefront"]) {
    await openFile(page, `${name}.json`);
    await runLedgerCommand(page, "reviewChanges");
    await waitForNotification(page, /Reviewed: Fail, 1 new finding, /);
    // The notification of the first folder's review may still be there.
    const latest = async () =>
      runs.parse(await cliJson(stage, "history", "--project", `acme/${name}`, "--limit", "1"))[0]?.run_id;
    await expect.poll(latest).not.toBe(`run-${name}`);
    expect(await cliJson(stage, "show", (await latest()) ?? "")).toMatchObject({
      run: { project: `acme/${name}` },
      branch: "topic",
      findings: [{ file: `${name}.json`, line: 2 }],
    });
    await page.keyboard.press("Escape");
  }

  await writeFile(join(billing, "review-report.json"), JSON.stringify(report("run-dropped", 94, [], 10)));
  await runLedgerCommand(page, "scanWorkspace");
  await expect.poll(() => cliJson(stage, "show", "run-dropped")).toMatchObject({ run: { project: "acme/billing" } });
});
