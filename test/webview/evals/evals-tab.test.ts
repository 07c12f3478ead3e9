import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonWords } from "../../../src/webview/evals/health-words.ts";
import { sortByHealth } from "../../../src/webview/evals/test-table.tsx";
import { defaultEvals, defaultFilter, testHealths } from "../../../src/webview/shared/state.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";
import { evalsLedger, evalsOf } from "../harness/evals.ts";
import { scenarioOf } from "../harness/scenario.ts";
import { openStage, type PanelStage, sentMessages } from "../support/stage.ts";

/* The Evals tab in a real Chromium under the panel's content policy. */

const stages: { open?: PanelStage } = {};
const stage = (): PanelStage => {
  if (stages.open === undefined) throw new Error("the stage is not open");
  return stages.open;
};
beforeAll(async () => {
  stages.open = await openStage();
});
afterAll(() => stages.open?.close());

const filter = { ...defaultFilter, period: "all" as const };
const state = { tab: "evals", filter };
const sixty = evalsLedger(evalsOf("sixty"), scenarioOf("sixty").now).overview(filter, defaultEvals);
const cellNames: Readonly<Record<string, string>> = {
  "+": "Passed",
  "-": "Failed",
  "~": "Passed and failed",
  ".": "Did not run",
};
const drawer = (page: Page) => page.locator(".drawer");
const rates = (page: Page) => page.locator("#pass-rate-chart");
const heat = (page: Page) => page.locator("#heat-strip");
const storedState = (page: Page): Promise<unknown> =>
  page.evaluate(() => JSON.parse(sessionStorage.getItem("panel state") ?? "{}"));

/** Number of different colours that a canvas shows. */
const colours = (page: Page, selector: string): Promise<number> =>
  page.evaluate((wanted) => {
    const canvas = document.querySelector(wanted);
    if (!(canvas instanceof HTMLCanvasElement)) return 0;
    const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const seen = new Set<string>();
    for (let at = 0; at < data.length; at += 4) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
    return seen.size;
  }, selector);

describe("the Evals tab", () => {
  test("renders without errors, from no run to a year of a thousand tests", async () => {
    for (const scenario of ["reset", "one", "sixty", "thousands"] as const) {
      const { page, complaints } = await stage().open({ scenario, state });
      if (scenario !== "reset") {
        await expect.poll(() => colours(page, "#pass-rate-chart canvas")).toBeGreaterThan(4);
        await expect.poll(() => colours(page, "#heat-strip canvas")).toBeGreaterThan(4);
      }
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  test("shows the first step while there is no run", async () => {
    const { page } = await stage().open({ scenario: "reset", state });
    await page.getByText("reward-ledger eval import junit.xml").waitFor();
    await page.getByRole("button", { name: "Record eval files…" }).click();
    await page.getByRole("button", { name: "Import a folder of runs…" }).click();
    await page.getByRole("button", { name: "Try with sample data" }).click();
    await expect
      .poll(() => sentMessages(page, "command"))
      .toMatchObject([{ command: "evalPush" }, { command: "evalImport" }, { command: "trySample" }]);
    // The other tabs have runs.
    await page.getByRole("tab", { name: "Coins & streaks" }).click();
    await page.locator("#coin-chart").waitFor();
    await page.close();
  });

  test("requests only the data in view, and again when the ledger changes", async () => {
    const { page } = await stage().open({ state });
    expect(await sentMessages(page, "evals")).toHaveLength(1);
    expect(await sentMessages(page, "trends")).toHaveLength(0);
    await page.evaluate(() => window.harness.say({ type: "changed" }));
    await expect.poll(async () => (await sentMessages(page, "evals")).length).toBe(2);
    await page.getByRole("tab", { name: "Violations" }).click();
    await expect.poll(async () => (await sentMessages(page, "trends")).length).toBe(1);
    await page.close();
  });

  test("has tiles that open what they summarize", async () => {
    const { page } = await stage().open({ state });
    const tile = (name: string) => page.locator(`[data-tile=${name}]`);
    const last = sixty.runs.at(-1);
    expect(await tile("eval-rate").textContent()).toContain(`${last?.pass_rate?.passed} of ${last?.pass_rate?.total} passed`);
    expect(await tile("eval-runs").textContent()).toContain("60");
    await tile("eval-rate").click();
    await page.locator("#failures-title").waitFor();
    expect(await sentMessages(page, "evalRun")).toMatchObject([{ params: { run: last?.id, compare: false } }]);
    await page.keyboard.press("Escape");
    const worst = testHealths.find((health) => sixty.healths[health] > 0) ?? "healthy";
    await tile("eval-health").click();
    await page.getByRole("button", { name: new RegExp(`^${worst}`, "i"), pressed: true }).waitFor();
    await page.getByText(`${sixty.healths[worst]} of ${sixty.tests.length}`).waitFor();
    await tile("eval-runs").click();
    await page.getByRole("table", { name: "Eval runs as a table" }).waitFor();
    await tile("eval-cost").click();
    await page.getByRole("tab", { name: "Costs", selected: true }).waitFor();
    await page.close();
  });

  test("filters by tier, suite and branch, keeps the filter across a reload, and resets it", async () => {
    const { page } = await stage().open({ state });
    const choose = (label: string, value: string) => page.getByLabel(label, { exact: true }).selectOption({ label: value });
    expect(await page.getByLabel("Agent", { exact: true }).count()).toBe(0);
    await choose("Tier", "llm-judge");
    await choose("Suite", "search");
    await choose("Branch", "main");
    const chosen = { tier: "llm-judge", suite: "search", branch: "main" };
    await expect.poll(async () => (await sentMessages(page, "evals")).at(-1)).toMatchObject({ params: { evals: chosen } });
    const expected = evalsLedger(evalsOf("sixty"), scenarioOf("sixty").now).overview(filter, chosen);
    await expect.poll(() => page.locator("[data-tile=eval-runs] .tile-value").textContent()).toBe(String(expected.runs.length));
    expect(await page.locator("[data-tile=eval-cost]").textContent()).toContain("Cost of whole runs");
    await page.reload();
    await expect.poll(() => page.getByLabel("Suite", { exact: true }).inputValue()).toBe("=search");
    await page.getByRole("button", { name: "Reset filter" }).click();
    await page.locator("[data-tile=eval-cost]").getByText("Cost of this period").waitFor();
    await expect.poll(async () => (await sentMessages(page, "evals")).at(-1)).toMatchObject({ params: { evals: defaultEvals } });
    await page.close();
  });

  test("reports when nothing matches the filter, and when no test matches", async () => {
    const emptyPanel = await stage().open({ state: { ...state, evals: { tier: "other", suite: null, branch: null } } });
    await emptyPanel.page.getByText("There are eval runs, but none").waitFor();
    await emptyPanel.page.getByRole("button", { name: "Reset filter" }).last().click();
    await emptyPanel.page.locator("[data-tile=eval-rate]").waitFor();
    await emptyPanel.page.close();
    const { page } = await stage().open({ state: { ...state, testQuery: "no such test" } });
    await page.getByText("No test matches.").waitFor();
    await page.getByRole("button", { name: "Show all tests" }).click();
    await heat(page).waitFor();
    await page.close();
  });
});

describe("the pass rates", () => {
  test("are navigated and opened by keyboard, and get the focus back", async () => {
    const { page } = await stage().open({ state });
    await rates(page).focus();
    await page.keyboard.press("Home");
    const value = () => rates(page).getAttribute("aria-valuetext");
    await expect.poll(value).toContain("Jan 5, 2026");
    await page.keyboard.press("ArrowRight");
    await page.locator("#pass-rate-chart .tooltip").waitFor();
    // The run's column is shown on the strip below as well.
    await page.locator(".heat-column").waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#failures-title").waitFor();
    expect(await sentMessages(page, "evalRun")).toMatchObject([{ params: { run: sixty.runs[1]?.id } }]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("pass-rate-chart");
    await page.close();
  });

  test("of too many runs are summed by week with a note, and open as a shorter period", async () => {
    const { page } = await stage().open({ scenario: "thousands", state });
    await page.getByText("One point per week, because single runs would overlap.").waitFor();
    await rates(page).focus();
    await page.keyboard.press("Home");
    await expect.poll(() => rates(page).getAttribute("aria-valuetext")).toContain("Week of Jan 5, 2026");
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await sentMessages(page, "evals")).at(-1))
      .toMatchObject({ params: { filter: { period: "custom", since: "2026-01-05", until: "2026-01-11" } } });
    await page.getByText("One mark per run.").waitFor();
    await page.close();
  });

  test("turn a drag across days into the period", async () => {
    const { page } = await stage().open({ state });
    const box = await page.locator("#pass-rate-chart .u-over").boundingBox();
    if (box === null) throw new Error("the chart has no box");
    await page.mouse.move(box.x + box.width * 0.251, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.499, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(async () => (await sentMessages(page, "evals")).at(-1))
      .toMatchObject({ params: { filter: { period: "custom", since: "2026-01-20", until: "2026-02-03" } } });
    // A drag does not count as a click.
    expect(await drawer(page).count()).toBe(0);
    await page.close();
  });

  test("have an equivalent table that opens runs and is exported completely", async () => {
    const { page } = await stage().open({ state: { ...state, presentation: { evals: "table" } } });
    await page.getByRole("button", { name: "Copy CSV" }).first().click();
    await page.getByText("Copied 60 rows").waitFor();
    const [copied] = await sentMessages(page, "copy");
    expect(JSON.stringify(copied)).toContain(sixty.runs[0]?.git_sha);
    await page.getByRole("table", { name: "Eval runs as a table" }).locator(".link").first().click();
    await page.locator("#failures-title").waitFor();
    await page.close();
  });
});

describe("the heatmap of tests and runs", () => {
  test("is navigated cell by cell and opens tests and runs", async () => {
    const { page } = await stage().open({ state });
    await heat(page).focus();
    await page.keyboard.press("ArrowDown");
    const cell = async (): Promise<string> => (await heat(page).getAttribute("aria-valuetext")) ?? "";
    const [first, second] = sortByHealth(sixty.tests);
    await expect.poll(cell).toContain(`${first?.suite}: ${first?.name}`);
    expect(await heat(page).getAttribute("aria-valuenow")).toBe("60");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Home");
    await expect.poll(cell).toContain(`${second?.suite}: ${second?.name}`);
    expect(await cell()).toContain(cellNames[second?.results[0] ?? ""]);
    await page.locator(".heat-box .tooltip").waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#timeline-title").waitFor();
    expect(await sentMessages(page, "evalTest")).toMatchObject([{ params: { test: { name: second?.name } } }]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("heat-strip");
    await page.keyboard.press("End");
    await page.keyboard.press(" ");
    await page.locator("#failures-title").waitFor();
    expect(await sentMessages(page, "evalRun")).toMatchObject([{ params: { run: sixty.runs.at(-1)?.id } }]);
    await page.close();
  });

  test("draws only the visible part of a thousand tests, and scrolls to the last", async () => {
    const { page } = await stage().open({ scenario: "thousands", state, height: 1200 });
    await heat(page).focus();
    await page.keyboard.press("Control+End");
    const last = await heat(page).getAttribute("aria-valuemax");
    await expect.poll(() => heat(page).getAttribute("aria-valuenow")).toBe(last);
    const below = await heat(page).evaluate(
      ({ scrollTop, clientHeight, scrollHeight }) => scrollHeight - scrollTop - clientHeight,
    );
    expect(below).toBeLessThan(2);
    const height = await page.locator("#heat-strip canvas").evaluate((canvas) => canvas.clientHeight);
    expect(height).toBeLessThan(400);
    await page.close();
  });
});

describe("the table of tests", () => {
  test("renders only the visible rows, sorts, and is navigated to its end by keyboard", async () => {
    const { page } = await stage().open({ scenario: "thousands", state });
    const table = page.getByRole("table", { name: "Tests as a table" });
    expect(await table.getAttribute("aria-rowcount")).toBe("1001");
    expect(await table.locator("tbody tr").count()).toBeLessThan(40);
    await table.locator("[data-row='0']").focus();
    await page.keyboard.press("End");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-row"))).toBe("999");
    await page.keyboard.press("PageUp");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-row"))).toBe("986");
    await page.keyboard.press("Enter");
    await page.locator("#timeline-title").waitFor();
    await page.keyboard.press("Escape");
    await table.getByRole("button", { name: "Pass rate" }).click();
    await expect.poll(() => table.locator("[aria-sort=descending]").textContent()).toBe("Pass rate");
    await expect.poll(() => table.locator("tbody tr").first().textContent()).toContain("100%");
    await page.close();
  });

  test("is copied as CSV and Markdown with the filter applied", async () => {
    const { page } = await stage().open({ state: { ...state, testHealth: "healthy" } });
    const copied = async (): Promise<readonly string[]> =>
      (await sentMessages(page, "copy")).map((message) => JSON.stringify(message));
    await page.getByRole("button", { name: "Copy CSV" }).click();
    await page.getByText(`Copied ${sixty.healths.healthy} rows`).waitFor();
    expect((await copied())[0]).toContain("healthy");
    await page.getByRole("button", { name: "Copy Markdown" }).click();
    await expect.poll(async () => (await copied()).length).toBe(2);
    expect((await copied())[1]).toContain("| Healthy |");
    await page.close();
  });
});

describe("the drawer", () => {
  test("goes from a test to a run and back, and is restored after a reload", async () => {
    const { page } = await stage().open({ state });
    await page.locator(".virtual .link").first().click();
    await page.locator("#timeline-title").waitFor();
    const [worst] = sortByHealth(sixty.tests);
    if (worst === undefined) throw new Error("there is no test");
    await drawer(page)
      .getByText(reasonWords(createTexts({}, "en", "UTC"), worst.health_why), { exact: true })
      .waitFor();
    await drawer(page).getByRole("table").locator(".link").first().click();
    await page.locator("#failures-title").waitFor();
    await page.reload();
    await page.locator("#failures-title").waitFor();
    await page.getByRole("button", { name: /^Back to / }).click();
    await page.locator("#timeline-title").waitFor();
    expect(await storedState(page)).toMatchObject({ evalPlaces: [{ type: "test" }] });
    await page.close();
  });

  test("shows since which run a test has its state, and opens that run", async () => {
    const changedTest = sortByHealth(sixty.tests).find(({ health_since: since }) => since !== null);
    const run = sixty.runs[changedTest?.health_since ?? -1];
    if (changedTest === undefined || run === undefined) throw new Error("no test has turned");
    const { page } = await stage().open({ state: { ...state, testQuery: changedTest.name, testHealth: changedTest.health } });
    await heat(page).focus();
    await page.keyboard.press("ArrowDown");
    await page.locator(".heat-box .tooltip", { hasText: `commit ${run.git_sha.slice(0, 10)}` }).waitFor();
    const { tier, suite, name } = changedTest;
    await page.evaluate((test) => window.harness.say({ type: "show", test }), { tier, suite, name });
    await drawer(page)
      .getByRole("button", { name: /^Since the run of / })
      .press("Enter");
    await expect.poll(async () => (await sentMessages(page, "evalRun")).at(-1)).toMatchObject({ params: { run: run.id } });
    await page.close();
  });

  test("offers all time for a test without a result in the period", async () => {
    const { page } = await stage().open({ state: { ...state, filter: { ...filter, period: "7d" } } });
    const test = { tier: "e2e", suite: "checkout", name: "not there yet" };
    await page.evaluate((one) => window.harness.say({ type: "show", test: one }), test);
    await drawer(page).getByRole("button", { name: "Show all time" }).click();
    await expect
      .poll(async () => (await sentMessages(page, "evalTest")).at(-1))
      .toMatchObject({ params: { filter: { period: "all" } } });
    await drawer(page).getByText("This test has no result in this filter.").waitFor();
    await page.close();
  });

  test("compares a run with the previous one on demand", async () => {
    const { page } = await stage().open({ state });
    await page.locator("[data-tile=eval-rate]").click();
    await page.getByRole("button", { name: /^Compare with the run of/ }).click();
    await page.locator("#comparison-title").waitFor();
    expect(await sentMessages(page, "evalRun")).toMatchObject([{ params: { compare: false } }, { params: { compare: true } }]);
    await page.getByText("Passed before, fails now").first().click();
    await page.locator("#timeline-title").waitFor();
    await page.close();
  });

  test("keeps the focus inside when the focused button disappears", async () => {
    const { page } = await stage().open({ state });
    await page.evaluate(() => {
      window.harness.failing = true;
    });
    await page.locator("[data-tile=eval-rate]").click();
    const retryButton = drawer(page).getByRole("button", { name: "Try again" });
    await retryButton.waitFor();
    await page.evaluate(() => {
      window.harness.failing = false;
    });
    await retryButton.press("Enter");
    const compare = page.getByRole("button", { name: /^Compare with the run of/ });
    await compare.waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("drawer-title");
    await compare.press("Enter");
    await page.locator("#comparison-title").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("drawer-title");
    await page.keyboard.press("Escape");
    await drawer(page).waitFor({ state: "detached" });
    await page.close();
  });

  test("opens a test and a run that the host names, and shows errors", async () => {
    const { page } = await stage().open({});
    const [{ tier = "", suite = "", name = "" } = {}] = sixty.tests;
    await page.evaluate((test) => window.harness.say({ type: "show", test }), { tier, suite, name });
    await page.getByRole("tab", { name: "Evals", selected: true }).waitFor();
    await page.locator("#timeline-title").waitFor();
    await page.evaluate(() => {
      window.harness.failing = true;
      window.harness.say({ type: "show", tab: "evals", eval_run: "00000000-0000-4000-9000-000000000000" });
    });
    await drawer(page).getByText("permission denied").waitFor();
    await page.evaluate(() => {
      window.harness.failing = false;
    });
    await drawer(page).getByRole("button", { name: "Try again" }).click();
    await page.locator("#failures-title").waitFor();
    await page.close();
  });
});
