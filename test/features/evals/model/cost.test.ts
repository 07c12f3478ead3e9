import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeCostEntries, priceEntry, reportCosts, tierCosts } from "../../../../src/features/evals/model/cost.ts";
import { estimateRun, priceRun } from "../../../../src/features/evals/model/estimate.ts";
import {
  createPriceTable,
  noPrices,
  type PriceTable,
  referencePrices,
} from "../../../../src/features/evals/model/price-table.ts";
import type { CostEntry } from "../../../../src/features/evals/model/run.ts";
import { defaultTierModels } from "../../../../src/features/evals/model/tier.ts";
import { minimalStandard, runOf } from "./samples.ts";

const million = 1_000_000;
const noon = Date.parse("2026-03-16T12:00:00Z");

const report = (entries: readonly CostEntry[]) =>
  reportCosts(
    entries.map((entry) => priceEntry(entry, referencePrices, noon)),
    referencePrices,
    defaultTierModels,
  );

const costEntry = (model: string, calls: number, input: number, output: number): CostEntry => ({
  model,
  calls,
  input_tokens: input,
  output_tokens: output,
});

describe("worked examples", () => {
  test("sonnet, 1 000 000 in and 500 000 out: 10.50, fast 2.80, full 52.50", () => {
    const bill = report([costEntry("claude-sonnet-4-6", 1, million, million / 2)]);
    expect(bill).toMatchObject({
      totalMicros: 10_500_000,
      complete: true,
      atTier: { fast: 2_800_000, standard: 10_500_000, full: 52_500_000 },
    });
  });

  test("haiku, 100k + 50k and 200k + 100k: one entry, 8 calls, 300k/150k, 0.84", () => {
    const bill = report([costEntry("claude-haiku-4-5", 5, 100_000, 50_000), costEntry("claude-haiku-4-5", 3, 200_000, 100_000)]);
    expect(bill.entries).toEqual([
      {
        model: "claude-haiku-4-5",
        calls: 8,
        tokens: { input: 300_000, output: 150_000, cacheRead: 0, cacheCreation: 0 },
        costMicros: 840_000,
        exact: false,
        priced: true,
      },
    ]);
  });

  test("no entries: an empty bill with a total of 0", () => {
    expect(report([])).toEqual({
      entries: [],
      totalMicros: 0,
      complete: true,
      atTier: { fast: 0, standard: 0, full: 0 },
    });
  });

  test.each([
    ["claude-opus-4-6", 90],
    ["claude-sonnet-4-6", 18],
    ["claude-haiku-4-5", 4.8],
    ["claude-3-5-sonnet-20241022", 18],
    ["claude-3-5-haiku-20241022", 4.8],
    ["claude-3-opus-20240229", 90],
  ])("a million input and a million output tokens of %s: %s USD", (model, usd) => {
    expect(report([costEntry(model, 1, million, million)]).totalMicros).toBe(usd * million);
  });

  test("models are sorted by cost descending, then by name", () => {
    const bill = report([
      costEntry("claude-haiku-4-5", 1, 1_000, 0),
      { model: "z", cost_usd: 1 },
      { model: "a", cost_usd: 1 },
      { model: "m", cost_usd: 3 },
    ]);
    expect(bill.entries.map((entry) => entry.model)).toEqual(["m", "a", "z", "claude-haiku-4-5"]);
  });

  test("the bill of several runs is the sum of their bills", () => {
    const [a, b] = [costEntry("claude-haiku-4-5", 5, 100_000, 50_000), costEntry("claude-haiku-4-5", 3, 200_000, 100_000)];
    expect(report([a, b]).totalMicros).toBe(report([a]).totalMicros + report([b]).totalMicros);
  });
});

describe("intended deviations from the original rules", () => {
  test("a model without a price is unpriced, not guessed at 3 / 15 (18.00 for 1M + 1M); total incomplete", () => {
    const bill = report([costEntry("house-model", 1, million, million), costEntry("claude-haiku-4-5", 1, million, 0)]);
    expect(bill).toMatchObject({ totalMicros: 800_000, complete: false });
    expect(bill.entries[1]).toMatchObject({ model: "house-model", costMicros: 0, priced: false, exact: false });
  });

  test("a reported cost and an estimate for the same model add up", () => {
    const bill = report([
      { ...costEntry("claude-sonnet-4-6", 1, million, 0), cost_usd: 1.25 },
      costEntry("claude-sonnet-4-6", 1, million, 0),
    ]);
    expect(bill.entries).toMatchObject([{ costMicros: 4_250_000, exact: false, priced: true, calls: 2 }]);
  });

  test("cached tokens are priced in estimate and what-if: reads at a tenth, writes at five quarters", () => {
    const bill = report([{ model: "claude-sonnet-4-6", cache_read_input_tokens: million, cache_creation_input_tokens: million }]);
    expect(bill).toMatchObject({
      totalMicros: 300_000 + 3_750_000,
      atTier: { fast: 80_000 + 1_000_000, full: 1_500_000 + 18_750_000 },
    });
  });

  test("a model with a reported and an unpriced entry shows the known cost, marked unpriced", () => {
    const bill = report([{ model: "house-model", cost_usd: 2 }, costEntry("house-model", 1, 10, 10)]);
    expect(bill.entries).toMatchObject([{ costMicros: 2_000_000, exact: false, priced: false }]);
    expect(bill.complete).toBe(false);
  });
});

describe("integer arithmetic", () => {
  test("an entry is rounded once, half up", () => {
    const prices = createPriceTable("test", "2026-01-01", { m: { input: 0.25, output: 0.25 } });
    const cost = (input_tokens: number, output_tokens: number) =>
      priceEntry({ model: "m", input_tokens, output_tokens }, prices, noon);
    expect([cost(1, 0), cost(1, 1), cost(2, 1), cost(3, 3)].map((entry) => entry.costMicros)).toEqual([0, 1, 1, 2]);
  });

  test("two billion tokens are exact", () => {
    const bill = report([costEntry("claude-opus-4-6", 39_697, 1_930_805_533, 4_374_442)]);
    expect(bill.totalMicros).toBe(1_930_805_533 * 15 + 4_374_442 * 75);
  });

  test("invalid counts are rounded and never below 0", () => {
    expect(priceEntry({ model: "m", input_tokens: -5, output_tokens: 1.5, calls: -1 }, referencePrices, noon)).toMatchObject({
      calls: 0,
      tokens: { input: 0, output: 2 },
    });
  });

  const entries = fc.array(
    fc.record(
      {
        model: fc.constantFrom("claude-haiku-4-5", "claude-opus-4-6", "house-model"),
        calls: fc.nat(9),
        input_tokens: fc.nat(3_000_000),
        output_tokens: fc.nat(3_000_000),
        cache_read_input_tokens: fc.nat(3_000_000),
        cost_usd: fc.nat(5_000_000).map((micros) => micros / 1e6),
      },
      { requiredKeys: ["model"] },
    ),
    { maxLength: 12 },
  );

  test("order and grouping of entries do not change the bill", () => {
    fc.assert(
      fc.property(entries, fc.nat(12), (list, cut) => {
        const bill = report(list);
        expect(report([...list].reverse())).toEqual(bill);
        const [a, b] = [report(list.slice(0, cut)), report(list.slice(cut))];
        expect(reportCosts([...a.entries, ...b.entries], referencePrices, defaultTierModels)).toEqual(bill);
      }),
    );
  });

  test("entries merged by a collector keep calls and tokens, and the total up to rounding", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const merged = report(mergeCostEntries(list));
        const unmerged = report(list);
        const facts = (bill: typeof unmerged) =>
          bill.entries
            .map(({ model, calls, tokens, exact, priced }) => ({ model, calls, tokens, exact, priced }))
            .sort((a, b) => (a.model < b.model ? -1 : 1));
        expect(facts(merged)).toEqual(facts(unmerged));
        // Rounding once per merged entry instead of once per entry moves the total by less than a micro-dollar an entry.
        expect(Math.abs(merged.totalMicros - unmerged.totalMicros)).toBeLessThanOrEqual(list.length);
      }),
    );
  });
});

describe("estimates recorded with a run", () => {
  const run = runOf({
    ...minimalStandard(),
    costs: [
      costEntry("claude-haiku-4-5", 1, million, 0),
      { model: "claude-haiku-4-5", cost_usd: 2 },
      costEntry("house-model", 1, million, 0),
    ],
  });

  test("have a source and date, and values only for entries that need one", () => {
    expect(estimateRun(run, referencePrices, noon)).toEqual({
      source: "reference prices",
      date: "2025-05-01",
      micros: [800_000, null, null],
    });
    expect(estimateRun(runOf({ ...minimalStandard(), costs: [{ model: "m", cost_usd: 1 }] }), referencePrices, noon)).toBeNull();
    expect(estimateRun(runOf(minimalStandard()), referencePrices, noon)).toBeNull();
  });

  test("fix the bill at recording: an entry without a price then stays unpriced", () => {
    const priced = priceRun(run, estimateRun(run, referencePrices, noon));
    expect(priced.map((entry) => entry.costMicros)).toEqual([800_000, 2_000_000, 0]);
    expect(priced.map((entry) => entry.priced)).toEqual([true, true, false]);
  });

  test("apply only to entries that may be estimated, and only up to a maximum", () => {
    const recorded = (entry: CostEntry, micros: number) =>
      priceRun(runOf({ ...minimalStandard(), costs: [entry] }), { source: "x", date: "2026-01-01", micros: [micros] })[0];
    expect(recorded(costEntry("m", 1, 5, 5), 7)).toMatchObject({ costMicros: 7, priced: true });
    expect(recorded(costEntry("m", 1, -5, 5), 7)).toMatchObject({ costMicros: 0, priced: false });
    expect(recorded({ model: "m", cost_usd: -1 }, 7)).toMatchObject({ costMicros: 0, priced: false });
    expect(recorded(costEntry("m", 1, 5, 5), Number.MAX_SAFE_INTEGER)).toMatchObject({ costMicros: 0, priced: false });
  });

  test("a run without cost entries of its own is billed for those of its tests", () => {
    const legacy = runOf({
      ...minimalStandard(),
      all_results: [{ name: "a", passed: true, costs: [{ model: "m", cost_usd: 1 }] }],
    });
    expect(priceRun(legacy, null)).toMatchObject([{ model: "m", costMicros: 1_000_000, exact: true }]);
  });
});

describe("invalid or specially priced entries", () => {
  test.each([
    ["a negative cost", { cost_usd: -0.5 }],
    ["a cost that is no number", { cost_usd: Number.NaN }],
    ["an infinite cost", { cost_usd: Number.POSITIVE_INFINITY }],
    ["a cost beyond any bill", { cost_usd: 1e9 }],
    ["negative tokens", { input_tokens: -5 }],
    ["negative cached tokens", { cache_read_input_tokens: -1 }],
    ["more tokens than there are", { output_tokens: 1e300 }],
    ["tokens that are no number", { input_tokens: Number.NaN }],
  ])("%s is unpriced and does not change the total", (_, wrong) => {
    const bill = report([
      { model: "claude-haiku-4-5", input_tokens: 10, output_tokens: 10, ...wrong },
      costEntry("claude-haiku-4-5", 1, million, 0),
    ]);
    expect(bill).toMatchObject({ totalMicros: 800_000, complete: false });
  });

  test.each([[{ input_tokens: "10" }], [{ cost_usd: "1" }], [null, { output_tokens: [] }], ["text"], [[]]])(
    "unreadable entries make the bill incomplete but keep the other costs: %j",
    (...wrong) => {
      const entry = { model: "m", cost_usd: 2 };
      const costs = [
        entry,
        ...wrong.map((one) => (typeof one === "object" && one !== null && !Array.isArray(one) ? { model: "m", ...one } : one)),
      ];
      const bill = reportCosts(priceRun(runOf({ ...minimalStandard(), costs }), null), noPrices, defaultTierModels);
      expect(bill).toMatchObject({ totalMicros: 2_000_000, complete: false });
    },
  );

  test.each([{ service_tier: "batch" }, { service_tier: "priority" }, { speed: "fast" }])(
    "%o has its own price, so it is unpriced when no cost is reported",
    (mode) => {
      const entry = { ...costEntry("claude-haiku-4-5", 1, million, 0), ...mode };
      expect(report([entry])).toMatchObject({ totalMicros: 0, complete: false });
      expect(report([{ ...entry, cost_usd: 2 }])).toMatchObject({ totalMicros: 2_000_000, complete: true });
      const merged = mergeCostEntries([entry, costEntry("claude-haiku-4-5", 1, million, 0)]);
      expect(report(merged)).toMatchObject({ totalMicros: 800_000, complete: false });
    },
  );

  test("the standard service tier uses list prices", () => {
    expect(report([{ ...costEntry("claude-haiku-4-5", 1, million, 0), service_tier: "standard" }]).complete).toBe(true);
  });
});

describe("prices by the time of use", () => {
  const halvedAt = Date.parse("2026-06-01T00:00:00Z");
  const changingPrices: PriceTable = {
    source: "moving",
    date: "2026-09-01",
    fallback: null,
    priceOf: (_, at) => {
      const each = at < halvedAt ? 2 * million : million;
      return { input: each, output: each, cacheRead: each, cacheCreation: each };
    },
  };
  const before = Date.parse("2026-05-31T23:59:59Z");

  test("an entry is priced at the time of its run", () => {
    const micros = (at: number) => priceEntry(costEntry("m", 1, million, 0), changingPrices, at).costMicros;
    expect([micros(before), micros(halvedAt)]).toEqual([2 * million, million]);
  });

  test("what-if tiers are priced at the time of each run, regardless of run order", () => {
    const uses = [before, halvedAt].map((at) => ({ at, tokens: { input: million, output: 0, cacheRead: 0, cacheCreation: 0 } }));
    const costs = { fast: 3 * million, standard: 3 * million, full: 3 * million };
    expect(tierCosts(uses, changingPrices, defaultTierModels)).toEqual(costs);
    expect(tierCosts(uses.toReversed(), changingPrices, defaultTierModels)).toEqual(costs);
    expect(tierCosts([], noPrices, defaultTierModels)).toEqual({ fast: null, standard: null, full: null });
  });
});

test("an override takes precedence over its fallback price list and names it", () => {
  const table = createPriceTable("prices.json", "2026-11-01", { "claude-haiku-4-5": { input: 1, output: 1 } }, referencePrices);
  expect(table).toMatchObject({ source: "prices.json", date: "2026-11-01", fallback: "reference prices" });
  expect(table.priceOf("claude-haiku-4-5", noon)).toEqual({
    input: 1_000_000,
    output: 1_000_000,
    cacheRead: 1_000_000,
    cacheCreation: 1_000_000,
  });
  expect(table.priceOf("claude-opus-4-6", noon)?.input).toBe(15_000_000);
  expect(table.priceOf("constructor", noon)).toBeUndefined();
});
