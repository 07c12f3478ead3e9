import { expect, it } from "vitest";
import { spendAdd } from "../../../../src/features/agent/operations/spend.ts";
import { check } from "../../../../src/features/check/operations/check.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

/** Records a run of each score, oldest first, one a minute. */
async function review(ports: TestPorts, scores: readonly number[]): Promise<void> {
  for (const score of scores) {
    ports.clock.advance(60_000);
    const report = {
      schema_version: "1.0",
      run_id: `run-${ports.clock.now().getTime()}`,
      timestamp: ports.clock.now().toISOString(),
      score,
      reward_delta: score - 80,
      overall_verdict: score >= 70 ? "PASS" : "FAIL",
      ci_exit_code: score >= 70 ? 0 : 1,
      summary: "reviewed",
      findings: [],
    };
    await update.call(ports, { text: JSON.stringify(report) }, quietCall);
  }
}

const runCheck = (ports: TestPorts, input: Readonly<Record<string, unknown>>) => check.call(ports, input, quietCall);

it.each([
  [{ min_score: 90 }, true, 90],
  [{ min_score: 91 }, false, 90],
  [{ min_pass_rate: 50 }, true, 50],
  [{ min_pass_rate: 51 }, false, 50],
  [{ min_pass_rate: 100, runs: 1 }, true, 100],
  [{ max_block_streak: 0 }, true, 0],
])("checks reviews against %j", async (thresholds, ok, value) => {
  const ports = await openPorts();
  await review(ports, [90, 40, 40, 90]);
  expect(await runCheck(ports, thresholds)).toMatchObject({ ok, checks: [{ ok, value }] });
});

it("counts consecutive failed reviews", async () => {
  const ports = await openPorts();
  await review(ports, [90, 40, 40]);
  expect(await runCheck(ports, { max_block_streak: 1 })).toMatchObject({ ok: false, checks: [{ value: 2, limit: 1 }] });
  expect(await runCheck(ports, { max_block_streak: 2 })).toMatchObject({ ok: true });
});

it("fails every threshold when nothing was measured", async () => {
  const ports = await openPorts();
  const view = await runCheck(ports, { min_score: 0, min_pass_rate: 0, max_block_streak: 9, max_regressions: 0 });
  expect(view.checks.map(({ name, ok, value }) => [name, ok, value])).toEqual([
    ["min_score", false, null],
    ["min_pass_rate", false, null],
    ["max_block_streak", false, null],
    ["max_regressions", false, null],
  ]);
});

it("counts regressed tests of the latest eval run", async () => {
  const ports = await openPorts();
  const [run] = makeEvalHistory({ seed: 1, runs: 1, tests: 3, tiers: ["e2e"] });
  if (run === undefined) throw new Error("no run was made");
  const runWith = (passed: boolean, minute: number) => ({
    ...run,
    run_id: `run-${minute}`,
    timestamp: `2026-03-01T10:0${minute}:00.000Z`,
    all_results: run.all_results.map((test) => ({ ...test, passed })),
  });
  const push = (passed: boolean, minute: number) =>
    evalPush.call(ports, { text: JSON.stringify(runWith(passed, minute)) }, quietCall);
  await push(true, 1);
  expect(await runCheck(ports, { max_regressions: 0 })).toMatchObject({ ok: true, checks: [{ value: 0 }] });
  await push(false, 2);
  expect(await runCheck(ports, { max_regressions: 0, tier: "e2e" })).toMatchObject({
    ok: false,
    checks: [{ value: 3, limit: 0 }],
  });
});

it("fails once a spending limit is reached", async () => {
  const ports = await openPorts();
  expect(await runCheck(ports, { budget: true })).toMatchObject({ ok: true, checks: [{ value: 0, limit: 100 }] });
  await spendAdd.call(ports, { model: "m", call_site: "agent", usd: 10_000 }, quietCall);
  expect(await runCheck(ports, { budget: true })).toMatchObject({ ok: false });
});

it("refuses to run without any threshold", async () => {
  await expect(runCheck(await openPorts(), {})).rejects.toMatchObject({ code: "usage" });
});
