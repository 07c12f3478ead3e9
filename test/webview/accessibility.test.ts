import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lowContrast } from "./support/contrast.ts";
import { openStage, type PanelStage, type View } from "./support/stage.ts";

const stages: { open?: PanelStage } = {};
const stage = (): PanelStage => {
  if (stages.open === undefined) throw new Error("the stage is not open");
  return stages.open;
};
beforeAll(async () => {
  stages.open = await openStage();
});
afterAll(() => stages.open?.close());

const filter = { agent: "claude-code", compare_with: "codex", project: null, period: "30d", since: null, until: null };
const evals = { tab: "evals", filter: { ...filter, period: "all" } };
const opening =
  (...selectors: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const selector of selectors) await page.locator(selector).first().click();
  };
const costs = { tab: "costs", filter: { ...filter, period: "all" } };
const seeing =
  (selector: string) =>
  async (page: Page): Promise<void> =>
    page.locator(selector).waitFor();
const views: readonly Readonly<{ name: string; view: View; open?: (page: Page) => Promise<void> }>[] = [
  { name: "chart", view: { state: { filter } } },
  { name: "table", view: { state: { filter, presentation: { coins: "table" } } } },
  { name: "rules", view: { state: { filter, tab: "violations" } } },
  { name: "rule's table", view: { state: { filter, tab: "violations", presentation: { violations: "table" } } } },
  {
    name: "open rule",
    view: { state: { filter, tab: "violations" } },
    open: opening(".rule-row", ".run-row", "#findings-title"),
  },
  { name: "empty", view: { scenario: "empty" } },
  { name: "evals", view: { state: evals } },
  { name: "evals' runs", view: { state: { ...evals, presentation: { evals: "table" } } } },
  { name: "evals chosen", view: { state: { ...evals, testHealth: "flaky", testQuery: "nothing like it" } } },
  { name: "eval run", view: { state: evals }, open: opening("[data-tile=eval-rate]", ".drawer .secondary", "#comparison-title") },
  { name: "eval test", view: { state: evals }, open: opening(".virtual .link", "#timeline-title") },
  { name: "no evals", view: { scenario: "reset", state: evals } },
  { name: "costs", view: { state: costs }, open: seeing("#session-chart") },
  {
    name: "costs' tables",
    view: { state: { ...costs, presentation: { costs: "table" }, costs: { outcomes: "table", spend: "table" } } },
    open: seeing("#session-chart"),
  },
  { name: "agents", view: { scenario: "empty", state: { tab: "agents" } } },
  { name: "no costs", view: { scenario: "empty", state: costs }, open: seeing(".sessions .empty-part") },
];

async function show({ view, open }: (typeof views)[number], more: View = {}): Promise<Page> {
  const { page } = await stage().open({ ...view, ...more });
  await open?.(page);
  return page;
}

/** What takes the focus has to say what it is. Names come from the browser's own accessibility tree. */
async function unnamed(page: Page): Promise<readonly string[]> {
  const controls = page.locator("button, select, input, [role=slider], [role=tab]");
  const lines: string[] = [];
  for (const control of await controls.all()) {
    const snapshot = await control.ariaSnapshot();
    const [first = ""] = snapshot.split("\n");
    if (first !== "" && !/^- '?(?:\w+) "/.test(first))
      lines.push(`${first} ${await control.evaluate((element) => element.outerHTML.slice(0, 120))}`);
  }
  return lines;
}

describe.each(["dark", "light", "contrast"] as const)("in the %s theme", (theme) => {
  test.each(views)("texts of the $name stand out from what is behind them", async (one) => {
    const page = await show(one, { theme });
    // The pointer rests where it changes nothing.
    await page.mouse.move(0, 0);
    expect(await lowContrast(page)).toEqual([]);
    await page.close();
  });
});

test.each(views)("every control of the $name has a name, every id is one of a kind", async (one) => {
  const page = await show(one);
  expect(await unnamed(page)).toEqual([]);
  const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  const dangling = await page.evaluate(() =>
    [...document.querySelectorAll("[aria-labelledby], [aria-describedby], [aria-controls]")]
      .flatMap((element) =>
        ["aria-labelledby", "aria-describedby", "aria-controls"].flatMap((name) => element.getAttribute(name)?.split(" ") ?? []),
      )
      .filter((id) => document.getElementById(id) === null),
  );
  // The tabs that are not shown name the one panel there is.
  expect(dangling).toEqual([]);
  expect(await page.getByRole("heading", { level: 1, includeHidden: true }).count()).toBe(1);
  await page.close();
});

test("the focus goes through filter, tabs, tiles and chart in the order they are seen", async () => {
  const { page } = await stage().open({ state: { filter } });
  const order: string[] = [];
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press("Tab");
    order.push(
      await page.evaluate(() => {
        const element = document.activeElement;
        return (
          element?.closest(".tile")?.getAttribute("data-tile") ??
          (element instanceof HTMLSelectElement ? element.labels[0]?.textContent : undefined) ??
          element?.id ??
          ""
        );
      }),
    );
  }
  const expected = [
    "Agent",
    "Compare with",
    "Project",
    "Period",
    "tab-coins",
    "coins",
    "streak",
    "pass-rate",
    "top-rule",
    "coin-chart",
  ];
  const positions = expected.map((name) => order.findIndex((one) => one.startsWith(name)));
  expect(positions).not.toContain(-1);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  await page.close();
});

test.each([300, 480, 700, 2000])("nothing is wider than a panel of %d px", async (width) => {
  for (const one of views) {
    const page = await show(one, { width, height: 700 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, one.name).toBeLessThanOrEqual(0);
    await page.close();
  }
});

test("a narrow drawer covers the page and takes it out of reach", async () => {
  const page = await show(
    { name: "open rule", view: { state: { filter, tab: "violations" } }, open: opening(".rule-row", ".run-row") },
    { width: 300, height: 700 },
  );
  expect(await page.locator(".page").evaluate((element) => element instanceof HTMLElement && element.inert)).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(".drawer").count()).toBe(0);
  expect(await page.locator(".page").evaluate((element) => element instanceof HTMLElement && element.inert)).toBe(false);
  await page.close();
});

test("less motion and forced colours leave the panel whole", async () => {
  const { page, complaints } = await stage().open({ state: { filter } });
  await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active" });
  await page.locator("#coin-chart").focus();
  await page.keyboard.press("End");
  await page.locator(".tooltip").waitFor();
  expect(await page.locator(".progress").evaluate((element) => getComputedStyle(element, "::after").animationName)).toBe("none");
  expect(complaints).toEqual([]);
  await page.close();
});
