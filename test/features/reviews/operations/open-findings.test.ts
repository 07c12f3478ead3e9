import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/features/reviews/model/finding.ts";
import { openFindings } from "../../../../src/features/reviews/operations/open-findings.ts";
import { reset } from "../../../../src/features/reviews/operations/reset.ts";
import { ruleTrend } from "../../../../src/features/reviews/operations/rule-trend.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const project = "acme/storefront";

async function record(
  ports: TestPorts,
  id: string,
  at: string,
  findings: readonly Finding[],
  projectName = project,
): Promise<void> {
  const report = makeReport({ run_id: id, timestamp: at, score: 70, findings });
  await update.call(ports, { text: JSON.stringify(report), agent: "claude-code", project: projectName }, quietCall);
}

const listOpen = (ports: TestPorts, over: Readonly<Record<string, unknown>> = {}) =>
  openFindings.call(ports, { project, ...over }, quietCall);

describe("open findings", () => {
  it("are those of the project's latest run, by run time", async () => {
    const ports = await openPorts();
    await record(ports, "new", "2026-03-30T10:00:00Z", [makeFinding({ rule: "NEW" })]);
    await record(ports, "old", "2026-03-20T10:00:00Z", [makeFinding({ rule: "OLD" })]);
    await record(ports, "other", "2026-03-31T10:00:00Z", [makeFinding({ rule: "OTHER" })], "acme/other");
    const { run, findings, total } = await listOpen(ports);
    expect([run?.run_id, findings.map(({ rule }) => rule), total]).toEqual(["new", ["NEW"], 1]);
  });

  it("are empty when the latest run has none, was reset, or does not exist", async () => {
    const ports = await openPorts();
    expect(await listOpen(ports)).toMatchObject({ run: null, findings: [], total: 0 });
    await record(ports, "bad", "2026-03-20T10:00:00Z", [makeFinding({})]);
    await record(ports, "good", "2026-03-30T10:00:00Z", []);
    expect(await listOpen(ports)).toMatchObject({ run: { run_id: "good" }, findings: [], total: 0 });
    await reset.call(ports, { confirm: true }, quietCall);
    expect(await listOpen(ports)).toMatchObject({ run: null });
  });

  it("are limited to the most severe", async () => {
    const ports = await openPorts();
    const severities = [
      { rule: "INFO", severity: "info" },
      { rule: "WARNING", severity: "warning" },
      { rule: "FIXABLE", severity: "error", fixable: true },
      { rule: "BLOCKING", severity: "error", fixable: false },
    ] as const;
    await record(
      ports,
      "all",
      "2026-03-30T10:00:00Z",
      severities.map((one) => makeFinding(one)),
    );
    expect((await listOpen(ports)).findings.map(({ rule }) => rule)).toEqual(["BLOCKING", "FIXABLE", "WARNING", "INFO"]);
    const limited = await listOpen(ports, { limit: 2 });
    expect([limited.findings.map(({ rule }) => rule), limited.total]).toEqual([["BLOCKING", "FIXABLE"], 4]);
  });

  it("are returned with the top folder of the checkout, or else the working directory", async () => {
    const top = temporaryFolder();
    mkdirSync(join(top, ".git"));
    const subfolder = join(top, "packages", "cart");
    mkdirSync(subfolder, { recursive: true });
    const outside = temporaryFolder();
    expect((await listOpen(await openPorts({ cwd: subfolder }))).top).toBe(top);
    expect((await listOpen(await openPorts({ cwd: outside }))).top).toBe(outside);
  });
});

describe("the trend of a rule", () => {
  it("counts findings and runs of the period, and findings of the previous period", async () => {
    const ports = await openPorts();
    await record(ports, "a", "2026-03-30T10:00:00Z", [makeFinding({ rule: "R" }), makeFinding({ rule: "R", line: 9 })]);
    await record(ports, "b", "2026-03-29T10:00:00Z", [makeFinding({ rule: "R" }), makeFinding({ rule: "S" })]);
    await record(ports, "c", "2026-03-20T10:00:00Z", [makeFinding({ rule: "R" })]);
    await record(ports, "d", "2026-03-30T10:00:00Z", [makeFinding({ rule: "R" })], "acme/other");
    const trend = (input: Readonly<Record<string, unknown>>) =>
      ruleTrend.call(ports, { rule: "R", project, ...input }, quietCall);
    expect(await trend({ period: "7d" })).toEqual({ rule: "R", count: 3, runs: 2, previous: 1 });
    expect(await trend({ period: "30d" })).toEqual({ rule: "R", count: 4, runs: 3, previous: 0 });
    expect(await trend({ period: "all" })).toEqual({ rule: "R", count: 4, runs: 3, previous: null });
    expect(await trend({ period: "all", project: undefined })).toMatchObject({ count: 5 });
    ports.clock.set("2026-04-08T12:00:00Z");
    expect(await trend({ period: "7d" })).toEqual({ rule: "R", count: 0, runs: 0, previous: 3 });
  });
  it("of a rule that was never broken is zero", async () => {
    const ports = await openPorts();
    expect(await ruleTrend.call(ports, { rule: "constructor" }, quietCall)).toEqual({
      rule: "constructor",
      count: 0,
      runs: 0,
      previous: 0,
    });
  });
});
