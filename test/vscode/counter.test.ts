import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Summary } from "../../src/ports/summary.ts";
import { summaryFile, summaryVersion } from "../../src/ports/summary-limits.ts";
import { hoverUntil } from "./support/driver.ts";
import { counter, counterLabel } from "./support/product.ts";
import { runCommand } from "./support/quick-input.ts";
import { scenario } from "./support/scenario.ts";
import { editorTabs, webview } from "./support/workbench.ts";

const standing = {
  agent: "claude-code",
  project: null,
  coin_tenths: 124,
  streak_pass: 6,
  streak_block: 0,
  best_streak_pass: 6,
  last_verdict: "PASS",
  last_delta: 14,
  last_run_at: "2026-03-01T10:00:00.000Z",
  runs: 12,
  top_violations: [
    { rule: "E501", count: 9 },
    { rule: "F841", count: 3 },
  ],
  dated_ahead: [],
} as const;

const summary: Summary = {
  version: summaryVersion,
  written_at: "2026-03-01T10:00:00.000Z",
  heads: [],
  latest_recording: null,
  newest_agent: "claude-code",
  agents: [standing, { ...standing, agent: "codex", coin_tenths: -31, streak_pass: 0, top_violations: [] }],
  projects: [],
};

scenario("counter shows the coins of summary.json alone", async (stage) => {
  await mkdir(stage.home, { recursive: true });
  await writeFile(join(stage.home, summaryFile), JSON.stringify(summary));
  const page = await stage.open();
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: claude-code has 12.40 coins, 6 passes in a row");
  expect((await counter(page).textContent())?.replaceAll(/\s+/g, " ").trim()).toBe("12.40 6");

  const tooltip = page.locator(".monaco-hover:visible", { hasText: "Most broken rules" });
  await hoverUntil(page, counter(page), tooltip);
  const text = (await tooltip.textContent()) ?? "";
  for (const part of ["claude-code", "12.40", "6 passes in a row (best 6)", "E501", "codex", "−3.10"])
    expect(text).toContain(part);

  await stage.server.changeSettings({ "rewardLedger.statusBar.visible": false });
  await counter(page).waitFor({ state: "detached" });
  await stage.server.changeSettings({ "rewardLedger.agent": "codex" });
  await expect.poll(() => counterLabel(page)).toBe("Reward Ledger: codex has −3.10 coins");

  // A started store would have created its device, lock and journal here. Neither the report scan nor the steps above start it.
  await expect.poll(() => stage.log()).toContain("Looked for reports");
  expect(await readdir(stage.home)).toEqual([summaryFile]);

  await counter(page).click();
  await editorTabs(page, "Reward Ledger Trends").waitFor();
  await webview(page).locator("#app").waitFor();
});

scenario("activation is short by VS Code's own figure", async (stage) => {
  const page = await stage.open();
  await runCommand(page, "Developer: Show Running Extensions");
  const running = page.locator(".runtime-extensions-editor .extension", { hasText: "Reward Ledger" });
  const activation = /Activation: (\d+)ms/.exec((await running.textContent()) ?? "")?.[1];
  console.log(`VS Code ${stage.version.name} says that activation took ${activation} ms`);
  expect(Number(activation)).toBeGreaterThanOrEqual(0);
});
