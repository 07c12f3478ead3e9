import { describe, expect, it } from "vitest";
import { evalList, evalTrend } from "../../../../src/features/evals/operations/list.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { evalShow } from "../../../../src/features/evals/operations/show.ts";
import { doctor } from "../../../../src/features/maintenance/operations/doctor.ts";
import { verify } from "../../../../src/features/maintenance/operations/verify.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { reset } from "../../../../src/features/reviews/operations/reset.ts";
import { status } from "../../../../src/features/reviews/operations/status.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeReport } from "../../../support/findings.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const hour = 3_600_000;
const fourYears = 4 * 365 * 24 * hour;

const record = (ports: TestPorts, run_id: string, score: number, timestamp?: string) => {
  ports.clock.advance(1_000);
  const { timestamp: _, ...report } = makeReport({ run_id, score, findings: [] });
  return update.call(
    ports,
    { text: JSON.stringify({ ...report, ...(timestamp === undefined ? {} : { timestamp }) }) },
    quietCall,
  );
};
const readStatus = (ports: TestPorts) => status.call(ports, {}, quietCall);
const readOrder = async (ports: TestPorts) => (await history.call(ports, {}, quietCall)).map(({ run_id }) => run_id);

describe("a wrong clock", () => {
  it("places no run after runs that are recorded once the clock is corrected", async () => {
    const ports = await openPorts();
    await record(ports, "before", 90);
    ports.clock.advance(fourYears);
    expect((await record(ports, "ahead", 90)).warnings).toEqual([]);
    ports.clock.advance(-fourYears);
    expect((await readStatus(ports)).recorded_ahead).toMatch(/^2030-/);

    const after = await record(ports, "after", 40);
    expect(after.warnings).toEqual([expect.stringMatching(/^Run ahead is dated 2030-/)]);
    expect(await readStatus(ports)).toMatchObject({
      last_verdict: "FAIL",
      streak_pass: 0,
      streak_block: 1,
      recorded_ahead: null,
      dated_ahead: [{ run_id: "ahead" }],
    });
    expect(await readOrder(ports)).toEqual(["before", "ahead", "after"]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
  });

  it("of a tool: a run dated more than five minutes ahead is placed by recording time", async () => {
    const ports = await openPorts();
    const at = (ms: number): string => new Date(ports.clock.now().getTime() + ms).toISOString();
    const [near, far] = [at(4 * 60_000), at(fourYears)];
    expect((await record(ports, "near", 90, near)).run).toMatchObject({ created_at: near });
    const { run, warnings } = await record(ports, "far", 90, far);
    expect(run.created_at).toBe(ports.clock.now().toISOString());
    expect(warnings).toEqual([expect.stringContaining(`Run far is dated ${far}`)]);
    await record(ports, "last", 40);
    expect(await readStatus(ports)).toMatchObject({ last_verdict: "PASS", warnings: [expect.stringContaining("Run far")] });
    const { checks } = await doctor.call(ports, {}, quietCall);
    expect(checks.find(({ name }) => name === "clock")).toMatchObject({ state: "warn", detail: expect.stringContaining(far) });
  });

  it("keeps runs recorded after a reset", async () => {
    const ports = await openPorts();
    await record(ports, "before", 90);
    ports.clock.advance(hour);
    await reset.call(ports, { confirm: true }, quietCall);
    ports.clock.advance(-hour);
    await record(ports, "after", 100);
    expect(await readOrder(ports)).toEqual(["after"]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
  });
});

describe("an eval run with a wrong clock", () => {
  const evalFile = (name: string, passed: boolean, timestamp: string): string =>
    JSON.stringify({
      schema_version: 1,
      version: name,
      git_branch: "main",
      git_sha: "abc1234",
      timestamp,
      tier: "e2e",
      total: 1,
      passed: passed ? 1 : 0,
      failed: passed ? 0 : 1,
      total_cost_usd: 0.5,
      duration_seconds: 1,
      all_results: [{ name: "opens the cart", passed }],
    });
  const push = async (ports: TestPorts, name: string, passed: boolean, ahead = 0) => {
    ports.clock.advance(60_000);
    const timestamp = new Date(ports.clock.now().getTime() + ahead).toISOString();
    const [view] = await evalPush.call(ports, { text: evalFile(name, passed, timestamp) }, quietCall);
    if (view === undefined || view.reason === "rejected") throw new TypeError(`${name} was not recorded`);
    return view;
  };
  const listVersions = async (ports: TestPorts) => (await evalList.call(ports, {}, quietCall)).runs.map(({ version }) => version);

  it("is placed by recording time, with a warning, when dated more than five minutes ahead", async () => {
    const ports = await openPorts();
    await push(ports, "before", true);
    expect((await push(ports, "near", true, 4 * 60_000)).warnings).toEqual([]);
    ports.clock.advance(hour);
    const { run, warnings } = await push(ports, "far", true, fourYears);
    const statedAt = new Date(ports.clock.now().getTime() + fourYears).toISOString();
    expect(run).toMatchObject({ timestamp: ports.clock.now().toISOString(), stated_at: statedAt });
    expect(warnings).toEqual([expect.stringContaining(`${statedAt} is later than the recording`)]);
    await push(ports, "last", false);

    expect(await listVersions(ports)).toEqual(["last", "far", "near", "before"]);
    expect((await evalShow.call(ports, { run: "latest" }, quietCall)).run.version).toBe("last");
    const detail = await evalShow.call(ports, { run: run.id }, quietCall);
    expect(detail).toMatchObject({ run: { stated_at: statedAt }, warnings });
    const [trend] = await evalTrend.call(ports, {}, quietCall);
    expect(trend?.results.map(({ passed }) => passed)).toEqual([true, true, true, false]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
  });

  it("is placed by log order when the recording clock was wrong too and is corrected later", async () => {
    const ports = await openPorts();
    await push(ports, "before", true);
    ports.clock.advance(fourYears);
    expect((await push(ports, "ahead", true)).warnings).toEqual([]);
    ports.clock.advance(-fourYears);
    await push(ports, "after", false);
    expect(await listVersions(ports)).toEqual(["after", "ahead", "before"]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
  });

  it("replaces the partial run that a stopped collector left behind", async () => {
    const ports = await openPorts();
    const timestamp = new Date(ports.clock.now().getTime() + fourYears).toISOString();
    const completeFile = evalFile("whole", true, timestamp);
    await evalPush.call(
      ports,
      { text: JSON.stringify({ ...JSON.parse(completeFile), _partial: true, total_cost_usd: 0.25 }) },
      quietCall,
    );
    ports.clock.advance(hour);
    await evalPush.call(ports, { text: completeFile }, quietCall);
    expect((await evalList.call(ports, {}, quietCall)).runs).toMatchObject([{ partial: false }]);
  });
});
