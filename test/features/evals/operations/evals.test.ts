import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evalSpending } from "../../../../src/features/costs/operations/eval-spending.ts";
import { parseEval, toEvalDraft } from "../../../../src/features/evals/importers/eval-file.ts";
import { contentSha256 } from "../../../../src/features/evals/model/identity.ts";
import { trendStatuses } from "../../../../src/features/evals/model/trend.ts";
import { evalCache, evalConvert } from "../../../../src/features/evals/operations/files.ts";
import { evalTake } from "../../../../src/features/evals/operations/ingest-files.ts";
import { evalLeaderboard } from "../../../../src/features/evals/operations/leaderboard.ts";
import { evalList, evalSummary, evalTrend } from "../../../../src/features/evals/operations/list.ts";
import { evalImport, evalPush } from "../../../../src/features/evals/operations/push.ts";
import { evalCompare, evalCost, evalPin, evalShow } from "../../../../src/features/evals/operations/show.ts";
import { evalTests } from "../../../../src/features/evals/operations/tests.ts";
import { compareRuns } from "../../../support/compared.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { openPorts, quietCall, type TestPorts, type TestPortsOptions } from "../../../support/ports.ts";

const history = makeEvalHistory({ seed: 3, runs: 12, tests: 8 });

/** Ports with the history as files `00.json` … in the working directory. */
async function withFiles(options: TestPortsOptions = {}): Promise<TestPorts & Readonly<{ names: readonly string[] }>> {
  const ports = await openPorts(options);
  const names = history.map((run, index) => {
    const name = `${String(index).padStart(2, "0")}.json`;
    writeFileSync(join(ports.cwd, name), JSON.stringify(run));
    return name;
  });
  return { ...ports, names };
}

async function withHistory(options: TestPortsOptions = {}) {
  const ports = await withFiles(options);
  await evalPush.call(ports, { files: ports.names, project: "acme/shop" }, quietCall);
  return ports;
}

describe("eval push", () => {
  it("records files in order, recognizes duplicates, and rejects invalid files", async () => {
    const ports = await withFiles();
    writeFileSync(join(ports.cwd, "bad.json"), "{");
    writeFileSync(join(ports.cwd, "empty.json"), "{}");
    const files = [ports.names[0] ?? "", "bad.json", "empty.json", ports.names[1] ?? "", "missing.json"];
    const first = await evalPush.call(ports, { files }, quietCall);
    expect(first.map(({ recorded, reason }) => [recorded, reason])).toEqual([
      [true, null],
      [false, "rejected"],
      [false, "rejected"],
      [true, null],
      [false, "rejected"],
    ]);
    expect(first.flatMap((view) => (view.reason === "rejected" ? [view.error.code] : []))).toEqual([
      "invalid_json",
      "invalid_eval",
      "unreadable_file",
    ]);
    const again = await evalPush.call(ports, { files: ports.names.slice(0, 2) }, quietCall);
    expect(again.map(({ reason, run }) => [reason, run?.id])).toEqual(
      [first[0], first[3]].map((view) => ["duplicate", view?.run?.id]),
    );
  });

  it("reports a file that is named twice as a duplicate of itself", async () => {
    const ports = await withFiles();
    const [name = ""] = ports.names;
    const views = await evalPush.call(ports, { files: [name, name] }, quietCall);
    expect(views.map(({ recorded, reason }) => [recorded, reason])).toEqual([
      [true, null],
      [false, "duplicate"],
    ]);
  });

  it("recognizes a recorded run in the other format and with another key order", async () => {
    const ports = await withFiles();
    const [name = ""] = ports.names;
    await evalPush.call(ports, { files: [name] }, quietCall);
    await evalConvert.call(ports, { file: name, to: "legacy", out: "legacy.json" }, quietCall);
    const [legacy] = await evalPush.call(ports, { files: ["legacy.json"] }, quietCall);
    expect(legacy?.reason).toBe("duplicate");
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(history[0] ?? {}).reverse()));
    const [text] = await evalPush.call(ports, { text: reordered }, quietCall);
    expect(text).toMatchObject({ file: "standard input", reason: "duplicate" });
  });

  it("recognizes a run that an earlier version recorded without costs because one was unreadable", async () => {
    const ports = await withFiles();
    const entries = [{ model: "m", input_tokens: "5" }, { model: "m", cost_usd: 1 }, null];
    const [first] = history;
    const [test, ...others] = first?.all_results ?? [];
    const file = { ...first, costs: entries, all_results: [{ ...test, costs: entries }, ...others] };
    const { run } = parseEval(JSON.stringify(file), "a.json");
    expect([run.costs?.length, run.tests[0]?.costs?.length]).toEqual([2, 2]);
    // Costs that the earlier version could not use are kept as they were written.
    const { costs: _, ...withoutCosts } = run;
    const earlier = { ...withoutCosts, tests: run.tests.map(({ costs: __, ...rest }) => rest) };
    expect([earlier.extra?.["costs"], earlier.tests[0]?.extra?.["costs"]]).toEqual([entries, entries]);
    const sha256 = contentSha256(earlier, ([bytes = new Uint8Array()]) => createHash("sha256").update(bytes).digest("hex"));
    const context = { source: "a.json", prices: await ports.evals.prices(), now: ports.clock.now(), project: "acme/shop" };
    await ports.ledger.record([toEvalDraft({ run: earlier, warnings: [], contentSha256: sha256 }, context)]);
    writeFileSync(join(ports.cwd, "a.json"), JSON.stringify(file));
    const [again] = await evalPush.call(ports, { files: ["a.json"], project: "acme/shop" }, quietCall);
    expect(again).toMatchObject({ recorded: false, reason: "duplicate" });
    expect((await evalList.call(ports, { project: "acme/shop" }, quietCall)).runs).toHaveLength(1);
  });

  it("imports a folder, without unfinished collections", async () => {
    const ports = await withFiles();
    mkdirSync(join(ports.cwd, "runs"));
    for (const [index, run] of history.entries()) writeFileSync(join(ports.cwd, "runs", `${index}.json`), JSON.stringify(run));
    writeFileSync(join(ports.cwd, "runs", "_partial-e2e.json"), "{}");
    expect(await evalImport.call(ports, { folder: "runs" }, quietCall)).toEqual({
      files: 13,
      runs: [],
      recorded: 12,
      duplicates: 0,
      skipped: 1,
      rejected: [],
      warnings: [],
    });
    expect(await evalImport.call(ports, { folder: "runs" }, quietCall)).toMatchObject({ recorded: 0, duplicates: 12 });
  });
});

describe("eval take", () => {
  it("records eval results, rejects broken ones, and ignores other files", async () => {
    const ports = await withFiles();
    const text = JSON.stringify(history[0]);
    const otherFiles = {
      "config.json": '{"tests": ["a"]}',
      "broken-config.json": '{"tests": ',
      "list.json": `[${text}]`,
      "data.json": '{"note": "the field \\"all_results\\" is missing here"}',
      "partial.json": JSON.stringify({ ...history[0], _partial: true }),
      "empty.json": "",
    };
    const brokenFiles = {
      "cut.json": text.slice(0, -20),
      "poor.json": '{"all_results": []}',
      "old.json": '{"tests": [], "total_tests": 0}',
    };
    for (const [name, content] of Object.entries({ ...otherFiles, ...brokenFiles }))
      writeFileSync(join(ports.cwd, name), content);
    const files = [...Object.keys(otherFiles), ...Object.keys(brokenFiles), "missing.json", ...ports.names];
    const view = await evalTake.call(ports, { files, project: "acme/shop" }, quietCall);
    expect(view).toMatchObject({ recorded: 12, duplicates: 0, others: Object.keys(otherFiles) });
    expect(view.unread).toMatchObject([{ file: "missing.json", code: "unreadable_file" }]);
    expect(view.rejected.map(({ file, code }) => [file, code])).toEqual([
      ["cut.json", "invalid_json"],
      ["poor.json", "invalid_eval"],
      ["old.json", "invalid_eval"],
    ]);
    expect(await evalTake.call(ports, { files: ports.names, project: "acme/shop" }, quietCall)).toEqual({
      recorded: 0,
      duplicates: 12,
      rejected: [],
      warnings: [],
      unread: [],
      others: [],
    });
  });
});

describe("eval list", () => {
  it("lists newest first, filtered by tier, branch, project and limit", async () => {
    const ports = await withHistory();
    const all = (await evalList.call(ports, {}, quietCall)).runs;
    const times = history.map(({ timestamp }) => new Date(timestamp).toISOString()).sort();
    expect(all.map(({ timestamp }) => timestamp)).toEqual(times.toReversed());
    const tier = history[0]?.tier ?? "";
    const expected = history.filter((run) => run.tier === tier).length;
    expect((await evalList.call(ports, { tier }, quietCall)).runs).toHaveLength(expected);
    expect((await evalList.call(ports, { limit: 3 }, quietCall)).runs).toEqual(all.slice(0, 3));
    expect((await evalList.call(ports, { branch: "nobody's" }, quietCall)).runs).toEqual([]);
    expect((await evalList.call(ports, { project: "acme/other" }, quietCall)).runs).toEqual([]);
  });
});

describe("eval trend", () => {
  it("matches the results counted directly from the files", async () => {
    const ports = await withHistory();
    const trends = await evalTrend.call(ports, { limit: 100 }, quietCall);
    const outcomes = new Map<string, boolean[]>();
    for (const run of history.toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1))) {
      for (const test of run.all_results) {
        const key = JSON.stringify([test.tier, test.suite, test.name]);
        outcomes.set(key, [...(outcomes.get(key) ?? []), test.passed]);
      }
    }
    expect(trends).toHaveLength(outcomes.size);
    for (const trend of trends) {
      const passed = outcomes.get(JSON.stringify([trend.tier, trend.suite, trend.name])) ?? [];
      expect(trend.results.map((one) => one.passed)).toEqual(passed);
      expect(trend.pass_rate).toBe(passed.filter(Boolean).length / passed.length);
      expect(trend.flips).toBe(passed.filter((one, index) => index > 0 && one !== passed[index - 1]).length);
    }
  });

  it("limits to the latest runs before it filters tests", async () => {
    const ports = await withHistory();
    const trends = await evalTrend.call(ports, { limit: 2 }, quietCall);
    expect(Math.max(...trends.map(({ results }) => results.length))).toBeLessThanOrEqual(2);
    const [first] = trends;
    if (first === undefined) throw new Error("there is no trend");
    const filtered = await evalTrend.call(ports, { limit: 2, test: first.name, suite: first.suite, tier: first.tier }, quietCall);
    expect(filtered).toEqual([first]);
    expect(await evalTrend.call(ports, { status: "flaky" }, quietCall)).toSatisfy((views: typeof trends) =>
      views.every(({ status }) => status === "flaky"),
    );
  });
});

describe("eval tests", () => {
  it("counts the tests that eval trend lists, and returns them up to the limit", async () => {
    const ports = await withHistory();
    const trends = await evalTrend.call(ports, { limit: 10 }, quietCall);
    const view = await evalTests.call(ports, { limit: 3 }, quietCall);
    expect(view).toMatchObject({ runs: 12, over: 10, left_out: trends.length - 3 });
    expect(view.tests).toEqual(trends.slice(0, 3));
    for (const status of trendStatuses) {
      const matching = trends.filter((trend) => trend.status === status);
      expect(view.by_status[status]).toBe(matching.length);
      const { tests, left_out } = await evalTests.call(ports, { status, limit: 1 }, quietCall);
      expect([tests, left_out]).toEqual([matching.slice(0, 1), Math.max(0, matching.length - 1)]);
    }
    expect(await evalTests.call(ports, { limit: 0, over: 500 }, quietCall)).toMatchObject({ over: 12, tests: [] });
    expect(await evalTests.call(await openPorts(), {}, quietCall)).toMatchObject({ runs: 0, over: 0, tests: [], left_out: 0 });
  });
});

describe("eval show", () => {
  it("returns the failed tests, up to the limit", async () => {
    const ports = await withHistory();
    const runs = (await evalList.call(ports, {}, quietCall)).runs;
    const run = runs.find(({ failed }) => failed > 1);
    const full = await evalShow.call(ports, { run: run?.id }, quietCall);
    const failed = full.tests.filter(({ passed }) => !passed);
    expect(full.left_out).toBe(0);
    expect(await evalShow.call(ports, { run: run?.id, failed: true }, quietCall)).toMatchObject({ tests: failed, left_out: 0 });
    const limited = await evalShow.call(ports, { run: run?.id, failed: true, limit: 1 }, quietCall);
    expect([limited.tests, limited.left_out]).toEqual([failed.slice(0, 1), failed.length - 1]);
  });
});

describe("eval compare", () => {
  it("compares the latest run with the previous one of its tier, or with the pinned baseline", async () => {
    const ports = await withHistory();
    const [latest, ...rest] = (await evalList.call(ports, {}, quietCall)).runs;
    if (latest === undefined) throw new Error("there is no run");
    const sameTier = rest.filter(({ tier }) => tier === latest.tier);
    const before = sameTier.find(({ git_branch }) => git_branch === latest.git_branch) ?? sameTier[0];
    const view = await compareRuns(ports, {});
    expect([view.before.id, view.after.id]).toEqual([before?.id, latest.id]);
    const oldest = sameTier.at(-1);
    await evalPin.call(ports, { run: oldest?.id }, quietCall);
    expect((await compareRuns(ports, {})).before.id).toBe(oldest?.id);
    expect(await evalShow.call(ports, { run: "baseline" }, quietCall)).toMatchObject({ baseline: true });
    const pinned = (await evalList.call(ports, {}, quietCall)).runs.filter(({ baseline }) => baseline);
    expect(pinned.map(({ id }) => id)).toEqual([oldest?.id]);
    await evalPin.call(ports, { run: oldest?.id, unpin: true }, quietCall);
    expect((await compareRuns(ports, {})).before.id).toBe(before?.id);
  });

  it("compares files, returns no earlier run when there is none, and rejects unknown runs", async () => {
    const ports = await withFiles();
    const [a = "", b = ""] = ports.names;
    const view = await compareRuns(ports, { a, b });
    const { improved, regressed, unchanged, added, removed } = view;
    expect(improved + regressed + unchanged + added).toBe(history[1]?.all_results.length);
    expect(removed).toBeGreaterThanOrEqual(0);
    await evalPush.call(ports, { files: [a] }, quietCall);
    expect(await evalCompare.call(ports, {}, quietCall)).toMatchObject({ before: null });
    await expect(evalShow.call(ports, { run: "abcd" }, quietCall)).rejects.toMatchObject({ code: "not_found" });
    await expect(evalPin.call(ports, { run: a }, quietCall)).rejects.toMatchObject({ code: "usage" });
  });
});

describe("eval cost", () => {
  it("sums the reported costs and marks unpriced entries", async () => {
    const ports = await withHistory();
    const bill = await evalCost.call(ports, {}, quietCall);
    const exact = history.flatMap(({ costs }) => costs).filter(({ cost_usd }) => cost_usd !== undefined);
    const micros = exact.reduce((sum, { cost_usd = 0 }) => sum + Math.round(cost_usd * 1e6), 0);
    const estimated = bill.entries.filter((entry) => !entry.exact && entry.priced);
    expect(Math.round(bill.total_usd * 1e6)).toBeGreaterThanOrEqual(micros);
    expect(bill.complete).toBe(bill.entries.every(({ priced }) => priced));
    expect(bill.prices.source).toContain("genai-prices");
    const [latest] = (await evalList.call(ports, { limit: 1 }, quietCall)).runs;
    const latestBill = await evalCost.call(ports, { run: "latest" }, quietCall);
    expect((await evalShow.call(ports, { run: latest?.id }, quietCall)).costs).toEqual(latestBill);
    expect(estimated.length + bill.entries.length).toBeGreaterThan(0);
  });

  it("prefers the user's own price list", async () => {
    const ports = await openPorts();
    const priceFile = join(ports.cwd, "prices.json");
    writeFileSync(priceFile, JSON.stringify({ date: "2026-03-16", models: { own: { input: 2, output: 10 } } }));
    const [first] = history;
    const run = { ...first, costs: [{ model: "own", calls: 1, input_tokens: 1_000_000, output_tokens: 100_000 }] };
    writeFileSync(join(ports.cwd, "run.json"), JSON.stringify(run));
    const priced = await openPorts({ cwd: ports.cwd, env: { REWARD_LEDGER_PRICES: priceFile } });
    const view = await evalCost.call(priced, { run: "./run.json" }, quietCall);
    expect(view).toMatchObject({
      total_usd: 3,
      complete: true,
      entries: [{ model: "own", exact: false, priced: true, cost_usd: 3 }],
    });
    const unpriced = await evalCost.call(ports, { run: "./run.json" }, quietCall);
    // If the run's calls have no price, the cost that the run states counts.
    const statedCost = first?.total_cost_usd;
    expect(unpriced).toMatchObject({
      total_usd: statedCost,
      unsplit_usd: statedCost,
      complete: false,
      entries: [{ priced: false, cost_usd: null }],
    });
    const models = { own: { input: 3, output: 10 }, "claude-haiku-4-5": { input: 7, output: 7 } };
    const configured = await openPorts({
      cwd: ports.cwd,
      env: { REWARD_LEDGER_PRICES: join(ports.cwd, "nowhere.json"), EVAL_MODEL_FULL: "own" },
      evals: { priceFile: priceFile, prices: { source: "settings", date: "2026-03-16", models }, models: { fast: "own" } },
    });
    const configuredCost = await evalCost.call(configured, { run: "./run.json" }, quietCall);
    expect(configuredCost).toMatchObject({
      total_usd: 4,
      at_fast_tier_usd: 4,
      at_full_tier_usd: 4,
      prices: { date: "2026-03-16" },
    });
    expect(configuredCost.prices).toMatchObject({
      source: "settings",
      fallback: expect.stringContaining("prices.json, then @pydantic"),
    });
    writeFileSync(priceFile, "{");
    const broken = await openPorts({ cwd: ports.cwd, env: { REWARD_LEDGER_PRICES: priceFile } });
    await expect(evalCost.call(broken, { run: "./run.json" }, quietCall)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("eval summary", () => {
  it("sums tiers and counts every run once", async () => {
    const ports = await withHistory();
    const view = await evalSummary.call(ports, {}, quietCall);
    expect(view.runs).toBe(history.length);
    expect(view.tiers.reduce((sum, { runs }) => sum + runs, 0)).toBe(history.length);
    const micros = (await evalList.call(ports, {}, quietCall)).runs.reduce((sum, run) => sum + Math.round(run.cost_usd * 1e6), 0);
    expect(Math.round(view.total_cost_usd * 1e6)).toBe(micros);
  });
});

describe("the cost of a run", () => {
  const priced = { model: "claude-sonnet-4-6", calls: 1, input_tokens: 100_000, output_tokens: 20_000 };
  const file = (timestamp: string, costs: readonly unknown[]) => ({ ...history[0], timestamp, total_cost_usd: 0, costs });

  it("is the same in list, show, summary, leaderboard, bill and Costs tab without a stated total", async () => {
    const ports = await openPorts();
    const at = ports.clock.now().toISOString();
    await evalPush.call(ports, { text: JSON.stringify(file(at, [priced])) }, quietCall);
    const expected = { cost_usd: 0.6, cost_complete: true };
    expect((await evalList.call(ports, {}, quietCall)).runs).toMatchObject([{ total_cost_usd: 0, ...expected }]);
    expect(await evalShow.call(ports, { run: "latest" }, quietCall)).toMatchObject(expected);
    const total = { total_cost_usd: 0.6, cost_complete: true };
    const average = { average_cost_usd: 0.6, average_complete: true };
    expect(await evalSummary.call(ports, {}, quietCall)).toMatchObject({ ...total, tiers: [{ ...total, ...average }] });
    expect(await evalLeaderboard.call(ports, {}, quietCall)).toMatchObject({ ...total, members: [total] });
    expect((await evalCost.call(ports, {}, quietCall)).total_usd).toBe(0.6);
    expect((await evalSpending.call(ports, {}, quietCall)).tiles.cost_usd).toBe(0.6);
  });

  it("is incomplete when a run reports no cost, and averages exclude that run", async () => {
    const ports = await openPorts();
    const now = ports.clock.now().getTime();
    for (const [hours, costs] of [[1, [priced]] as const, [2, []] as const]) {
      const text = JSON.stringify(file(new Date(now - hours * 3600_000).toISOString(), costs));
      await evalPush.call(ports, { text }, quietCall);
    }
    expect((await evalList.call(ports, { limit: 1 }, quietCall)).runs).toMatchObject([{ cost_usd: 0.6, cost_complete: true }]);
    const total = { total_cost_usd: 0.6, cost_complete: false };
    const average = { average_cost_usd: 0.6, average_complete: true };
    expect(await evalSummary.call(ports, {}, quietCall)).toMatchObject({ ...total, tiers: [{ ...total, ...average }] });
    expect(await evalLeaderboard.call(ports, {}, quietCall)).toMatchObject({ ...total, members: [total] });
  });
});

describe("eval cache", () => {
  const key = "a".repeat(64);

  it("writes, reads, counts, verifies and clears entries", async () => {
    const ports = await openPorts();
    expect(await evalCache.call(ports, { action: "read", suite: "s", key }, quietCall)).toMatchObject({ hit: false });
    await evalCache.call(ports, { action: "write", suite: "s", key, data: "null" }, quietCall);
    expect(await evalCache.call(ports, { action: "read", suite: "s", key }, quietCall)).toMatchObject({ hit: true, data: null });
    expect(await evalCache.call(ports, { action: "stats" }, quietCall)).toMatchObject([{ suite: "s", entries: 1 }]);
    writeFileSync(join(ports.home, "eval-cache", "s", `${"b".repeat(64)}.json`), "{");
    expect(await evalCache.call(ports, { action: "verify" }, quietCall)).toMatchObject({ ok: false, valid: 1, invalid: 1 });
    expect(await evalCache.call(ports, { action: "clear", suite: "s" }, quietCall)).toEqual({ cleared: 2 });
    expect(await evalCache.call(ports, { action: "stats" }, quietCall)).toEqual([]);
  });

  it("rejects suite names outside its folder, and can be disabled for reading", async () => {
    const ports = await openPorts({ env: { EVAL_CACHE: "0" } });
    await evalCache.call(ports, { action: "write", suite: "s", key, data: "1" }, quietCall);
    expect(await evalCache.call(ports, { action: "read", suite: "s", key }, quietCall)).toMatchObject({ hit: false });
    for (const suite of ["..", ".", "a/b", ""]) {
      await expect(evalCache.call(ports, { action: "clear", suite }, quietCall)).rejects.toMatchObject({ code: "invalid_input" });
    }
    await expect(evalCache.call(ports, { action: "read", suite: "s" }, quietCall)).rejects.toMatchObject({ code: "usage" });
  });
});

describe("the index of evals", () => {
  it("is the same after a rebuild and for any order of arrival, and passes verify", async () => {
    const ports = await withHistory();
    const before = await evalTrend.call(ports, { limit: 100 }, quietCall);
    const listedRuns = (await evalList.call(ports, {}, quietCall)).runs;
    expect(await ports.ledger.verify()).toMatchObject({ problems: [] });
    await ports.ledger.rebuild();
    expect(await evalTrend.call(ports, { limit: 100 }, quietCall)).toEqual(before);
    const reversed = await openPorts({ cwd: ports.cwd });
    await evalPush.call(reversed, { files: ports.names.toReversed(), project: "acme/shop" }, quietCall);
    // The runs have different ids there.
    const withoutIds = (trends: typeof before) =>
      trends.map(({ health_since, ...trend }) => ({ ...trend, health_since: health_since?.timestamp }));
    expect(withoutIds(await evalTrend.call(reversed, { limit: 100 }, quietCall))).toEqual(withoutIds(before));
    expect((await evalList.call(reversed, {}, quietCall)).runs.map(({ timestamp }) => timestamp)).toEqual(
      listedRuns.map(({ timestamp }) => timestamp),
    );
    expect(await reversed.ledger.verify()).toMatchObject({ problems: [] });
  });
});
