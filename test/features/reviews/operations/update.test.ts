import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { doctor } from "../../../../src/features/maintenance/operations/doctor.ts";
import { exportRuns } from "../../../../src/features/reviews/operations/export.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { show } from "../../../../src/features/reviews/operations/show.ts";
import { status } from "../../../../src/features/reviews/operations/status.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeFinding, makeReport, repeatFinding } from "../../../support/findings.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

type Report = Readonly<Record<string, unknown>>;

const record = (ports: TestPorts, report: Report, more: Readonly<Record<string, unknown>> = {}) =>
  update.call(ports, { text: JSON.stringify(report), ...more }, quietCall);

describe("update", () => {
  it("records a report and returns the run and the status", async () => {
    const ports = await openPorts();
    const findings = [
      makeFinding({ rule: "E501" }),
      makeFinding({ rule: "W0702", severity: "info" }),
      makeFinding({ rule: "E501" }),
    ];
    const view = await record(ports, makeReport({ score: 87, findings }), {
      agent: "codex",
      project: "acme/storefront",
      issue: 12,
    });
    expect(view).toMatchObject({
      recorded: true,
      reason: null,
      run: {
        run_id: "review-run-001",
        agent: "codex",
        project: "acme/storefront",
        created_at: "2026-03-16T00:00:00.000Z",
        score: 87,
        reward_delta: 7,
        verdict: "PASS",
        coin_delta: 0.7,
        bonus: 0,
        coins: 0.7,
        streak_pass: 1,
        streak_block: 0,
        findings: 3,
        blocking: 0,
        issue_number: 12,
      },
      status: {
        agent: "codex",
        project: null,
        coins: 0.7,
        streak_pass: 1,
        streak_block: 0,
        last_verdict: "PASS",
        last_delta: 7,
        runs: 1,
        top_violations: [
          { rule: "E501", count: 2 },
          { rule: "W0702", count: 1 },
        ],
      },
    });
  });

  it("yields the coins of the worked example", async () => {
    const ports = await openPorts();
    const deltas = [20, 5, -20, 7, 0, 40, 5, -36, 30, -80, 20];
    const failed = new Set([6, 7, 8, 9]);
    const coins: number[] = [];
    for (const [index, delta] of deltas.entries()) {
      const findings = failed.has(index) ? [makeFinding({ severity: "error" })] : [];
      const timestamp = new Date(Date.parse("2026-03-01T00:00:00Z") + index * 86_400_000).toISOString();
      const view = await record(ports, makeReport({ run_id: `r${index}`, timestamp, score: 80 + delta, findings }));
      coins.push(view.status.coins);
    }
    expect(coins).toEqual([2, 2.5, 0.5, 1.2, 1.7, 6.2, 6.7, 3.1, 5.1, -3.9, -1.9]);
    expect(await status.call(ports, {}, quietCall)).toMatchObject({
      coins: -1.9,
      streak_pass: 1,
      streak_block: 0,
      best_streak_pass: 6,
    });
  });

  it("reports a run that is already recorded as a duplicate, and records nothing", async () => {
    const ports = await openPorts();
    const first = await record(ports, makeReport());
    ports.clock.advance(60_000);
    const again = await record(ports, makeReport());
    expect(again).toMatchObject({ recorded: false, reason: "duplicate", run: first.run, status: first.status });
    expect(await history.call(ports, {}, quietCall)).toHaveLength(1);
  });

  it("treats a report without a timestamp as the same run, even with other changed files", async () => {
    const ports = await openPorts();
    const { timestamp: _, ...timeless } = makeReport();
    await record(ports, timeless, { project: "acme/storefront" });
    ports.clock.advance(3_600_000);
    expect(await record(ports, timeless, { project: "acme/storefront", changed_file: ["a.ts"] })).toMatchObject({
      recorded: false,
      run: { project: "acme/storefront", created_at: "2026-04-01T12:00:00.000Z" },
    });
  });

  it("rejects another run with the same id of the same agent, but allows it for another agent", async () => {
    const ports = await openPorts();
    await record(ports, makeReport());
    await expect(record(ports, makeReport({ score: 86 }))).rejects.toMatchObject({ code: "conflict" });
    expect(await record(ports, makeReport({ score: 86 }), { agent: "codex" })).toMatchObject({ recorded: true });
    expect(await status.call(ports, {}, quietCall)).toMatchObject({ coins: 0.5, runs: 1 });
  });

  it("treats the same id in another project as another run, and names the project of a conflict", async () => {
    const ports = await openPorts();
    const inProject = (project: string, change = {}) => record(ports, makeReport(change), { project });
    await inProject("acme/api");
    expect(await inProject("acme/web", { score: 40 })).toMatchObject({ recorded: true, status: { runs: 2 } });
    expect(await inProject("acme/web", { score: 40 })).toMatchObject({ recorded: false, run: { project: "acme/web" } });
    await expect(inProject("acme/web")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("acme/web") });

    const { run_id } = makeReport();
    await expect(show.call(ports, { run_id }, quietCall)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/acme\/api.*acme\/web|acme\/web.*acme\/api/),
    });
    expect(await show.call(ports, { run_id, project: "acme/api" }, quietCall)).toMatchObject({ run: { score: 85 } });
    await expect(exportRuns.call(ports, { format: "specfact" }, quietCall)).rejects.toMatchObject({ code: "usage" });

    const { content } = await exportRuns.call(ports, {}, quietCall);
    const cwd = writeFiles(temporaryFolder(), { "runs.json": content ?? "" });
    const other = await openPorts({ cwd });
    for (const recorded of [2, 0]) {
      expect(await importRuns.call(other, { paths: ["runs.json"] }, quietCall)).toMatchObject({ recorded, rejected: [] });
    }
    expect((await history.call(other, {}, quietCall)).map(({ project }) => project).sort()).toEqual(["acme/api", "acme/web"]);
  });

  it("reads a file, or a path given instead of the report", async () => {
    const cwd = writeFiles(temporaryFolder(), {
      "out/review report ü.json": JSON.stringify(makeReport()),
      "second.json": JSON.stringify([makeReport({ run_id: "r2" })]),
    });
    const ports = await openPorts({ cwd });
    expect(await update.call(ports, { from: "out/review report ü.json" }, quietCall)).toMatchObject({ recorded: true });
    expect(await update.call(ports, { text: "second.json\n" }, quietCall)).toMatchObject({
      recorded: true,
      run: { run_id: "r2" },
    });
    expect(await update.call(ports, { text: join(cwd, "second.json") }, quietCall)).toMatchObject({ recorded: false });
  });

  it.each([
    [{ text: "" }, "invalid_input", "the review report: nothing was given"],
    [{ text: " \n " }, "invalid_input", "nothing was given"],
    [{}, "invalid_input", "nothing was given"],
    [{ text: "missing.json" }, "unreadable_file", "missing.json: it does not exist"],
    [{ from: "missing.json" }, "unreadable_file", "missing.json: it does not exist"],
    [{ text: '{"run_id": "r1", "sc' }, "invalid_json", "standard input: it is not valid JSON"],
    [{ text: "{}" }, "invalid_report", "run_id: is missing; score: is missing; summary: is missing"],
    [{ text: JSON.stringify(makeReport({ schema_version: "2.0" })) }, "invalid_report", "schema_version: is of a version"],
    [{ text: JSON.stringify([makeReport(), makeReport({ run_id: "r2" })]) }, "invalid_report", "it holds 2 reports"],
    [{ text: "[".repeat(100_000) }, "invalid_json", "it nests deeper than 64 levels"],
    [{ text: "{}", issue: 0 }, "usage", "issue: must be at least 1"],
    [{ text: "{}", agent: " " }, "usage", "agent: must not be empty"],
  ])("refuses %j with %s and records nothing", async (input, code, message) => {
    const ports = await openPorts();
    await expect(update.call(ports, input, quietCall)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await history.call(ports, {}, quietCall)).toEqual([]);
  });

  it("takes agent, project, branch, commit and house rules from the environment", async () => {
    const cwd = writeFiles(temporaryFolder(), {
      "skills/specfact-code-review/SKILL.md": "# House Rules - AI Coding Context (v7)\n",
    });
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", ...args], {
        cwd,
      });
    git("init", "-q", "-b", "topic");
    git("commit", "-q", "--allow-empty", "-m", "start");
    git("remote", "add", "origin", "git@github.com:acme/storefront.git");
    const commit = git("rev-parse", "HEAD").toString().trim();
    const ports = await openPorts({ cwd, env: { REWARD_LEDGER_AGENT: "gemini-cli" } });

    const { run } = await record(ports, makeReport());
    expect(run).toMatchObject({ agent: "gemini-cli", project: "acme/storefront" });
    const ownDetail = await show.call(ports, { fact_id: run.fact_id }, quietCall);
    expect(ownDetail).toMatchObject({ branch: "topic", commit, house_rules_version: 7 });

    const other = await record(ports, makeReport({ run_id: "r2" }), { project: "acme/billing", house_rules_version: 2 });
    const otherDetail = await show.call(ports, { fact_id: other.run.fact_id }, quietCall);
    expect(otherDetail).toMatchObject({ branch: null, commit: null, house_rules_version: 2 });
  });

  it("keeps the given changed files, or else those of the findings", async () => {
    const ports = await openPorts();
    const findings = [makeFinding({ file: "b.ts" }), makeFinding({ file: "a.ts" }), makeFinding({ file: "b.ts" })];
    await record(ports, makeReport({ findings }));
    await record(ports, makeReport({ run_id: "r2" }), { changed_file: ["z.ts", "y.ts", "z.ts"] });
    const filesOf = async (run_id: string) => (await show.call(ports, { run_id }, quietCall)).changed_files;
    expect(await filesOf("review-run-001")).toEqual(["a.ts", "b.ts"]);
    expect(await filesOf("r2")).toEqual(["y.ts", "z.ts"]);
  });

  it("keeps shadow mode", async () => {
    const ports = await openPorts();
    const { run } = await record(ports, makeReport({ score: 44, findings: repeatFinding(28), ci_exit_code: 0 }));
    expect(run).toMatchObject({ mode: "shadow", verdict: "FAIL", reward_delta: -36 });
  });

  it("recalculates later runs when an earlier report arrives late", async () => {
    const ports = await openPorts();
    const at = (day: number) => `2026-03-${String(day).padStart(2, "0")}T00:00:00Z`;
    for (const day of [1, 2, 4, 5]) await record(ports, makeReport({ run_id: `r${day}`, timestamp: at(day), score: 80 }));
    expect(await status.call(ports, {}, quietCall)).toMatchObject({ coins: 0, streak_pass: 4 });
    const late = await record(ports, makeReport({ run_id: "r3", timestamp: at(3), score: 80 }));
    expect(late.run).toMatchObject({ streak_pass: 3, bonus: 0 });
    expect(late.status).toMatchObject({ coins: 0.5, streak_pass: 5 });
    const runs = await history.call(ports, {}, quietCall);
    expect(runs.map((run) => `${run.run_id} ${run.bonus}`)).toEqual(["r1 0", "r2 0", "r3 0", "r4 0", "r5 0.5"]);
  });

  it("records a report from a wrong clock, and doctor warns about it", async () => {
    const ports = await openPorts();
    await record(ports, makeReport({ timestamp: "2031-01-01T00:00:00Z" }));
    const { checks } = await doctor.call(ports, {}, quietCall);
    expect(checks.find((check) => check.name === "clock")).toMatchObject({ state: "warn" });
  });
});

describe("a report whose analyzers did not run", () => {
  const unknown = {
    ...makeReport({ schema_version: "1.6", run_id: "unknown", score: 115, summary: "6 of 9 analyzers did not run" }),
    overall_verdict: "FAIL",
    assurance_status: "UNKNOWN",
    ci_exit_code: 1,
    reward_delta: 35,
  };

  it("fails, breaks the streak, earns nothing and is marked, also after rebuild and import", async () => {
    const ports = await openPorts();
    await record(ports, makeReport({ run_id: "good", timestamp: "2026-03-16T01:00:00Z", score: 90 }));
    const view = await record(ports, { ...unknown, timestamp: "2026-03-16T02:00:00Z" });
    expect(view).toMatchObject({
      run: { verdict: "FAIL", coin_delta: 0, disputed: true, streak_pass: 0, streak_block: 1 },
      status: { coins: 1, last_verdict: "FAIL" },
      warnings: [expect.stringContaining("UNKNOWN")],
    });
    const detail = await show.call(ports, { run_id: "unknown" }, quietCall);
    expect(detail).toMatchObject({ assurance_status: "UNKNOWN", warnings: view.warnings });
    expect(detail.formula.text).toContain("earns nothing without evidence");
    await ports.ledger.rebuild();
    const runs = await history.call(ports, {}, quietCall);
    expect(runs.map(({ run_id, verdict, disputed }) => [run_id, verdict, disputed])).toEqual([
      ["good", "PASS", false],
      ["unknown", "FAIL", true],
    ]);
    expect((await ports.ledger.verify()).problems).toEqual([]);
    const { content } = await exportRuns.call(ports, { format: "json" }, quietCall);
    const other = await openPorts({ cwd: writeFiles(temporaryFolder(), { "all.json": content ?? "" }) });
    await importRuns.call(other, { paths: ["all.json"] }, quietCall);
    const imported = await history.call(other, {}, quietCall);
    expect(imported.map(({ fact_id: _, ...run }) => run)).toEqual(runs.map(({ fact_id: _, ...run }) => run));
    const project = runs[0]?.project ?? "";
    expect(await record(other, { ...unknown, timestamp: "2026-03-16T02:00:00Z" }, { project })).toMatchObject({
      recorded: false,
      reason: "duplicate",
    });
  });

  it("is a duplicate of a report recorded without the status, which keeps its numbers", async () => {
    const ports = await openPorts();
    const { assurance_status: _, overall_verdict: __, ci_exit_code: ___, ...old } = unknown;
    await record(ports, old);
    expect(await record(ports, unknown)).toMatchObject({
      recorded: false,
      reason: "duplicate",
      run: { verdict: "PASS", coin_delta: 3.5 },
    });
  });
});
