import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { specfactLedger, specfactRun } from "../../../../src/features/reviews/model/specfact.ts";
import { agents } from "../../../../src/features/reviews/operations/agents.ts";
import { exportRuns } from "../../../../src/features/reviews/operations/export.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { makeHistory } from "../../../support/fixtures.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

async function withHistory(runs: number): Promise<TestPorts> {
  const ports = await openPorts();
  for (const { agent, project, issue_number, changed_files, report } of makeHistory({ seed: 9, runs })) {
    const issue = issue_number === null ? {} : { issue: issue_number };
    await update.call(ports, { text: JSON.stringify(report), agent, project, changed_file: changed_files, ...issue }, quietCall);
  }
  return ports;
}

const contentOf = async (ports: TestPorts, input: Readonly<Record<string, unknown>>): Promise<string> =>
  (await exportRuns.call(ports, input, quietCall)).content ?? "";

/** The content of a ledger without the ids of its facts. */
async function ledgerContent(ports: TestPorts) {
  const runs = await history.call(ports, {}, quietCall);
  return { agents: await agents.call(ports, {}, quietCall), runs: runs.map(({ fact_id: _, ...run }) => run) };
}

describe("json", () => {
  it("contains everything: recreates the ledger when imported elsewhere, and adds nothing here", async () => {
    const ports = await withHistory(80);
    const view = await exportRuns.call(ports, { out: "all.json" }, quietCall);
    expect(view).toEqual({ format: "json", runs: 80, out: "all.json", content: null });

    const other = await openPorts({ cwd: ports.cwd });
    expect(await importRuns.call(other, { paths: ["all.json"] }, quietCall)).toMatchObject({ recorded: 80, rejected: [] });
    expect(await ledgerContent(other)).toEqual(await ledgerContent(ports));
    expect(await importRuns.call(ports, { paths: ["all.json"] }, quietCall)).toMatchObject({ recorded: 0, duplicates: 80 });

    const again = await contentOf(other, {});
    expect(again).toBe(readFileSync(join(ports.cwd, "all.json"), "utf8"));
  });

  it("is filtered by agent and period", async () => {
    const ports = await withHistory(40);
    const all = await history.call(ports, {}, quietCall);
    const codex = all.filter((run) => run.agent === "codex");
    expect(await exportRuns.call(ports, { agent: "codex" }, quietCall)).toMatchObject({ runs: codex.length });
    expect(await exportRuns.call(ports, { until: "2026-01-04" }, quietCall)).toMatchObject({ runs: 0 });
  });
});

describe("csv", () => {
  it("has one line per run and leaves numbers unquoted", async () => {
    const ports = await openPorts();
    await update.call(ports, { text: JSON.stringify(makeReport({ score: 44 })), project: "acme/storefront" }, quietCall);
    expect(await contentOf(ports, { format: "csv" })).toBe(
      [
        "created_at,run_id,agent,project,verdict,mode,score,reward_delta,bonus,coin_delta,coins,streak_pass,streak_block,findings,blocking,issue_number",
        "2026-03-16T00:00:00.000Z,review-run-001,claude-code,acme/storefront,FAIL,enforce,44,-36,0,-3.6,-3.6,0,1,0,0,",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["a;=1+1", "a;'=1+1"],
    ["a\t=1+1", "a\t'=1+1"],
    ["\t=1", "'\t'=1"],
    ['a;"=1+1"', `a;""'=1+1""`],
    ["a; @SUM(A1);-1", "a; '@SUM(A1);'-1"],
    ["a;b=1", "a;b=1"],
  ])("escapes %j for spreadsheets that split cells at other separators", async (run_id, written) => {
    const ports = await openPorts();
    await update.call(ports, { text: JSON.stringify(makeReport({ run_id })) }, quietCall);
    expect(await contentOf(ports, { format: "csv" })).toContain(written);
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "＝1", '=HYPERLINK("http://x","y")'])(
    "escapes the formula %j",
    async (formula) => {
      const ports = await openPorts();
      await update.call(ports, { text: JSON.stringify(makeReport({ run_id: formula })), agent: `${formula.trim()}` }, quietCall);
      const line = (await contentOf(ports, { format: "csv" })).split("\n")[1] ?? "";
      expect(line).toContain(`'${formula.replaceAll('"', '""')}`);
      expect(line.split(",")[1]).toMatch(/^"?'/);
    },
  );

  it.each(["csv", "json", "specfact"] as const)(
    "output as %s contains no terminal control or bidirectional characters",
    async (format) => {
      const ports = await openPorts();
      const text = "a\u001b[31mb\u009b0mc\u0007\b\u202ed\u2066e\u0085";
      const finding = makeFinding({ rule: text, file: text, message: text });
      await update.call(
        ports,
        { text: JSON.stringify(makeReport({ run_id: text, findings: [finding] })), agent: "x" },
        quietCall,
      );
      const content = await contentOf(ports, { format, agent: "x" });
      expect(content).not.toMatch(/[^\n\P{Cc}]|[\u200e-\u206f]/u);
      if (format === "json") expect(JSON.parse(content)).toMatchObject({ runs: [{ report: { run_id: text } }] });
    },
  );

  it("quotes text with commas, quotes or line breaks", async () => {
    const ports = await openPorts();
    await update.call(ports, { text: JSON.stringify(makeReport({ run_id: 'a,"b"\nc' })) }, quietCall);
    expect(await contentOf(ports, { format: "csv" })).toContain('"a,""b""\nc"');
  });
});

describe("specfact", () => {
  it("writes one agent's ledger in the form that specfact reads", async () => {
    const ports = await withHistory(60);
    const content = await contentOf(ports, { format: "specfact", agent: "codex" });
    expect(content.startsWith('{\n  "agent": "codex",\n  "cumulative_coins": ')).toBe(true);
    expect(content.endsWith("\n}")).toBe(true);

    const file = specfactLedger.parse(JSON.parse(content));
    const runs = z.array(specfactRun).parse(file.runs);
    const [status] = (await agents.call(ports, {}, quietCall)).filter((one) => one.agent === "codex");
    expect(file).toMatchObject({
      cumulative_coins: status?.coins,
      streak_pass: status?.streak_pass,
      streak_block: status?.streak_block,
      last_delta: status?.last_delta,
      last_verdict: status?.last_verdict,
    });
    expect(runs).toHaveLength(status?.runs ?? 0);
    expect(runs.map((run) => run.created_at)).toEqual(runs.map((run) => run.created_at).toSorted());
    const findings = runs.reduce((sum, run) => sum + run.findings_json.length, 0);
    expect(Object.values(file.violation_counts).reduce((sum, count) => sum + count, 0)).toBe(findings);
  });

  it("matches its replay, recreates the ledger elsewhere, and adds nothing when imported here", async () => {
    const ports = await withHistory(60);
    await exportRuns.call(ports, { format: "specfact", agent: "codex", out: "ledger.json" }, quietCall);
    expect(await importRuns.call(ports, { paths: ["ledger.json"] }, quietCall)).toMatchObject({
      recorded: 0,
      rejected: [],
      disagreements: [],
    });
    const other = await openPorts({ cwd: ports.cwd });
    await importRuns.call(other, { paths: ["ledger.json"] }, quietCall);
    const codex = (await agents.call(ports, {}, quietCall)).filter((one) => one.agent === "codex");
    expect(await agents.call(other, {}, quietCall)).toEqual(codex);
  });

  it("counts only the exported runs", async () => {
    const ports = await openPorts();
    for (const [index, score] of [90, 100, 70].entries()) {
      const timestamp = `2026-03-0${index + 1}T00:00:00Z`;
      const findings = [makeFinding({ rule: `rule ${index}` })];
      await update.call(
        ports,
        { text: JSON.stringify(makeReport({ run_id: `r${index}`, timestamp, score, findings })) },
        quietCall,
      );
    }
    const file = JSON.parse(await contentOf(ports, { format: "specfact", since: "2026-03-02" }));
    expect(file).toMatchObject({ cumulative_coins: 1, streak_pass: 2, violation_counts: { "rule 1": 1, "rule 2": 1 } });
  });

  it("rejects an agent without runs", async () => {
    const ports = await withHistory(5);
    const result = exportRuns.call(ports, { format: "specfact", agent: "nobody" }, quietCall);
    await expect(result).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("export", () => {
  it("reports an unwritable path and an unknown format", async () => {
    const ports = await withHistory(1);
    const result = exportRuns.call(ports, { out: "no/such/folder/x.json" }, quietCall);
    await expect(result).rejects.toMatchObject({ code: "store_unwritable" });
    await expect(exportRuns.call(ports, { format: "xml" }, quietCall)).rejects.toMatchObject({ code: "usage" });
  });
});
