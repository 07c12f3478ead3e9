import { expect } from "vitest";
import { cliJson } from "./support/record.ts";
import { scenario } from "./support/scenario.ts";
import { statusBarItem } from "./support/workbench.ts";

scenario("spend stands in the status bar once a limit is set, and warns as it is reached", async (stage) => {
  const page = await stage.open();
  const item = statusBarItem(page, "reward-ledger.reward-ledger.rewardLedger.spend");
  const spend = (usd: string) => cliJson(stage, "spend", "add", "--model", "m", "--call-site", "plan", "--usd", usd);
  const label = async (): Promise<string> =>
    (await item.count()) === 0 ? "" : String(await item.locator("a").getAttribute("aria-label"));

  await spend("8.40");
  await cliJson(stage, "budget", "set", "--daily", "20");
  await expect.poll(label).toContain("Reward Ledger spend: Today, $8.40 of $20.00");
  expect(await item.getAttribute("class")).not.toContain("warning-kind");
  await spend("8");
  await expect.poll(label).toContain("A limit is nearly reached");
  await expect.poll(() => item.getAttribute("class")).toContain("warning-kind");
  await spend("4");
  await expect.poll(label).toContain("$20.40 of $20.00. A limit is reached");
  await expect.poll(() => item.getAttribute("class")).toContain("error-kind");

  await stage.server.changeSettings({ "rewardLedger.statusBar.content": "coins" });
  await expect.poll(() => item.count()).toBe(0);
});
