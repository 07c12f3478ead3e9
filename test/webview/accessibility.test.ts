import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { themes } from "./harness/themes.ts";
import { lowContrast } from "./support/contrast.ts";
import { applyTheme, openStage, type PanelStage, type View, waitForRedraw } from "./support/stage.ts";

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

/** The number of pixels by which the page is wider than the panel. */
const overflowOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** The focusable controls without a name. Names come from the browser's own accessibility tree. */
async function unnamedControls(page: Page): Promise<readonly string[]> {
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

describe.each(views)("the $name", (one) => {
  const opened: { page?: Page } = {};
  const page = (): Page => {
    if (opened.page === undefined) throw new Error("the page is not open");
    return opened.page;
  };
  beforeAll(async () => {
    opened.page = await show(one);
  });
  afterAll(() => opened.page?.close());

  test("has a name for every control, and unique ids", async () => {
    expect(await unnamedControls(page())).toEqual([]);
    const ids = await page().evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const dangling = await page().evaluate(() =>
      [...document.querySelectorAll("[aria-labelledby], [aria-describedby], [aria-controls]")]
        .flatMap((element) =>
          ["aria-labelledby", "aria-describedby", "aria-controls"].flatMap(
            (name) => element.getAttribute(name)?.split(" ") ?? [],
          ),
        )
        .filter((id) => document.getElementById(id) === null),
    );
    // Tabs that are not shown also refer to the single existing panel.
    expect(dangling).toEqual([]);
    expect(await page().getByRole("heading", { level: 1, includeHidden: true }).count()).toBe(1);
  });

  test.each(["dark", "light", "contrast"] as const)("has texts with sufficient contrast in the %s theme", async (theme) => {
    expect(await applyTheme(page(), theme)).toBe(themes[theme].variables["editor-background"]);
    // Moves the pointer to a place where it has no effect.
    await page().mouse.move(0, 0);
    expect(await lowContrast(page())).toEqual([]);
  });

  // The first width is the widest and each further one is narrower, so content that is not redrawn yet is never too narrow.
  test.each([2000, 700, 480])("fits into a panel that is resized to %d px width", async (width) => {
    await page().setViewportSize({ width, height: 700 });
    await waitForRedraw(page());
    expect(await page().evaluate(() => window.innerWidth)).toBe(width);
    await expect.poll(() => overflowOf(page())).toBeLessThanOrEqual(0);
  });

  test("fits into a panel of 300 px", async () => {
    const narrow = await show(one, { width: 300, height: 700 });
    expect(await overflowOf(narrow)).toBeLessThanOrEqual(0);
    await narrow.close();
  });
});

test("the focus moves through filter, tabs, tiles and chart in visual order", async () => {
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

test("a narrow drawer covers the page and makes it inert", async () => {
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

test("the panel works with reduced motion and forced colours", async () => {
  const { page, complaints } = await stage().open({ state: { filter } });
  await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active" });
  await page.locator("#coin-chart").focus();
  await page.keyboard.press("End");
  await page.locator(".tooltip").waitFor();
  expect(await page.locator(".progress").evaluate((element) => getComputedStyle(element, "::after").animationName)).toBe("none");
  expect(complaints).toEqual([]);
  await page.close();
});
