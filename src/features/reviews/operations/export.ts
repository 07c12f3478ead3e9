import { stringify } from "csv-stringify/sync";
import * as z from "zod";
import { cancelled, notFound, usage } from "../../../kernel/errors.ts";
import { csvText, sanitizeJson, sanitizeLines } from "../../../kernel/escape.ts";
import type { Ports } from "../../../ports/ports.ts";
import { agentFilter, force, projectFilter, since, until } from "../../shared/fields.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { boundsOf } from "../../shared/period.ts";
import { coinsOf, isoOf } from "../../shared/units.ts";
import { writeOutput } from "../../shared/write-output.ts";
import { exportDocument } from "../documents/export.ts";
import { type ExportedFile, exportFormat } from "../importers/exported.ts";
import { step, zeroStanding } from "../model/coins-and-streaks.ts";
import { countViolations } from "../model/count-violations.ts";
import type { RunRow } from "../model/queries.ts";
import type { ReviewRecorded } from "../model/review-recorded.ts";
import type { SpecfactLedgerFile } from "../model/specfact.ts";
import { fetchRun } from "./show.ts";
import { runView } from "./to-views.ts";
import type { ExportView, RunView } from "./views.ts";

const formats = ["json", "csv", "specfact"] as const;

const input = z.object({
  format: z
    .enum(formats)
    .default("json")
    .describe("json: all review runs, importable; csv: one line per run; specfact: a ledger.json of one agent"),
  out: z.string().min(1).optional().describe("File to write; default standard output"),
  force,
  agent: agentFilter,
  project: projectFilter,
  since,
  until,
});

type RecordedRow = Readonly<{ row: RunRow; run: ReviewRecorded }>;

/** Columns of the table: the keys of a run's view, in this order. */
const csvColumns = [
  "created_at",
  "run_id",
  "agent",
  "project",
  "verdict",
  "mode",
  "score",
  "reward_delta",
  "bonus",
  "coin_delta",
  "coins",
  "streak_pass",
  "streak_block",
  "findings",
  "blocking",
  "issue_number",
] as const satisfies readonly (keyof RunView)[];

/** Formats one line per run. Terminal sequences are removed from texts; a leading apostrophe disarms formulas of spreadsheets. */
const csvOf = (rows: readonly RunRow[]): string =>
  stringify(rows.map(runView), {
    header: true,
    columns: [...csvColumns],
    cast: { string: (text) => csvText(sanitizeLines(text)) },
  });

async function fetchRecorded({ ledger }: Ports, rows: readonly RunRow[], context: CallContext): Promise<readonly RecordedRow[]> {
  const all: RecordedRow[] = [];
  for (const [index, row] of rows.entries()) {
    if (context.signal.aborted) throw cancelled("the export");
    if (index % 100 === 0) context.onProgress({ done: index, total: rows.length, message: "Reading runs" });
    all.push({ row, run: await fetchRun(ledger, row) });
  }
  return all;
}

function jsonOf(runs: readonly RecordedRow[], now: Date): string {
  const file: ExportedFile = {
    format: exportFormat,
    version: 1,
    exported_at: now.toISOString(),
    runs: runs.map(({ row, run }) => ({ ...run, project: row.project })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Formats the ledger file of the specfact tool: totals over exactly its runs, two spaces of indentation, no line feed at the end.
 */
function specfactOf(agent: string, runs: readonly RecordedRow[]): string {
  const last = runs.at(-1)?.row;
  const standing = runs.reduce((before, { row }) => step(before, row).after, zeroStanding);
  const counts = countViolations(runs.flatMap(({ run }) => run.report.findings));
  const file: SpecfactLedgerFile = {
    agent,
    cumulative_coins: coinsOf(standing.coinTenths),
    streak_pass: standing.streakPass,
    streak_block: standing.streakBlock,
    last_delta: last?.rewardDelta ?? 0,
    last_verdict: last?.verdict ?? null,
    violation_counts: Object.fromEntries(counts.map(({ rule, count }) => [rule, count])),
    runs: runs.map(({ row, run }) => ({
      session_id: row.runId,
      issue_number: row.issueNumber,
      agent,
      changed_files: run.changed_files,
      score: row.score,
      reward_delta: row.rewardDelta,
      verdict: row.verdict,
      findings_json: run.report.findings,
      house_rules_ver: run.house_rules_version ?? 1,
      created_at: isoOf(row.stated),
    })),
  };
  return JSON.stringify(file, null, 2);
}

/** @throws usage if runs of several projects have the same id, which that format cannot distinguish */
function checkIds(rows: readonly RunRow[]): void {
  const projects = new Map<string, string>();
  for (const { runId, project: known } of rows) {
    const project = known ?? "no project";
    const other = projects.get(runId);
    if (other !== undefined) {
      throw usage(
        `Failed to export: run ${runId} is in ${other} and in ${project}, and a ledger.json has no projects`,
        "Export one project: add --project.",
      );
    }
    projects.set(runId, project);
  }
}

/** Returns the content of an export and its number of runs. */
async function contentOf(ports: Ports, options: z.output<typeof input>, context: CallContext) {
  const { ledger, calendar, clock, surroundings } = ports;
  const scope = { project: options.project, ...boundsOf(calendar, options) };
  const rowsOf = (agent: string | undefined) => ledger.ask(({ review }) => review.history({ ...scope, agent }));
  switch (options.format) {
    case "csv": {
      const rows = await rowsOf(options.agent);
      return { runs: rows.length, content: csvOf(rows) };
    }
    case "json": {
      const rows = await rowsOf(options.agent);
      return { runs: rows.length, content: sanitizeJson(jsonOf(await fetchRecorded(ports, rows, context), clock.now())) };
    }
    case "specfact": {
      const agent = options.agent ?? surroundings.agent;
      const rows = await rowsOf(agent);
      if (rows.length === 0) {
        throw notFound(`a run of agent ${agent}`, "That format holds one agent: name one that `agents` lists with --agent.");
      }
      checkIds(rows);
      return { runs: rows.length, content: sanitizeJson(specfactOf(agent, await fetchRecorded(ports, rows, context))) };
    }
    default:
      return options.format satisfies never;
  }
}

export const exportRuns = defineOperation({
  name: "export",
  summary: "Export all runs as json, csv or a specfact ledger.json",
  input,
  effect: "read",
  examples: [
    { run: "reward-ledger export --out ledger.json", does: "all review runs, importable" },
    { run: "reward-ledger export --format csv > runs.csv", does: "one line per run, for a spreadsheet" },
    { run: "reward-ledger export --format specfact --agent codex", does: "a ledger.json of one agent" },
  ],
  document: exportDocument,
  // CSV is not a JSON document, so `--json` prints the view that contains it.
  content: ({ format, content }: ExportView) => (format === "csv" ? null : content),
  note: ({ content, runs, format }) => (content === null ? null : `${runs} ${runs === 1 ? "run" : "runs"} exported as ${format}`),
  async run(ports, options, context): Promise<ExportView> {
    const { runs, content } = await contentOf(ports, options, context);
    if (options.out === undefined) return { format: options.format, runs, out: null, content };
    await writeOutput(ports, options.out, content, { replace: options.force, context });
    return { format: options.format, runs, out: options.out, content: null };
  },
});
