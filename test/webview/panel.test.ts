import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrendsFilter } from "../../src/protocol/trends-panel.ts";
import { defaultFilter } from "../../src/webview/shared/state.ts";
import { ledgerOf } from "./harness/ledger.ts";
import { scenarioOf } from "./harness/scenario.ts";
import { openStage, type PanelStage, sentMessages } from "./support/stage.ts";

/* The panel in a real Chromium under its real content policy. */

const stages: { open?: PanelStage } = {};
const stage = (): PanelStage => {
  if (stages.open === undefined) throw new Error("the stage is not open");
  return stages.open;
};
beforeAll(async () => {
  stages.open = await openStage();
});
afterAll(() => stages.open?.close());

const all: TrendsFilter = { ...defaultFilter, period: "all" };
const claude: TrendsFilter = { ...all, agent: "claude-code" };
const compareFilter: TrendsFilter = { ...claude, compare_with: "codex" };

const chart = (page: Page) => page.locator("#coin-chart");
const drawer = (page: Page) => page.locator(".drawer");

/** Whether a canvas shows more than a single colour. */
const isDrawn = (page: Page, canvas: number): Promise<boolean> =>
  page.evaluate((index) => {
    const element = document.querySelectorAll("canvas")[index];
    const data = element?.getContext("2d")?.getImageData(0, 0, element.width, element.height).data ?? [];
    return new Set(data).size > 8;
  }, canvas);

describe("under the content policy", () => {
  test("every view renders without a violation or an error", async () => {
    for (const scenario of ["empty", "one", "sixty", "reset"] as const) {
      const { page, complaints } = await stage().open({ scenario, state: { filter: all } });
      if (scenario !== "empty") {
        await expect.poll(() => isDrawn(page, 0)).toBe(true);
        await expect.poll(() => isDrawn(page, 1)).toBe(true);
        await page.getByRole("button", { name: "Table" }).click();
        await page.locator("tbody tr").first().waitFor();
        await page.getByRole("tab", { name: "Violations" }).click();
        await page.locator(".rule-row").first().click();
        await page.locator(".run-row").first().click();
        await page.locator("#findings-title").waitFor();
      }
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  test("a taught rule shows its effect in words, and with numbers in its tooltip and drawer", async () => {
    const { page } = await stage().open({ scenario: "sixty", state: { filter: all, tab: "violations" } });
    const rows = page.locator(".rule-row");
    await page.locator(".effect-helped").first().waitFor();
    const words = "Before 1.00 per run (20 in 20), since 0.10 per run (2 in 20).";
    expect(await rows.first().getAttribute("aria-label")).toContain(`helped. ${words}`);
    expect(await rows.first().locator("[title*='95% interval']").getAttribute("title")).toContain(words);
    await rows.first().press("Enter");
    await expect.poll(() => drawer(page).textContent()).toContain(words);
    await page.close();
  });

  test("the agents page has a card per agent, those needing attention first, with working buttons", async () => {
    const { page, complaints } = await stage().open({ scenario: "empty", state: { filter: all, tab: "agents" } });
    const cards = page.locator(".agent-card");
    await expect
      .poll(() => cards.locator("h3").allTextContents())
      .toEqual(["Cursor", "Codex", "VS Code / Copilot", "Claude Code", "Gemini CLI"]);
    const card = (name: string) => cards.filter({ has: page.getByRole("heading", { name, exact: true }) });
    const buttons = async (name: string) => (await card(name).getByRole("button").allTextContents()).map((text) => text.trim());
    expect(await buttons("Codex")).toEqual([
      "Repair Codex",
      "Connect and Stop at Limits Codex",
      "Connect in This Project Codex",
      "Remove Codex",
    ]);
    expect(await buttons("Claude Code")).toEqual(["Remove Claude Code", "Remove from This Project Claude Code"]);
    expect(await card("Claude Code").textContent()).toContain("connectedstops at spending limitsIn this project: connected");
    expect(await card("Cursor").getByRole("alert").textContent()).toContain("line 3 is no JSON");
    expect(await page.getByRole("group", { name: "Filter" }).count()).toBe(0);
    await page.getByRole("button", { name: "Connect VS Code / Copilot", exact: true }).click();
    await expect
      .poll(() => sentMessages(page, "changeConnection"))
      .toMatchObject([{ params: { host: "vscode", action: "connect" } }]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the tab of taught rules lists those needing attention first, sorts, and opens a rule's runs", async () => {
    const { page, complaints } = await stage().open({ scenario: "sixty", state: { filter: all, tab: "rules" } });
    const rows = page.getByRole("table", { name: "Taught rules" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(4);
    const effects = async () => (await rows.locator("td:last-child").allTextContents()).map((text) => text.trim());
    expect(await effects()).toEqual(["worse", "no clear effect", "too early", "helped"]);
    expect(await rows.first().locator("td").allTextContents()).toEqual(expect.arrayContaining(["0.10", "1.00"]));
    expect(await page.locator('[data-tile="rules-helped"] .tile-value').textContent()).toBe("1");
    await page.getByRole("button", { name: "Before, per run" }).click();
    expect((await effects())[0]).toBe("helped");
    await rows.first().getByRole("button").click();
    await page.getByRole("tab", { name: "Violations", selected: true }).waitFor();
    await expect.poll(() => drawer(page).textContent()).toContain("Before 1.00 per run (20 in 20)");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the bundle stays within its size budget", () => {
    console.log(`trends.js: ${(stage().harness.scriptBytes / 1000).toFixed(1)} KB minified`);
    expect(stage().harness.scriptBytes).toBeLessThanOrEqual(250_000);
  });
});

describe("filter", () => {
  test("is sent to the host, updates the tiles, and can be reset", async () => {
    const { page } = await stage().open({});
    const coins = page.locator('[data-tile="coins"] .tile-value');
    const ledger = ledgerOf(scenarioOf("sixty"));
    const coinsOf = (filter: TrendsFilter): string => ledger.trends(filter).tiles.coins.value.toFixed(2);
    const choose = (label: string, value: string): Promise<readonly string[]> =>
      page.getByLabel(label, { exact: true }).selectOption({ label: value });

    await expect.poll(() => coins.textContent()).toBe(coinsOf(defaultFilter));
    expect(await page.getByLabel("Compare with").isDisabled()).toBe(true);
    await choose("Agent", "codex");
    await choose("Project", "acme/billing");
    await choose("Period", "All time");
    const chosen: TrendsFilter = { ...all, agent: "codex", project: "acme/billing" };
    await expect.poll(() => coins.textContent()).toBe(coinsOf(chosen));
    await expect.poll(async () => (await sentMessages(page, "trends")).at(-1)).toMatchObject({ params: chosen });
    await choose("Compare with", "claude-code");
    await page.getByRole("button", { name: "claude-code", pressed: true }).waitFor();
    await page.getByRole("button", { name: "Reset filter" }).click();
    await expect.poll(() => coins.textContent()).toBe(coinsOf(defaultFilter));
    await page.close();
  });

  test("custom days start as the visible days, and days in the wrong order are not requested", async () => {
    const { page } = await stage().open({ state: { filter: { ...all, period: "30d" } } });
    await page.getByLabel("Period").selectOption({ label: "Custom days" });
    const from = page.getByLabel("From", { exact: true });
    expect(await from.inputValue()).toMatch(/^2026-0\d-\d\d$/);
    await expect.poll(async () => (await sentMessages(page, "trends")).at(-1)).toMatchObject({ params: { period: "custom" } });
    const requestCount = (await sentMessages(page, "trends")).length;
    await from.fill("2027-01-01");
    await page.getByText("The first day must not be after the last.").waitFor();
    expect(await sentMessages(page, "trends")).toHaveLength(requestCount);
    await page.close();
  });

  test("a filter without runs offers a wider one, and an empty ledger offers the first step", async () => {
    const emptyFilter = { ...all, period: "custom", since: "2020-01-01", until: "2020-01-02" };
    const first = await stage().open({ state: { filter: emptyFilter } });
    await first.page.getByRole("button", { name: "Show all time" }).click();
    await first.page.locator(".tile").first().waitFor();
    await first.page.close();
    const { page } = await stage().open({ scenario: "empty" });
    await page.getByRole("button", { name: "Review my changes" }).click();
    await expect.poll(() => sentMessages(page, "command")).toEqual([{ type: "command", command: "reviewChanges" }]);
    await page.close();
  });
});

describe("chart", () => {
  test("is navigated and opened by keyboard, and gets the focus back", async () => {
    const { page } = await stage().open({ state: { filter: claude } });
    await chart(page).focus();
    const points = ledgerOf(scenarioOf("sixty")).trends(claude).lines[0]?.points ?? [];
    const value = () => chart(page).getAttribute("aria-valuetext");
    await page.keyboard.press("Home");
    await expect.poll(value).toContain("Earned");
    expect(await chart(page).getAttribute("aria-valuenow")).toBe("1");
    expect(await chart(page).getAttribute("aria-valuemax")).toBe(String(points.length));
    const first = await value();
    await page.keyboard.press("ArrowRight");
    await expect.poll(value).not.toBe(first);
    await page.locator(".tooltip").waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#findings-title").waitFor();
    await expect.poll(() => sentMessages(page, "run")).toMatchObject([{ params: { fact_id: points[1]?.fact_id } }]);
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("drawer-title");
    await page.keyboard.press("Escape");
    await expect.poll(() => drawer(page).count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("coin-chart");
    await page.close();
  });

  test("opens a run with warnings where its report contradicts what counts", async () => {
    const { page, complaints } = await stage().open({ scenario: "one" });
    await chart(page).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    const warnings = drawer(page).getByRole("list", { name: "Warnings" });
    await warnings.waitFor();
    expect(await warnings.getByRole("listitem").allTextContents()).toEqual([
      expect.stringContaining("FAIL counts"),
      expect.stringContaining("assurance is UNKNOWN"),
    ]);
    expect(await drawer(page).getByRole("definition").allTextContents()).toContain("UNKNOWN");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("is zoomed by dragging and by keys, and reset", async () => {
    const { page } = await stage().open({ state: { filter: claude } });
    const box = await page.locator(".u-over").first().boundingBox();
    if (box === null) throw new Error("the chart has no box");
    const fullLabel = await chart(page).getAttribute("aria-label");
    const label = () => chart(page).getAttribute("aria-label");
    await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(label).not.toBe(fullLabel);
    expect(await drawer(page).count()).toBe(0);
    await page.mouse.dblclick(box.x + 4, box.y + 4);
    await expect.poll(label).toBe(fullLabel);
    await chart(page).focus();
    await page.keyboard.press("End");
    await page.keyboard.press("+");
    await expect.poll(label).not.toBe(fullLabel);
    await page.keyboard.press("Escape");
    await expect.poll(label).toBe(fullLabel);
    await page.close();
  });

  test("a click opens the run under the pointer, with its formula and findings", async () => {
    const { page } = await stage().open({ state: { filter: claude } });
    await chart(page).focus();
    await page.keyboard.press("End");
    const ring = await page.locator(".ring").boundingBox();
    if (ring === null) throw new Error("no run is meant");
    await page.mouse.move(ring.x + 30, ring.y + 30);
    await page.mouse.move(ring.x + ring.width / 2, ring.y + ring.height / 2);
    await page.mouse.down();
    await page.mouse.up();
    await page.locator("#findings-title").waitFor();
    const newest = ledgerOf(scenarioOf("sixty")).trends(claude).lines[0]?.points.at(-1);
    expect(await page.locator(".coins-after").textContent()).toContain(newest?.coins.toFixed(2));
    await page.locator(".finding").first().click();
    await expect.poll(() => sentMessages(page, "openFinding")).toMatchObject([{ params: { fact_id: newest?.fact_id } }]);
    await page.close();
  });

  test("its lines can be switched off", async () => {
    const { page } = await stage().open({ state: { filter: compareFilter } });
    await page.getByRole("button", { name: "codex", exact: true }).click();
    await expect.poll(() => chart(page).getAttribute("aria-label")).toContain("Coins of claude-code from");
    await page.getByRole("button", { name: "claude-code", exact: true }).click();
    await page.getByText("All agents are hidden.").waitFor();
    await page.close();
  });

  test("updates its colours when the theme changes", async () => {
    const { page } = await stage().open({ state: { filter: claude } });
    const picture = () => page.evaluate(() => document.querySelector("canvas")?.toDataURL());
    const before = await picture();
    await page.evaluate(() => {
      document.documentElement.style.setProperty("--vscode-charts-blue", "#ff00ff");
      document.body.className = "vscode-light";
    });
    await expect.poll(picture).not.toBe(before);
    await page.close();
  });
});

describe("tables and tiles", () => {
  test("the table has exactly the points of the chart, and is copied completely in its order", async () => {
    const { page } = await stage().open({ state: { filter: compareFilter, presentation: { coins: "table" } } });
    const points = ledgerOf(scenarioOf("sixty"))
      .trends(compareFilter)
      .lines.flatMap((line) => line.points);
    expect(await page.locator("table").getAttribute("aria-rowcount")).toBe(String(points.length + 1));
    expect(await page.locator("tbody tr").count()).toBe(20);
    await page.getByRole("button", { name: "Score" }).click();
    await page.getByRole("button", { name: "Copy CSV" }).click();
    await page.getByText(`Copied ${points.length} rows`).waitFor();
    const text = await page.evaluate(() => {
      const copied = window.harness.told.find((message) => message.type === "request" && message.method === "copy");
      return copied?.type === "request" && copied.method === "copy" ? copied.params.text : "";
    });
    const [header, ...rows] = text.trimEnd().split("\n");
    expect(header).toBe("Time,Agent,Verdict,Score,Earned,Streak bonus,Coins,Pass streak,Fail streak,Run");
    const coins = (list: readonly number[]): readonly number[] => list.toSorted((a, b) => a - b);
    expect(coins(rows.map((row) => Number(row.split(",")[6])))).toEqual(coins(points.map((point) => point.coins)));
    const scores = rows.map((row) => Number(row.split(",")[3]));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    await page.close();
  });

  test("each tile opens what it summarizes", async () => {
    const { page } = await stage().open({ state: { filter: claude } });
    await page.locator('[data-tile="pass-rate"]').click();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(20);
    await page.locator('[data-tile="streak"]').click();
    await page.getByRole("button", { name: "Reset zoom" }).waitFor();
    await page.locator('[data-tile="coins"]').click();
    await expect.poll(() => page.getByRole("button", { name: "Reset zoom" }).count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("coin-chart");
    await page.locator('[data-tile="top-rule"]').click();
    await page.locator(".run-row").first().waitFor();
    expect(await page.getByRole("tab", { name: "Violations" }).getAttribute("aria-selected")).toBe("true");
    await page.close();
  });

  test("the pass rate opens the runs it counts when points are sums", async () => {
    const { page } = await stage().open({ scenario: "thousands", state: { filter: claude } });
    await page.locator('[data-tile="pass-rate"]').click();
    await page.locator("th", { hasText: "Verdict" }).waitFor();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(20);
    await page.close();
  });
});

describe("rules", () => {
  test("are found by search, opened to their runs, and a run leads back to the rule", async () => {
    const { page } = await stage().open({ state: { tab: "violations", filter: claude } });
    await page.getByPlaceholder("Find a rule").fill("e501");
    await expect.poll(() => page.locator(".rule-row").count()).toBe(1);
    await page.locator(".rule-row").focus();
    await page.keyboard.press("Enter");
    await page.locator(".run-row").first().waitFor();
    const runs = await page.locator(".run-row").count();
    await page.locator(".run-row").first().click();
    await page.locator("#findings-title").waitFor();
    await page.getByRole("button", { name: "Back to E501" }).click();
    await expect.poll(() => page.locator(".run-row").count()).toBe(runs);
    await page.close();
  });
});

describe("a disposable panel", () => {
  test("is restored after a reload as it was left", async () => {
    const { page } = await stage().open({ state: { tab: "violations", filter: claude }, height: 500 });
    await page.locator(".rule-row").first().click();
    await page.locator(".run-row").first().click();
    await page.locator("#findings-title").waitFor();
    await page.evaluate(() => window.scrollTo(0, 200));
    await expect.poll(() => page.evaluate(() => sessionStorage.getItem("panel state"))).toContain('"scrollTop":200');
    const title = await page.locator(".run-id").textContent();
    await page.reload();
    await page.locator("#findings-title").waitFor();
    expect(await page.locator(".drawer .run-id").textContent()).toBe(title);
    expect(await page.getByLabel("Agent", { exact: true }).inputValue()).toBe("=claude-code");
    expect(await page.getByRole("tab", { name: "Violations" }).getAttribute("aria-selected")).toBe("true");
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(200);
    await page.close();
  });

  test("reloads on change, keeps the old data when that fails, and retries", async () => {
    const { page } = await stage().open({ state: { filter: claude } });
    await page.evaluate(() => {
      window.harness.failing = true;
      window.harness.say({ type: "changed" });
    });
    await page.getByRole("alert").getByText("permission denied").waitFor();
    expect(await page.locator(".tile").count()).toBe(4);
    await page.evaluate(() => {
      window.harness.failing = false;
    });
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
    await page.close();
  });

  test("changes during a request cause only one more request after it", async () => {
    const { page } = await stage().open({ state: { filter: claude } });
    const before = (await sentMessages(page, "trends")).length;
    await page.evaluate(() => {
      window.harness.delayMs = 200;
      for (let news = 0; news < 20; news += 1) window.harness.say({ type: "changed" });
    });
    await expect.poll(async () => (await sentMessages(page, "trends")).length).toBe(before + 2);
    // The panel is busy until the last request is answered; a request for an earlier change would follow at once.
    await page.locator('main[aria-busy="false"]').waitFor();
    expect(await sentMessages(page, "trends")).toHaveLength(before + 2);
    await page.close();
  });

  test("shows what the host requests", async () => {
    const { page } = await stage().open({ state: { filter: all } });
    const factId = ledgerOf(scenarioOf("sixty")).trends(claude).lines[0]?.points[3]?.fact_id ?? "";
    await page.evaluate(
      (fact_id) => window.harness.say({ type: "show", tab: "violations", filter: { agent: "claude-code" }, fact_id }),
      factId,
    );
    await page.locator("#findings-title").waitFor();
    await expect.poll(async () => (await sentMessages(page, "trends")).at(-1)).toMatchObject({ params: claude });
    await page.close();
  });
});

describe("paint", () => {
  test("fifteen thousand runs of eight agents are painted, and the paint time is reported", async () => {
    const { page, complaints } = await stage().open({ scenario: "eight", state: { filter: all } });
    const paints: string[] = [];
    for (let round = 1; round <= 4; round += 1) {
      await expect.poll(async () => (await sentMessages(page, "painted")).length).toBe(round);
      paints.push(
        await page.evaluate(() => {
          const last = window.harness.told.findLast((message) => message.type === "painted");
          return last?.type === "painted" ? `${Math.round(last.ms)} ms for ${last.points} points` : "";
        }),
      );
      await page.evaluate(() => window.harness.say({ type: "changed" }));
    }
    console.log(`data to paint: ${paints.join(", ")}`);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
