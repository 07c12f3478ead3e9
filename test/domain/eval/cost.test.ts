import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeCostEntries, priceEntry, reportCosts } from "../../../src/domain/eval/cost.ts";
import { estimateRun, priceRun } from "../../../src/domain/eval/estimate.ts";
import { priceTable, referencePrices } from "../../../src/domain/eval/price.ts";
import type { CostEntry } from "../../../src/domain/eval/run.ts";
import { defaultTierModels } from "../../../src/domain/eval/tier.ts";
import { minimalStandard, runOf } from "./samples.ts";

const million = 1_000_000;

const report = (entries: readonly CostEntry[]) =>
  reportCosts(
    entries.map((entry) => priceEntry(entry, referencePrices)),
    referencePrices,
    defaultTierModels,
  );

const used = (model: string, calls: number, input: number, output: number): CostEntry => ({
  model,
  calls,
  input_tokens: input,
  output_tokens: output,
});

describe("worked examples", () => {
  test("sonnet, 1 000 000 in and 500 000 out: 10.50, fast 2.80, full 52.50", () => {
    const bill = report([used("claude-sonnet-4-6", 1, million, million / 2)]);
    expect(bill).toMatchObject({
      totalMicros: 10_500_000,
      complete: true,
      atTier: { fast: 2_800_000, standard: 10_500_000, full: 52_500_000 },
    });
  });

  test("haiku, 100k + 50k and 200k + 100k: one entry, 8 calls, 300k/150k, 0.84", () => {
    const bill = report([used("claude-haiku-4-5", 5, 100_000, 50_000), used("claude-haiku-4-5", 3, 200_000, 100_000)]);
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

  test("no entries: no bill", () => {
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
  ])("a million in and a million out of %s: %s USD", (model, usd) => {
    expect(report([used(model, 1, million, million)]).totalMicros).toBe(usd * million);
  });

  test("models come dearest first, then by name", () => {
    const bill = report([
      used("claude-haiku-4-5", 1, 1_000, 0),
      { model: "z", cost_usd: 1 },
      { model: "a", cost_usd: 1 },
      { model: "m", cost_usd: 3 },
    ]);
    expect(bill.entries.map((entry) => entry.model)).toEqual(["m", "a", "z", "claude-haiku-4-5"]);
  });

  test("several runs make one bill: their entries one after another", () => {
    const [a, b] = [used("claude-haiku-4-5", 5, 100_000, 50_000), used("claude-haiku-4-5", 3, 200_000, 100_000)];
    expect(report([a, b]).totalMicros).toBe(report([a]).totalMicros + report([b]).totalMicros);
  });
});

describe("where the rule is another on purpose", () => {
  test("a model without a price is not guessed at 3 / 15 (18.00 for 1M + 1M): it is unpriced and the total incomplete", () => {
    const bill = report([used("house-model", 1, million, million), used("claude-haiku-4-5", 1, million, 0)]);
    expect(bill).toMatchObject({ totalMicros: 800_000, complete: false });
    expect(bill.entries[1]).toMatchObject({ model: "house-model", costMicros: 0, priced: false, exact: false });
  });

  test("a reported cost of one entry does not drop the estimate of another of the same model", () => {
    const bill = report([
      { ...used("claude-sonnet-4-6", 1, million, 0), cost_usd: 1.25 },
      used("claude-sonnet-4-6", 1, million, 0),
    ]);
    expect(bill.entries).toMatchObject([{ costMicros: 4_250_000, exact: false, priced: true, calls: 2 }]);
  });

  test("cached tokens are priced, in the estimate and in the what-if: reading at a tenth, writing at five quarters", () => {
    const bill = report([{ model: "claude-sonnet-4-6", cache_read_input_tokens: million, cache_creation_input_tokens: million }]);
    expect(bill).toMatchObject({
      totalMicros: 300_000 + 3_750_000,
      atTier: { fast: 80_000 + 1_000_000, full: 1_500_000 + 18_750_000 },
    });
  });

  test("a model with one reported and one unpriced entry shows what is known, as unpriced", () => {
    const bill = report([{ model: "house-model", cost_usd: 2 }, used("house-model", 1, 10, 10)]);
    expect(bill.entries).toMatchObject([{ costMicros: 2_000_000, exact: false, priced: false }]);
    expect(bill.complete).toBe(false);
  });
});

describe("integers", () => {
  test("an entry is rounded once, half up", () => {
    const prices = priceTable("test", "2026-01-01", { m: { input: 0.25, output: 0.25 } });
    const cost = (input_tokens: number, output_tokens: number) => priceEntry({ model: "m", input_tokens, output_tokens }, prices);
    expect([cost(1, 0), cost(1, 1), cost(2, 1), cost(3, 3)].map((entry) => entry.costMicros)).toEqual([0, 1, 1, 2]);
  });

  test("two billion tokens are exact", () => {
    const bill = report([used("claude-opus-4-6", 39_697, 1_930_805_533, 4_374_442)]);
    expect(bill.totalMicros).toBe(1_930_805_533 * 15 + 4_374_442 * 75);
  });

  test("counts that are no counts are rounded, and never below 0", () => {
    expect(priceEntry({ model: "m", input_tokens: -5, output_tokens: 1.5, calls: -1 }, referencePrices)).toMatchObject({
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

  test("the order of the entries and how they are grouped make no difference", () => {
    fc.assert(
      fc.property(entries, fc.nat(12), (list, cut) => {
        const whole = report(list);
        expect(report([...list].reverse())).toEqual(whole);
        const [a, b] = [report(list.slice(0, cut)), report(list.slice(cut))];
        expect(reportCosts([...a.entries, ...b.entries], referencePrices, defaultTierModels)).toEqual(whole);
      }),
    );
  });

  test("entries merged by a collector come to the same reported cost and the same tokens", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const merged = report(mergeCostEntries(list));
        const whole = report(list);
        const facts = (bill: typeof whole) =>
          bill.entries
            .map(({ model, calls, tokens, exact, priced }) => ({ model, calls, tokens, exact, priced }))
            .sort((a, b) => (a.model < b.model ? -1 : 1));
        expect(facts(merged)).toEqual(facts(whole));
        // Rounding once per merged entry instead of once per entry moves the total by less than a micro-dollar an entry.
        expect(Math.abs(merged.totalMicros - whole.totalMicros)).toBeLessThanOrEqual(list.length);
      }),
    );
  });
});

describe("estimates kept with a run", () => {
  const run = runOf({
    ...minimalStandard(),
    costs: [
      used("claude-haiku-4-5", 1, million, 0),
      { model: "claude-haiku-4-5", cost_usd: 2 },
      used("house-model", 1, million, 0),
    ],
  });

  test("they name their source and date, and stand only for entries that need one", () => {
    expect(estimateRun(run, referencePrices)).toEqual({
      source: "reference prices",
      date: "2025-05-01",
      micros: [800_000, null, null],
    });
    expect(estimateRun(runOf({ ...minimalStandard(), costs: [{ model: "m", cost_usd: 1 }] }), referencePrices)).toBeNull();
    expect(estimateRun(runOf(minimalStandard()), referencePrices)).toBeNull();
  });

  test("a later price list changes nothing that was estimated, and prices what was not", () => {
    const later = priceTable("later", "2027-01-01", {
      "claude-haiku-4-5": { input: 100, output: 100 },
      "house-model": { input: 5, output: 5 },
    });
    const priced = priceRun(run, estimateRun(run, referencePrices), later);
    expect(priced.map((entry) => entry.costMicros)).toEqual([800_000, 2_000_000, 5_000_000]);
    expect(priced.every((entry) => entry.priced)).toBe(true);
  });

  test("without entries of its own a run is billed for those of its tests", () => {
    const legacy = runOf({
      ...minimalStandard(),
      all_results: [{ name: "a", passed: true, costs: [{ model: "m", cost_usd: 1 }] }],
    });
    expect(priceRun(legacy, null, referencePrices)).toMatchObject([{ model: "m", costMicros: 1_000_000, exact: true }]);
  });
});

test("an override goes before the list behind it and says so", () => {
  const table = priceTable("prices.json", "2026-11-01", { "claude-haiku-4-5": { input: 1, output: 1 } }, referencePrices);
  expect(table.source).toBe("prices.json, then reference prices of 2025-05-01");
  expect(table.priceOf("claude-haiku-4-5")).toEqual({
    input: 1_000_000,
    output: 1_000_000,
    cacheRead: 1_000_000,
    cacheCreation: 1_000_000,
  });
  expect(table.priceOf("claude-opus-4-6")?.input).toBe(15_000_000);
  expect(table.priceOf("constructor")).toBeUndefined();
});
