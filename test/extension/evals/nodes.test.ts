import { mkdirSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { watchCollector } from "../../../src/extension/evals/collector.ts";
import { contextOf, type EvalNode, healthNodes, nodeId, outcomeOf } from "../../../src/extension/evals/nodes.ts";
import { evalSource } from "../../../src/extension/evals/pages.ts";
import { progressText } from "../../../src/extension/evals/progress-text.ts";
import { nodeText } from "../../../src/extension/evals/texts.ts";
import type { Store } from "../../../src/extension/store/client.ts";
import { healthStates } from "../../../src/features/evals/model/health.ts";
import { evalList } from "../../../src/features/evals/operations/list.ts";
import { evalPush } from "../../../src/features/evals/operations/push.ts";
import { evalPin } from "../../../src/features/evals/operations/show.ts";
import { evalTests } from "../../../src/features/evals/operations/tests.ts";
import type { EvalWatchView } from "../../../src/features/evals/operations/views.ts";
import { findOperation } from "../../../src/features/operations.ts";
import { makeEvalHistory } from "../../support/eval-fixtures.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../support/ports.ts";
import { english, style } from "../texts.ts";

const noProject = async (): Promise<undefined> => undefined;
const text = (node: EvalNode) => nodeText(node, style, english);

/** Opens a ledger with a history of evals. */
async function withHistory(runs: number, tests: number): Promise<TestPorts> {
  const ports = await openPorts();
  for (const run of makeEvalHistory({ seed: 11, runs, tests, tiers: ["e2e"] }))
    await evalPush.call(ports, { text: JSON.stringify(run), project: "acme/shop" }, quietCall);
  return ports;
}

/** The store with the extension's interface, without a worker thread. */
const storeOf = (ports: TestPorts, queries: string[] = []): Pick<Store, "call"> => ({
  call: async (name, input) => {
    queries.push(`${name} ${JSON.stringify(input)}`);
    const operation = await findOperation(name);
    if (operation === undefined) throw new Error(`there is no ${name}`);
    return Promise.resolve<never>(JSON.parse(JSON.stringify(await operation.call(ports, input, quietCall))));
  },
});

describe("the Evals view", () => {
  test("is empty until a run is recorded", async () => {
    const source = evalSource(storeOf(await openPorts()), noProject, () => 10);
    expect(await source.roots()).toEqual([]);
  });

  test("lists runs newest first and tests by health, requested page by page", async () => {
    const ports = await withHistory(12, 30);
    const queries: string[] = [];
    const source = evalSource(storeOf(ports, queries), noProject, () => 8);
    const roots = await source.roots();
    expect(roots.map((node) => [nodeId(node), text(node).label, text(node).description])).toEqual([
      ['["runs"]', "Runs", "12"],
      ['["tests"]', "Tests", "30 · over the latest 8 runs"],
    ]);
    expect(queries).toEqual(['eval tests {"over":8,"limit":0}']);

    const page = await source.rows({ list: "runs" }, 5);
    expect(page.map((node) => node.kind)).toEqual(["run", "run", "run", "run", "run", "more"]);
    expect((await source.rows({ list: "runs" }, 12)).at(-1)?.kind).toBe("run");
    const listed = (await evalList.call(ports, {}, quietCall)).runs;
    expect(page.slice(0, 5).map(nodeId)).toEqual(listed.slice(0, 5).map(({ id }) => `["run","${id}"]`));

    const tests = roots.find((node) => node.kind === "tests");
    if (tests?.kind !== "tests") throw new Error("there are no tests");
    const states = healthNodes(tests.tests);
    expect(states.length).toBeGreaterThan(3);
    const order = states.map((node) => (node.kind === "health" ? healthStates.indexOf(node.health) : -1));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    for (const node of states) {
      if (node.kind !== "health") throw new Error(`unexpected ${node.kind}`);
      const rows = await source.rows({ list: "tests", health: node.health }, 2);
      for (const row of rows) if (row.kind === "test") expect(row.trend.health).toBe(node.health);
      expect(rows.filter(({ kind }) => kind === "test")).toHaveLength(Math.min(2, node.count));
      expect(rows.some(({ kind }) => kind === "more")).toBe(node.count > 2);
    }
    expect(new Set(states.map(nodeId)).size).toBe(states.length);
  });

  test("shows the failed tests of a run first, then the passed ones", async () => {
    const ports = await withHistory(3, 12);
    const source = evalSource(storeOf(ports), noProject, () => 10);
    const [run] = (await evalList.call(ports, {}, quietCall)).runs;
    if (run === undefined) throw new Error("there is no run");
    expect(run.failed).toBeGreaterThan(1);
    const all = await source.run({ kind: "run", run }, 50);
    expect(all.map(({ kind }) => kind)).toEqual([...Array.from({ length: run.failed }, () => "failed"), "passed"]);
    expect(text(all[0] ?? { kind: "runs", count: 0 }).description).not.toBe("");
    expect(text(all.at(-1) ?? { kind: "runs", count: 0 }).label).toBe(`${run.passed} passed`);
    expect((await source.run({ kind: "run", run }, 1)).map(({ kind }) => kind)).toEqual(["failed", "more", "passed"]);
    expect(new Set(all.map(nodeId)).size).toBe(all.length);
  });

  test("shows the outcome of a run and whether it is the baseline", async () => {
    const ports = await withHistory(2, 4);
    const [latest] = (await evalList.call(ports, {}, quietCall)).runs;
    await evalPin.call(ports, { run: latest?.id }, quietCall);
    const [run, other] = (await evalList.call(ports, {}, quietCall)).runs.map((one): EvalNode => ({ kind: "run", run: one }));
    if (run?.kind !== "run" || other?.kind !== "run") throw new Error("there are no runs");
    expect([contextOf(run), contextOf(other)]).toEqual(["run baseline", "run"]);
    expect(text(run).label).toBe(`${run.run.passed}/4 · e2e · ${run.run.git_branch}`);
    expect(text(run).description).toMatch(/^baseline · 6 Jan, 09:00 · \$\d/);
    expect(text(run).tooltip).toContain("| Baseline | yes |");
    const counts = (passed: number, total: number) => ({ passed, failed: total - passed, total });
    expect([counts(3, 3), counts(1, 3), counts(0, 3), counts(0, 0)].map(outcomeOf)).toEqual([
      "passed",
      "some-failed",
      "failed",
      "empty",
    ]);
  });

  test("shows a test on one line, and names cannot inject Markdown", async () => {
    const ports = await openPorts();
    const [base] = makeEvalHistory({ seed: 1, runs: 1, tests: 1 });
    if (base === undefined) throw new Error("there is no run");
    for (const [index, passed] of [true, false, true].entries()) {
      const result = { ...base.all_results[0], name: "a [link](command:evil)", suite: "s", tier: "e2e", passed };
      const run = { ...base, timestamp: `2026-03-0${index + 1}T08:00:00Z`, tier: "e2e", all_results: [result] };
      await evalPush.call(ports, { text: JSON.stringify(run) }, quietCall);
    }
    const [trend] = (await evalTests.call(ports, {}, quietCall)).tests;
    if (trend === undefined) throw new Error("there is no trend");
    expect(text({ kind: "test", trend })).toMatchObject({
      label: "a [link](command:evil)",
      description: "67% · ✓✗✓ · Changed 2 times in 3 results · s · e2e",
      spoken: "s / a [link](command:evil), Too few results, Changed 2 times in 3 results, 67%, 1 pass, e2e",
    });
    const { tooltip } = text({ kind: "test", trend });
    expect(tooltip).not.toContain("](command:");
    expect(tooltip).toContain("| Health | ? Too few results |");
    expect(tooltip).toContain("| Status | Flaky |");
  });

  test("shows since which run and commit a test has been failing", async () => {
    const ports = await openPorts();
    const [base] = makeEvalHistory({ seed: 1, runs: 1, tests: 1 });
    if (base === undefined) throw new Error("there is no run");
    for (const [index, passed] of [true, true, true, false, false].entries()) {
      const result = { ...base.all_results[0], name: "a", suite: "s", tier: "e2e", passed };
      const timestamp = `2026-03-0${index + 1}T08:00:00Z`;
      const run = { ...base, timestamp, tier: "e2e", git_sha: `abcdef${index}`, all_results: [result] };
      await evalPush.call(ports, { text: JSON.stringify(run) }, quietCall);
    }
    const source = evalSource(storeOf(ports), noProject, () => 10);
    const [row] = await source.rows({ list: "tests", health: "degrading" }, 10);
    if (row?.kind !== "test") throw new Error("there is no degrading test");
    expect(text(row).tooltip).toContain("| Reason | 2 fails in a row after 3 passes |");
    expect(text(row).tooltip).toMatch(/\| Since \| the run of .*4.*, commit abcdef3 \|/);
  });
});

const done = { suite: "s", name: "a", passed: true, cost_usd: 0.1, seconds: 2, turns: 3, attempts: 1 };
const running: EvalWatchView = {
  state: "running",
  run_id: "run-1",
  completed: [done, { ...done, name: "b", passed: false }],
  current: { test: "c", elapsed_seconds: 4, turn: 2, last_tool: "Bash", stale: false },
  expected: 40,
  total_cost_usd: 0.2,
  elapsed_seconds: 65,
  folder: "/home/eval-runs/run-1",
};

describe("a collector", () => {
  test("is shown on one line", () => {
    expect(progressText(running, style, english)).toMatchObject({
      text: "$(loading~spin) Evals 2/40 · 1 failed · $0.20",
      spoken: "Evals, Running, Tests done: 2/40, 1 failed, $0.20",
    });
    expect(progressText({ ...running, expected: null, completed: [done], state: "finished" }, style, english).text).toBe(
      "$(pass) Evals 1 · $0.20",
    );
  });

  test.each([true, false])(
    "is followed to its end, and the store is not queried while none runs (home exists: %s)",
    async (there) => {
      const home = join(temporaryFolder(), "home");
      if (there) mkdirSync(home);
      const folder = join(home, "eval-runs");
      const writeHeartbeat = (status: string) =>
        writeFileSync(join(folder, "heartbeat.json"), JSON.stringify({ runId: "r", pid: process.pid, startedAt: "", status }));
      const pictures: string[] = [];
      const now: { view: EvalWatchView; asked: number } = { view: running, asked: 0 };
      const watching = watchCollector({
        home,
        ask: async () => {
          now.asked += 1;
          return now.view;
        },
        onPicture: ({ state }) => void pictures.push(state),
        log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
        delay: 0,
        every: 10,
        lookAgain: 30,
      });
      onTestFinished(watching.dispose);
      // The first collector creates the folder.
      mkdirSync(folder, { recursive: true });
      // The watcher of the home reports a home that is created.
      if (!there) watching.look();
      writeHeartbeat("finished");
      now.view = running;
      writeHeartbeat("running");
      await expect.poll(() => pictures.length).toBeGreaterThan(2);
      expect(new Set(pictures)).toEqual(new Set(["running"]));
      now.view = { ...running, state: "gone" };
      await expect.poll(() => pictures.at(-1)).toBe("gone");
      writeHeartbeat("finished");
      // By then the tested watcher has received the same event and its timer is due, so a query that this caused is counted.
      const { asked: queriesBefore } = now;
      const eventReceived = new Promise<void>((resolve) => {
        const ownWatcher = watch(folder, () => {
          ownWatcher.close();
          setTimeout(resolve, 50);
        });
      });
      rmSync(join(folder, "heartbeat.json"));
      await eventReceived;
      expect(now.asked).toBe(queriesBefore);
      now.view = running;
      const seen = pictures.length;
      writeHeartbeat("running");
      await expect.poll(() => pictures.length).toBeGreaterThan(seen);
      expect(now.asked - queriesBefore).toBe(pictures.length - seen);
    },
  );
});
