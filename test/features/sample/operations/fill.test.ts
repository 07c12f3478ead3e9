import { describe, expect, it } from "vitest";
import { evalTests } from "../../../../src/features/evals/operations/tests.ts";
import { verify } from "../../../../src/features/maintenance/operations/verify.ts";
import { agents } from "../../../../src/features/reviews/operations/agents.ts";
import { sampleFill } from "../../../../src/features/sample/operations/fill.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

describe("the sample", () => {
  it("covers several agents and test health states, and adds nothing the second time", async () => {
    const ports = await openPorts();
    expect(await sampleFill.call(ports, {}, quietCall)).toEqual({ reviews: 34, evals: 12 });
    expect(await sampleFill.call(ports, {}, quietCall)).toEqual({ reviews: 0, evals: 0 });

    expect(await agents.call(ports, {}, quietCall)).toMatchObject([
      { agent: "claude-code", runs: 20 },
      { agent: "codex", runs: 14 },
    ]);
    const view = await evalTests.call(ports, {}, quietCall);
    expect(view.by_health).toMatchObject({ broken: 1, flaky: 1, recovering: 1, healthy: 3 });
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
  });
});
