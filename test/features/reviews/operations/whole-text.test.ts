import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { startCollector } from "../../../../src/collector/main.ts";
import { agentStores } from "../../../../src/features/agent/model/stores.ts";
import { auditAdd } from "../../../../src/features/agent/operations/audit.ts";
import { ask } from "../../../../src/features/agent/operations/inbox.ts";
import { memoryAdd } from "../../../../src/features/agent/operations/memory.ts";
import { storeList, storePut } from "../../../../src/features/agent/operations/store.ts";
import { taskAdd } from "../../../../src/features/agent/operations/tasks.ts";
import { evalTake } from "../../../../src/features/evals/operations/ingest-files.ts";
import { evalImport, evalPush } from "../../../../src/features/evals/operations/push.ts";
import { evalShow } from "../../../../src/features/evals/operations/show.ts";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { show } from "../../../../src/features/reviews/operations/show.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import type { Logger } from "../../../../src/ports/ports.ts";
import { sampleRow } from "../../../support/agent-rows.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

const unpaired = "cut here \ud83d";
const repaired = "cut here \ufffd";

const evalOf = (test: Readonly<Record<string, unknown>>) => ({
  schema_version: 1,
  version: "1.0",
  git_branch: "main",
  git_sha: "abc",
  timestamp: "2026-03-01T08:00:00Z",
  tier: "e2e",
  total: 1,
  passed: 0,
  failed: 1,
  total_cost_usd: 0.1,
  duration_seconds: 1,
  all_results: [{ name: "a", passed: false, ...test }],
});

const report = makeReport({
  summary: unpaired,
  findings: [makeFinding({ message: "fine" }), makeFinding({ message: unpaired })],
});

function warningRecorder() {
  const lines: string[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (line) => lines.push(line),
    error: () => undefined,
  };
  return { lines, logger };
}

/** A column of a store that holds JSON of any shape. */
const openJsonColumn = ({ row, columns, trail }: (typeof agentStores)[number]) => {
  const cells: Readonly<Record<string, unknown>> = row instanceof z.ZodObject ? row.shape : {};
  return columns.find(({ name, holds }) => {
    const cell = cells[name];
    const acceptsAnyJson = cell instanceof z.ZodType && cell.safeParse('{"note":"n"}').success;
    return acceptsAnyJson && holds === "json" && name.endsWith("_json") && name !== trail;
  });
};

describe("an unpaired surrogate in the input", () => {
  it("is replaced in a report, which is recorded with a warning that names the field", async () => {
    const ports = await openPorts();
    const text = JSON.stringify(report);
    const view = await update.call(ports, { text }, quietCall);
    expect(view.recorded).toBe(true);
    expect(view.warnings).toEqual([
      expect.stringMatching(/^findings\[1\]\.message: half a character/),
      expect.stringMatching(/^summary: half a character/),
    ]);
    const detail = await show.call(ports, { run_id: view.run.run_id }, quietCall);
    expect([detail.summary, ...detail.findings.map(({ message }) => message)]).toEqual([repaired, "fine", repaired]);
    expect(await update.call(ports, { text }, quietCall)).toMatchObject({ recorded: false, reason: "duplicate" });
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("is reported by file and entry in an import of reports and eval runs", async () => {
    const cwd = writeFiles(temporaryFolder(), {
      "two.jsonl": `${JSON.stringify(makeReport({ run_id: "sound" }))}\n${JSON.stringify(report)}\n`,
      "run.json": JSON.stringify(evalOf({ error: unpaired, judge_scores: { ["q\ud83d"]: 4 } })),
    });
    const ports = await openPorts({ cwd });
    const view = await importRuns.call(ports, { paths: ["two.jsonl", "run.json"] }, quietCall);
    expect(view).toMatchObject({ recorded: 3, rejected: [] });
    expect(view.warnings.map(({ file, message }) => `${file} ${message.split(":")[0]}`).toSorted()).toEqual([
      "run.json all_results[0].error",
      "run.json all_results[0].judge_scores.q\ufffd",
      "two.jsonl line 2 findings[1].message",
      "two.jsonl line 2 summary",
    ]);
  });

  it.each(["push", "import", "take"] as const)("is reported by the file's own field in an eval run by eval %s", async (way) => {
    const cwd = writeFiles(temporaryFolder(), { "evals/run.json": JSON.stringify(evalOf({ error: unpaired })) });
    const ports = await openPorts({ cwd });
    const file = join("evals", "run.json");
    const warnings = {
      push: async () =>
        (await evalPush.call(ports, { files: [file] }, quietCall)).flatMap((one) => ("warnings" in one ? one.warnings : [])),
      import: async () => (await evalImport.call(ports, { folder: "evals" }, quietCall)).warnings.map(({ message }) => message),
      take: async () => (await evalTake.call(ports, { files: [file] }, quietCall)).warnings.map(({ message }) => message),
    };
    expect(await warnings[way]()).toEqual([expect.stringMatching(/^all_results\[0\]\.error: half a character/)]);
    expect((await evalShow.call(ports, { run: "latest" }, quietCall)).tests[0]?.error).toBe(repaired);
  });

  it("is replaced in a collected run, which is recorded with warnings", async () => {
    const home = `${temporaryFolder()}/home`;
    const collector = await startCollector({ version: "1", tier: "e2e", gitBranch: "main", gitSha: "a", env: {}, home });
    await collector.add({ name: `t ${unpaired}`, passed: false, error: unpaired });
    const run = await collector.finalize();
    expect(run).toMatchObject({ problems: [], changes: null, recorded: { recorded: true } });
    expect(run.warnings.map((line) => line.split(":")[0])).toEqual(["all_results[0].name", "all_results[0].error"]);
  });

  it("is replaced in rows of every store, in text and inside JSON, and the line is reported", async () => {
    const { lines, logger } = warningRecorder();
    const ports = await openPorts({ logger });
    const warningsOf = (operation: string) => lines.filter((line) => line.includes(operation));
    const withJson: string[] = [];
    for (const store of agentStores) {
      // A text column that takes any text, and one that holds JSON.
      const textColumn = store.columns.find(({ name }) =>
        ["body", "model", "tool_name", "summary", "conclusion", "reason", "em_review"].includes(name),
      );
      const jsonColumn = openJsonColumn(store);
      const row = {
        ...sampleRow(store),
        ...(textColumn === undefined || textColumn.values !== null ? {} : { [textColumn.name]: unpaired }),
        ...(jsonColumn !== undefined ? { [jsonColumn.name]: JSON.stringify({ note: unpaired }) } : {}),
      };
      const before = lines.length;
      const view = await storePut.call(ports, { store: store.name, text: `{"nope":1}\n${JSON.stringify(row)}` }, quietCall);
      expect(view).toMatchObject({ rows: 1, refused: [{ row: "line 1 of standard input" }] });
      if (textColumn !== undefined && textColumn.values === null) {
        expect(view.row[textColumn.name]).toBe(repaired);
        expect(view.warnings).toContainEqual(expect.stringMatching(`^line 2 of standard input, ${textColumn.name}: half`));
      }
      if (jsonColumn !== undefined) {
        withJson.push(store.name);
        expect(JSON.parse(String(view.row[jsonColumn.name]))).toEqual({ note: repaired });
        expect(lines.slice(before)).toContainEqual(expect.stringContaining(`${jsonColumn.name}.note: half`));
      }
      const { rows } = await storeList.call(ports, { store: store.name }, quietCall);
      expect(JSON.stringify(rows)).not.toMatch(/\\ud[89a-f]/i);
    }
    expect(withJson).toEqual(["tasks", "audit", "memory"]);
    await taskAdd.call(ports, { prompt: unpaired }, quietCall);
    await ask.call(ports, { body: unpaired }, quietCall);
    await memoryAdd.call(ports, { topic: "tool_usage_heuristics", payload_json: JSON.stringify({ a: [unpaired] }) }, quietCall);
    await auditAdd.call(ports, { tool_name: unpaired }, quietCall);
    expect(warningsOf("task add, prompt")).toHaveLength(1);
    expect(warningsOf("ask, body")).toHaveLength(1);
    expect(warningsOf("payload_json.a[0]")).toHaveLength(1);
    expect(warningsOf("audit add, tool_name")).toHaveLength(1);
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("NUL and other control characters are recorded unchanged", async () => {
    const ports = await openPorts();
    const view = await update.call(ports, { text: JSON.stringify(makeReport({ summary: "a\0b\u0007" })) }, quietCall);
    expect(view.warnings).toEqual([]);
    expect((await show.call(ports, { run_id: view.run.run_id }, quietCall)).summary).toBe("a\0b\u0007");
  });
});

describe("a collected run that cannot be recorded", () => {
  it("reports that in place of the changes, keeps its file and sets exit code 1", async () => {
    const home = `${temporaryFolder()}/home`;
    const collector = await startCollector({ version: "1", tier: "e2e", gitBranch: "main", gitSha: "a", env: {}, home });
    await collector.add({ name: "a", passed: true });
    // A file at the path of the journal's folder: nothing can be recorded below it.
    writeFileSync(join(home, "journal"), "");
    const before = process.exitCode;
    try {
      const { changes, problems, file, recorded } = await collector.finalize();
      expect(process.exitCode).toBe(1);
      expect(problems).not.toEqual([]);
      expect(recorded?.run ?? null).toBeNull();
      expect(changes).toBe(`The run was not recorded; its file is kept: ${file}\n${problems.join("\n")}`);
    } finally {
      process.exitCode = before;
    }
  });
});
