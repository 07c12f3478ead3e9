import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EvalsFilter, TrendsFilter } from "../../../src/protocol/trends-panel.ts";
import { defaultEvals, defaultFilter } from "../../../src/webview/shared/state.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";
import { costsOf } from "../harness/costs.ts";
import { openStage, type PanelStage, sentMessages, type View } from "../support/stage.ts";

/* The Costs tab in a real Chromium under its real content policy. */

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
const texts = createTexts({}, "en", "Europe/Berlin");

/** Opens the tab. @param more further values of the panel's state */
async function openCosts(scenario: View["scenario"] & string, more: Readonly<Record<string, unknown>> = {}, view: View = {}) {
  const panel = await stage().open({ ...view, scenario, state: { tab: "costs", filter: all, ...more } });
  await panel.page.locator(".budget-limits, .spend .empty-part").waitFor();
  await panel.page.locator(".sessions").locator("h3, .empty-part, .nothing").first().waitFor();
  return panel;
}

const viewOf = (scenario: View["scenario"] & string, filter: Partial<TrendsFilter> = {}, evals: Partial<EvalsFilter> = {}) =>
  costsOf(scenario).costs({ ...all, ...filter }, { ...defaultEvals, ...evals });
const tile = (page: Page, name: string) => page.locator(`[data-tile="${name}"]`);
const chart = (page: Page, id: string) => page.locator(`#${id}`);
const valueOfChart = (page: Page, id: string) => chart(page, id).getAttribute("aria-valuetext");
const copied = async (page: Page): Promise<string> => {
  const last = (await sentMessages(page, "copy")).at(-1);
  if (typeof last !== "object" || last === null || !("params" in last)) throw new Error("nothing was copied");
  return JSON.stringify(last.params);
};

/** Number of different colours that a canvas shows. */
const colours = (page: Page, selector: string): Promise<number> =>
  page.evaluate((wanted) => {
    const element = document.querySelector(wanted)?.querySelector("canvas");
    const data = element?.getContext("2d")?.getImageData(0, 0, element.width, element.height).data ?? new Uint8ClampedArray();
    return new Set(new Uint32Array(data.buffer)).size;
  }, selector);

describe("under the content policy", () => {
  test("every state renders without a violation or an error", async () => {
    for (const scenario of ["empty", "one", "sixty", "eight"] as const) {
      const { page, complaints } = await openCosts(scenario);
      if (scenario !== "empty") {
        for (const id of ["cost-chart", "outcome-chart", "spend-chart"]) {
          await expect.poll(() => colours(page, `#${id}`), { message: id }).toBeGreaterThan(2);
        }
        for (const name of ["Table", "Chart"]) {
          for (const button of await page.getByRole("button", { name, exact: true }).all()) await button.click();
        }
      }
      expect(complaints).toEqual([]);
      await page.close();
    }
  });
});

describe("tiles", () => {
  test("show the ledger's values, and mark incomplete ones", async () => {
    const { page } = await openCosts("sixty");
    const { tiles } = viewOf("sixty");
    expect(tiles.complete).toBe(false);
    const value = (name: string) => tile(page, name).locator(".tile-value").textContent();
    expect(await value("cost")).toBe(`≥ ${texts.money(tiles.cost_usd)}`);
    expect(await value("cost-per-run")).toBe(`≥ ${texts.money(tiles.per_run_usd ?? 0)}`);
    expect(await value("cost-per-passed")).toBe(`≥ ${texts.money(tiles.per_passed_usd ?? 0)}`);
    expect(await tile(page, "cost-basis").textContent()).toContain("1 model without a price");
    await page.close();
  });

  test("compare with the period before when both are completely known", async () => {
    const { page } = await openCosts("one", { filter: { ...all, period: "30d" } });
    expect(await tile(page, "cost").textContent()).toContain("Nothing in the period before");
    await page.close();
  });

  test("open the section that they summarize", async () => {
    const { page } = await openCosts("sixty", { presentation: { costs: "table" }, costs: { outcomes: "table" } });
    const focused = () => page.evaluate(() => document.activeElement?.id);
    await tile(page, "cost").click();
    await expect.poll(focused).toBe("cost-chart");
    await tile(page, "cost-per-run").click();
    await expect.poll(focused).toBe("outcome-chart");
    await tile(page, "cost-basis").click();
    await expect.poll(focused).toBe("model-costs");
    await page.close();
  });
});

describe("bars", () => {
  test("are navigated by keyboard, describe their content, and open a week", async () => {
    const { page } = await openCosts("eight");
    const { slices, unit } = viewOf("eight");
    expect(unit).toBe("week");
    await chart(page, "cost-chart").focus();
    await page.keyboard.press("Home");
    const [first] = slices;
    await expect.poll(() => valueOfChart(page, "cost-chart")).toContain(texts.dayName(first?.start ?? ""));
    expect(await valueOfChart(page, "cost-chart")).toContain(texts.money(first?.cost_usd ?? 0));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const third = slices[2]?.start ?? "";
    await expect.poll(() => page.locator(".tooltip").textContent()).toContain(texts.dayName(third));
    await page.keyboard.press("End");
    await expect.poll(() => valueOfChart(page, "cost-chart")).toContain("(partial)");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const second = slices[1]?.start ?? "";
    await expect
      .poll(async () => (await sentMessages(page, "costs")).at(-1))
      .toMatchObject({ params: { filter: { period: "custom", since: second } } });
    await expect.poll(() => page.getByRole("heading", { name: "Cost per day" }).count()).toBe(1);
    await page.close();
  });

  test("follow the pointer, and models are switched off and on in the legend", async () => {
    const { page } = await openCosts("eight");
    const box = await chart(page, "cost-chart").locator(".u-over").first().boundingBox();
    if (box === null) throw new Error("the chart has no place");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(() => page.locator(".tooltip .fill-sample").count()).toBeGreaterThan(3);
    const costliest = viewOf("eight").models[0]?.model ?? "";
    const key = page.locator(".costs .legend").first().getByRole("button", { name: costliest });
    await key.click();
    expect(await key.getAttribute("aria-pressed")).toBe("false");
    await page.mouse.move(box.x + box.width / 2 + 3, box.y + box.height / 2);
    await expect.poll(() => page.locator(".tooltip").textContent()).toContain("Some models are hidden.");
    expect(await page.locator(".tooltip").textContent()).not.toContain(costliest);
    await page.reload();
    await page.locator(".budget-limits").waitFor();
    await expect.poll(() => key.getAttribute("aria-pressed")).toBe("false");
    for (const button of await page.locator(".costs .legend").first().getByRole("button").all()) {
      if ((await button.getAttribute("aria-pressed")) === "true") await button.click();
    }
    await expect.poll(() => page.locator(".costs .nothing").first().textContent()).toContain("All models are hidden");
    await page.close();
  });

  test("have a table of the same numbers that can be copied as CSV and Markdown", async () => {
    const { page } = await openCosts("sixty", { presentation: { costs: "table" } });
    const { slices, models } = viewOf("sixty");
    const table = page.getByRole("table", { name: "Costs as a table" });
    expect(await table.getAttribute("aria-rowcount")).toBe(String(slices.length + 1));
    await page.getByRole("button", { name: "Copy CSV" }).first().click();
    await expect.poll(async () => (await sentMessages(page, "copy")).length).toBe(1);
    const [request] = await sentMessages(page, "copy");
    if (typeof request !== "object" || request === null || !("params" in request)) throw new Error("nothing was copied");
    const { text } = JSON.parse(JSON.stringify(request.params));
    const [head = "", ...lines] = String(text).trimEnd().split("\n");
    expect(head.split(",").slice(-models.length)).toEqual(models.map(({ model }) => model ?? "Not split by model"));
    expect(lines).toHaveLength(slices.length);
    const last = slices.at(-1);
    expect(lines[0]).toContain(`${last?.start},${last?.runs},${last?.passed},${last?.cost_usd}`);
    await page.getByRole("button", { name: "Copy Markdown" }).first().click();
    await expect.poll(() => copied(page)).toContain("| Day |");
    await page.close();
  });
});

describe("models and tiers", () => {
  test("are listed with their costs, and models without a price are marked", async () => {
    const { page } = await openCosts("sixty");
    const { models, what_if: whatIf } = viewOf("sixty");
    const rows = page.getByRole("table", { name: "By model", exact: true }).locator("tbody tr");
    expect(await rows.count()).toBe(models.length);
    const texts4 = texts.moneyOf(4);
    for (const [index, { model, cost_usd: cost }] of models.entries()) {
      const row = await rows.nth(index).textContent();
      expect(row).toContain(model ?? "Not split by model");
      expect(row).toContain(cost === null ? "no price" : texts4(cost));
    }
    const tiers = await page.getByRole("table", { name: "The same tokens at another tier" }).textContent();
    for (const { model, cost_usd: cost } of whatIf.tiers) {
      expect(tiers).toContain(model);
      expect(tiers).toContain(texts4(cost ?? 0));
    }
    expect(await page.locator(".costs").textContent()).toContain("reference prices, May 1, 2025");
    await page.close();
  });
});

describe("quality against cost", () => {
  test("is navigated run by run or along the best runs, and opens a run", async () => {
    const { page } = await openCosts("sixty");
    const { points } = viewOf("sixty");
    const byCost = points.toSorted((a, b) => a.cost_usd - b.cost_usd || a.passed / a.total - b.passed / b.total);
    const best = byCost.filter((point) => point.best);
    await chart(page, "outcome-chart").focus();
    await page.keyboard.press("Home");
    await expect.poll(() => valueOfChart(page, "outcome-chart")).toContain(byCost[0]?.label ?? "");
    await page.keyboard.press("End");
    await expect.poll(() => valueOfChart(page, "outcome-chart")).toContain(byCost.at(-1)?.label ?? "");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => valueOfChart(page, "outcome-chart")).toContain(best.at(-1)?.label ?? "");
    expect(await valueOfChart(page, "outcome-chart")).toContain("Best");
    await page.keyboard.press("Home");
    await expect.poll(() => valueOfChart(page, "outcome-chart")).toContain(best[0]?.label ?? "");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await sentMessages(page, "evalRun")).at(-1)).toMatchObject({ params: { run: best[0]?.id } });
    await page.close();
  });

  test("marks runs by tier or by model, and has a table", async () => {
    const { page } = await openCosts("sixty");
    const key = page.locator(".mark-key").filter({ hasText: "Best pass rate at this cost" });
    expect(await key.textContent()).toContain("llm-judge");
    await page.getByLabel("Group by").selectOption({ label: "Model" });
    await expect.poll(() => key.textContent()).toContain("claude-haiku-4-5");
    await page.getByRole("button", { name: "Table", exact: true }).nth(1).click();
    const rows = page.getByRole("table", { name: "Quality against cost" });
    expect(await rows.getAttribute("aria-rowcount")).toBe(String(viewOf("sixty").points.length + 1));
    await page.close();
  });
});

describe("the agent's own spending", () => {
  test("is shown against its limits, by day, model and task", async () => {
    const { page } = await openCosts("sixty");
    const view = costsOf("sixty").spend(all);
    const cards = page.locator(".budget-limit");
    expect(await cards.evaluateAll((all) => all.map((card) => card.getAttribute("data-level")))).toEqual([
      view.budget.today.level,
      view.budget.week.level,
      view.budget.month.level,
    ]);
    expect(await cards.first().textContent()).toContain(`${texts.money(view.budget.today.spent_usd)} of $12.00`);
    await chart(page, "spend-chart").focus();
    await page.keyboard.press("End");
    const last = view.slices.at(-1);
    await expect.poll(() => valueOfChart(page, "spend-chart")).toContain(texts.money(last?.spent_usd ?? 0));
    expect(await valueOfChart(page, "spend-chart")).toContain("of $12.00");
    const tasks = page.getByRole("table", { name: "Spent by task" });
    expect(await tasks.getAttribute("aria-rowcount")).toBe(String(view.tasks.length + 1));
    await page.getByRole("button", { name: "Set limits…" }).click();
    await page.getByRole("button", { name: "Extend today…" }).click();
    await expect
      .poll(() => sentMessages(page, "command"))
      .toEqual([
        { type: "command", command: "setBudget" },
        { type: "command", command: "extendBudget" },
      ]);
    await page.close();
  });
});

describe("sessions", () => {
  test("are listed with their cost and the review of their branch, which opens", async () => {
    const { page } = await openCosts("sixty");
    const sessions = page.locator(".sessions");
    const table = sessions.getByRole("table", { name: "Each session" });
    expect(await table.getByRole("columnheader").allTextContents()).toEqual([
      ...["Started", "Branch", "Cost", "Branch score", "Duration", "Prompts", "Host", "Model", "Tools", "Project"],
    ]);
    expect(await table.locator("tbody tr").count()).toBe(20);
    expect(await sessions.getByRole("table", { name: "Tools" }).locator("tbody tr").first().textContent()).toContain("Bash");
    await table.getByRole("button", { name: "96" }).first().click();
    await page.locator(".drawer").waitFor();
    await page.close();
  });

  test("are counted by day in a table, and a host can be switched off in the chart", async () => {
    const { page } = await openCosts("sixty", { costs: { sessions: "table" } });
    const days = page.locator(".sessions").getByRole("table", { name: "Cost of sessions per day" });
    expect(await days.getByRole("columnheader").allTextContents()).toEqual(
      expect.arrayContaining(["Sessions", "codex", "vscode"]),
    );
    await page.close();
    const { page: chart } = await openCosts("sixty");
    const codex = chart.locator(".sessions .legend-item", { hasText: "codex" });
    await codex.click();
    await expect.poll(() => codex.getAttribute("aria-pressed")).toBe("false");
    await chart.close();
  });
});

describe("nothing to show", () => {
  test("an empty ledger shows the first steps for evals and spending", async () => {
    const { page } = await openCosts("empty");
    const words = (await page.locator(".costs").textContent()) ?? "";
    for (const step of [
      "reward-ledger eval push run.json",
      "reward-ledger spend add",
      "reward-ledger budget set",
      "reward-ledger sessions import",
    ]) {
      expect(words).toContain(step);
    }
    await page.close();
  });

  test("runs that report no cost are not shown as free", async () => {
    const { page } = await openCosts("reset");
    const words = (await page.locator(".costs").textContent()) ?? "";
    expect(words).toContain("4 runs report no cost");
    expect(words).toContain('"costs": [');
    expect(await page.locator(".tile").count()).toBe(0);
    await page.close();
    const { page: many } = await openCosts("eight");
    const { tiles } = viewOf("eight");
    expect(tiles.untold_runs).toBeGreaterThan(0);
    expect(await tile(many, "cost-basis").textContent()).toContain(`${tiles.untold_runs} runs report no cost`);
    expect(await tile(many, "cost-per-run").textContent()).toContain(
      `${tiles.runs - tiles.untold_runs} of 700 runs report their cost`,
    );
    expect(await many.locator(".costs").textContent()).toContain(
      `${tiles.untold_runs} runs without a reported cost are not shown.`,
    );
    await many.close();
  });

  test("a filter without runs offers a wider one", async () => {
    const { page } = await openCosts("sixty", { filter: { ...all, period: "custom", since: "2020-01-01", until: "2020-01-31" } });
    expect(await page.locator(".costs").textContent()).toContain("Nothing was spent in this period.");
    await page.getByRole("button", { name: "Show all time" }).click();
    await tile(page, "cost").waitFor();
    await page.close();
  });

  test("the filter of tier and branch is sent to the host and updates the tiles", async () => {
    const { page } = await openCosts("sixty");
    await page.getByLabel("Tier", { exact: true }).first().selectOption({ label: "llm-judge" });
    const { tiles } = viewOf("sixty", {}, { tier: "llm-judge" });
    await expect.poll(() => tile(page, "cost-per-run").textContent()).toContain(`${tiles.runs} runs`);
    await expect
      .poll(async () => (await sentMessages(page, "costs")).at(-1))
      .toMatchObject({ params: { evals: { tier: "llm-judge" } } });
    await page.close();
  });
});
