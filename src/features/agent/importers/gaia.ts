import * as z from "zod";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import { parseTimestamp } from "../../../kernel/timestamp.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import type { ForeignRow } from "../../../ports/ports.ts";
import { parseJson } from "../../shared/input/json.ts";
import { audit } from "../model/audit.ts";
import { ciHistory } from "../model/ci-history.ts";
import type { Cell, Row } from "../model/column-types.ts";
import { feedback } from "../model/feedback.ts";
import { inbox } from "../model/inbox.ts";
import { learnings, parseLearning } from "../model/learnings.ts";
import { memory } from "../model/memory.ts";
import { pausedTasks } from "../model/paused-tasks.ts";
import { selfEditEntry, selfEdits } from "../model/self-edits.ts";
import { spend } from "../model/spend.ts";
import type { Store } from "../model/store.ts";
import { tasks } from "../model/tasks.ts";

/*
 * The stores of a gaia coder home: seven SQLite files, two logs and a folder of snapshots. Their rows are converted to ours:
 * times in one format, money in millionths of a dollar, everything else unchanged.
 */

/** A row that was read, or why it cannot be read. `label` names its place in the source. */
export type GaiaRow = Readonly<{ label: string }> &
  (Readonly<{ row: Row; why?: undefined }> | Readonly<{ row?: undefined; why: string }>);

/** The databases: file, and the store whose name its table has. */
export const gaiaDatabases: readonly Readonly<{ file: string; store: Store }>[] = [
  { file: "em_inbox.db", store: inbox },
  { file: "tasks.db", store: tasks },
  { file: "feedback.db", store: feedback },
  { file: "spend.db", store: spend },
  { file: "audit.log.db", store: audit },
  { file: "ci_history.db", store: ciHistory },
  { file: "memory.db", store: memory },
];

const isTime = (name: string): boolean => name.endsWith("_at");

/** Converts a time to our format. A value that is not a time is returned unchanged, and is refused with its row. */
function toIsoTime(value: Cell): Cell {
  const at = typeof value === "string" ? parseTimestamp(value) : undefined;
  return at === undefined ? value : new Date(at).toISOString();
}

const microsOf = (value: Cell): Cell => (typeof value === "number" ? Math.round(value * 1_000_000) : value);

/** Whether a column is imported. Keys that rows get anew are not, nor are columns that only a newer home has. */
function isImported(store: Store, name: string): boolean {
  if (store.keyFrom !== "given" && store.key.includes(name)) return false;
  return store.columns.some((column) => column.name === name || store.dollars[column.name] === name);
}

const foreignCell = z.union([z.string(), z.number(), z.null()]);

/** Converts a row of a database to one of ours. */
export function convertGaiaRow(store: Store, label: string, raw: ForeignRow): GaiaRow {
  const dollars = new Map(Object.entries(store.dollars).map(([micros, name]) => [name, micros]));
  const row: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (!isImported(store, name)) continue;
    const parsed = foreignCell.safeParse(value);
    if (!parsed.success) return { label, why: `${name} holds neither text nor a number` };
    const micros = dollars.get(name);
    if (micros !== undefined) row[micros] = microsOf(parsed.data);
    else row[name] = isTime(name) ? toIsoTime(parsed.data) : parsed.data;
  }
  return { label, row };
}

/** Splits a log into lines with their numbers. The last line may have been cut off while it was written (`torn`). */
function linesOf(text: string): readonly Readonly<{ label: string; text: string; torn: boolean }>[] {
  const lines = text.split("\n");
  return lines
    .map((line, n) => ({ label: `line ${n + 1}`, text: line, torn: n === lines.length - 1 }))
    .filter((line) => line.text.trim() !== "");
}

/** Reads `learnings.log`. */
export const readGaiaLearnings = (text: string): readonly GaiaRow[] =>
  linesOf(text).map(({ label, text: line, torn }) => {
    const parsed = parseLearning(line);
    if (parsed !== undefined) return { label, row: { ...parsed } };
    return { label, why: torn ? "the last line was cut off" : `it is no learning: ${line.slice(0, 200)}` };
  });

/** Parses JSON that another program wrote. */
function tryParseJson(text: string): Readonly<{ value: unknown }> | Readonly<{ why: string }> {
  try {
    return { value: parseJson(text, "it") };
  } catch (error) {
    if (error instanceof LedgerError) return { why: error.message };
    throw error;
  }
}

function selfEditRow(label: string, line: string, torn: boolean): GaiaRow {
  const read = tryParseJson(line);
  if ("why" in read) return { label, why: torn ? "the last line was cut off" : read.why };
  const parsed = selfEditEntry.safeParse(read.value, { reportInput: true });
  if (!parsed.success) return { label, why: problemsOf(parsed.error).slice(0, 3).join("; ") };
  const { ts, files, review_passes, auto_merged, ...rest } = parsed.data;
  return {
    label,
    row: {
      ...rest,
      ts: toIsoTime(ts),
      files: JSON.stringify(files),
      review_passes: JSON.stringify(review_passes),
      auto_merged: auto_merged ? 1 : 0,
    },
  };
}

/** Reads `self-edits.log`. */
export const readGaiaSelfEdits = (text: string): readonly GaiaRow[] =>
  linesOf(text).map(({ label, text: line, torn }) => selfEditRow(label, line, torn));

/** A snapshot as that program writes it. Often it contains only the first three fields. */
const snapshotSchema = z.object({
  task_id: z.string(),
  paused_at: z.string(),
  reason: z.string(),
  resume_hint: z.string().default(""),
  cwd: z.string().default(""),
  original_prompt: z.string().default(""),
  context_hash: z.string().default("sha256-unknown"),
  stage_at_pause: z.string().default(""),
  state_at_pause: z.string().default(""),
  tool_call_history: z.array(z.unknown()).default([]),
  partial_outputs: z.record(z.string(), z.unknown()).default({}),
  loop_version: z.int().default(0),
});

/** Reads a snapshot of a paused task. @param label the file's name */
export function readGaiaSnapshot(label: string, text: string): GaiaRow {
  const read = tryParseJson(text);
  if ("why" in read) return { label, why: read.why };
  const parsed = snapshotSchema.safeParse(read.value, { reportInput: true });
  if (!parsed.success) return { label, why: problemsOf(parsed.error).slice(0, 3).join("; ") };
  const { paused_at, tool_call_history, partial_outputs, ...rest } = parsed.data;
  if (label !== `${rest.task_id}.json`)
    return { label, why: `it is the snapshot of ${rest.task_id}, which its name does not say` };
  return {
    label,
    row: {
      ...rest,
      paused_at: toIsoTime(paused_at),
      tool_call_history: JSON.stringify(tool_call_history),
      partial_outputs: JSON.stringify(partial_outputs),
    },
  };
}

/** The stores that are text files in both homes, and how each is read. */
export const gaiaLogs: readonly Readonly<{ store: Store; read(text: string): readonly GaiaRow[] }>[] = [
  { store: selfEdits, read: readGaiaSelfEdits },
  { store: learnings, read: readGaiaLearnings },
];

export const gaiaSnapshots: Store = pausedTasks;
