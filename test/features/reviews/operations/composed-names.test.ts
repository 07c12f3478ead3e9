import { describe, expect, it } from "vitest";
import { evalTrend } from "../../../../src/features/evals/operations/list.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { violations } from "../../../../src/features/reviews/operations/violations.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

const [composed, decomposed] = ["café", "cafe\u0301"];

describe("composed and decomposed Unicode names", () => {
  it("identify the same agent, project and rule", async () => {
    const ports = await openPorts();
    for (const [n, name] of [composed, decomposed].entries()) {
      const text = JSON.stringify(makeReport({ run_id: `r${n}`, findings: [makeFinding({ rule: name })] }));
      await update.call(ports, { text, agent: name, project: name }, quietCall);
    }
    for (const name of [composed, decomposed]) {
      expect(await history.call(ports, { agent: name, project: name }, quietCall)).toHaveLength(2);
    }
    expect(await violations.call(ports, { agent: decomposed }, quietCall)).toMatchObject([{ rule: composed, count: 2 }]);
  });

  it("identify the same test", async () => {
    const ports = await openPorts();
    for (const [n, name] of [composed, decomposed].entries()) {
      const run = {
        schema_version: 1,
        version: "1",
        git_branch: "main",
        git_sha: "abc",
        timestamp: `2026-03-0${n + 1}T08:00:00Z`,
        tier: "e2e",
        total: 1,
        passed: n === 0 ? 1 : 0,
        failed: n,
        total_cost_usd: 0,
        duration_seconds: 1,
        all_results: [{ name, passed: n === 0 }],
      };
      await evalPush.call(ports, { text: JSON.stringify(run) }, quietCall);
    }
    const tests = await evalTrend.call(ports, {}, quietCall);
    expect(tests).toMatchObject([{ name: composed, results: [{ passed: true }, { passed: false }] }]);
  });
});
