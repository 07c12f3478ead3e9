import { describe, expect, it } from "vitest";
import { doctor } from "../../../../src/features/maintenance/operations/doctor.ts";
import { verify } from "../../../../src/features/maintenance/operations/verify.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { reset } from "../../../../src/features/reviews/operations/reset.ts";
import { status } from "../../../../src/features/reviews/operations/status.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeReport } from "../../../support/findings.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const hour = 3_600_000;
const years = 4 * 365 * 24 * hour;

const record = (ports: TestPorts, run_id: string, score: number, timestamp?: string) => {
  ports.clock.advance(1_000);
  const { timestamp: _, ...report } = makeReport({ run_id, score, findings: [] });
  return update.call(
    ports,
    { text: JSON.stringify({ ...report, ...(timestamp === undefined ? {} : { timestamp }) }) },
    quietCall,
  );
};
const standing = (ports: TestPorts) => status.call(ports, {}, quietCall);
const order = async (ports: TestPorts) => (await history.call(ports, {}, quietCall)).map(({ run_id }) => run_id);

describe("a clock that was off", () => {
  it("puts no run behind those that are recorded after it was set right", async () => {
    const ports = await openPorts();
    await record(ports, "before", 90);
    ports.clock.advance(years);
    expect((await record(ports, "ahead", 90)).warnings).toEqual([]);
    ports.clock.advance(-years);
    expect((await standing(ports)).recorded_ahead).toMatch(/^2030-/);

    const after = await record(ports, "after", 40);
    expect(after.warnings).toEqual([expect.stringMatching(/^Run ahead is dated 2030-/)]);
    expect(await standing(ports)).toMatchObject({
      last_verdict: "FAIL",
      streak_pass: 0,
      streak_block: 1,
      recorded_ahead: null,
      dated_ahead: [{ run_id: "ahead" }],
    });
    expect(await order(ports)).toEqual(["before", "ahead", "after"]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
  });

  it("of a tool lets its run take its place by the time of recording, beyond five minutes", async () => {
    const ports = await openPorts();
    const at = (ms: number): string => new Date(ports.clock.now().getTime() + ms).toISOString();
    const [near, far] = [at(4 * 60_000), at(years)];
    expect((await record(ports, "near", 90, near)).run).toMatchObject({ created_at: near });
    const { run, warnings } = await record(ports, "far", 90, far);
    expect(run.created_at).toBe(ports.clock.now().toISOString());
    expect(warnings).toEqual([expect.stringContaining(`Run far is dated ${far}`)]);
    await record(ports, "last", 40);
    expect(await standing(ports)).toMatchObject({ last_verdict: "PASS", warnings: [expect.stringContaining("Run far")] });
    const { checks } = await doctor.call(ports, {}, quietCall);
    expect(checks.find(({ name }) => name === "clock")).toMatchObject({ state: "warn", detail: expect.stringContaining(far) });
  });

  it("lets a reset hide nothing that comes after it", async () => {
    const ports = await openPorts();
    await record(ports, "before", 90);
    ports.clock.advance(hour);
    await reset.call(ports, { confirm: true }, quietCall);
    ports.clock.advance(-hour);
    await record(ports, "after", 100);
    expect(await order(ports)).toEqual(["after"]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
  });
});
