import * as z from "zod";
import type { Draft } from "../../../kernel/fact.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { TranscriptFile } from "../../../ports/transcripts.ts";
import { sessions } from "../../agent/model/sessions.ts";
import { spend } from "../../agent/model/spend.ts";
import { addDraft, changeDraft, dollarsOf } from "../../agent/operations/rows.ts";
import type { CallContext } from "../../shared/operation.ts";
import { emptyImportState, type FileState, type ImportState, stateParts } from "../model/import-state.ts";
import { createTally, type Tally } from "../model/tally.ts";
import { createPromptCollector, mergePrompts, type Prompt, type PromptCollector, removePromptSecrets } from "./prompts.ts";
import { changedFiles, readFile, type TakeEvent, type TranscriptProblem } from "./read-files.ts";
import { changedCells, recordedRow, toSessionRow, unrecordedEntries } from "./session-rows.ts";

export type ImportChoice = Readonly<{
  /** Files and folders; if empty, the locations where agents keep transcripts. */
  files?: readonly string[];
  /** Only files that were written since this time, in ms since the epoch. */
  since?: number | undefined;
  /** Reads and counts, but records nothing. */
  dryRun?: boolean;
  /** Whether to wait for another import; default true. */
  waits?: boolean;
}>;

type ImportPorts = Pick<Ports, "ledger" | "transcripts" | "evals" | "clock">;

/** What an import read and recorded, or would record with `dry_run`. */
export type SessionsImportView = Readonly<{
  dry_run: boolean;
  /** Number of files found; `files_read` is the number of those from which something had to be read. */
  files: number;
  files_read: number;
  /** Number of files in `files_read` that could not be read at all. */
  files_failed: number;
  bytes_read: number;
  sessions_added: number;
  sessions_changed: number;
  /** Calls and their cost, without those that were recorded before. */
  calls: number;
  usd_micros: number;
  usd: number;
  spend_entries: number;
  /** Number of calls without a known price: the actual cost is higher than `usd`. */
  unpriced_calls: number;
  unpriced_models: readonly string[];
  problems: readonly TranscriptProblem[];
}>;

/** Parses a part of the stored state; undefined if the line is missing, damaged or in another format. */
function parsePart<Part>(schema: z.ZodType<Part>, line: string | undefined): Part | undefined {
  try {
    return schema.safeParse(JSON.parse(line ?? "null")).data;
  } catch {
    // The transcripts are then read again; what they contain is still recorded only once.
    return undefined;
  }
}

/** Reads the state of the files alone, which is all that an import without changes needs. */
export function parseFileStates(line: string | undefined): ReadonlyMap<string, FileState> {
  const known = parsePart(stateParts.files, line);
  return new Map((known?.files ?? []).map((file) => [file.path, file]));
}

/** Parses the stored state; empty if any part is not readable, so that everything is read again. */
function parseState(
  lines: readonly string[] | undefined,
): Readonly<{ known: ReadonlyMap<string, FileState>; state: ImportState }> {
  const [files, ...parts] = lines ?? [];
  const known = parseFileStates(files);
  const [all, buckets, calls, seen] = [
    parsePart(stateParts.sessions, parts[0]),
    parsePart(stateParts.buckets, parts[1]),
    parsePart(stateParts.calls, parts[2]),
    parsePart(stateParts.seen, parts[3]),
  ];
  if (all === undefined || buckets === undefined || calls === undefined || seen === undefined) {
    return { known: new Map(), state: emptyImportState };
  }
  return { known, state: { sessions: all, buckets, calls, seen } };
}

type SessionDraft = Readonly<{ session: string; draft: Draft }>;

/** Returns the drafts of what a tally adds to the ledger. */
async function buildDrafts(
  { ledger, transcripts, clock }: ImportPorts,
  totals: Tally,
  prompts: PromptCollector | null,
): Promise<readonly SessionDraft[]> {
  const touched = totals.touched();
  const folders = [...new Set(touched.flatMap(({ folder }) => folder ?? []))];
  const projects = new Map(
    await Promise.all(folders.map(async (folder) => [folder, await transcripts.projectOf(folder)] as const)),
  );
  const texts = new Map<string, readonly Prompt[]>();
  for (const { id, first } of touched) {
    const own = prompts?.of(id).filter(({ at }) => at >= first) ?? [];
    texts.set(id, await removePromptSecrets(transcripts, own));
  }
  const now = clock.now();
  return ledger.ask((queries) =>
    touched.flatMap((session): readonly SessionDraft[] => {
      const buckets = totals.bucketsOf(session.id);
      const recorded = recordedRow(queries, session.id);
      const newRow = { ...toSessionRow(session, buckets), ...mergePrompts(recorded, texts.get(session.id) ?? []) };
      const own = recorded?.["project"];
      const project = typeof own === "string" ? own : (projects.get(session.folder ?? "") ?? null);
      const set = recorded === undefined ? {} : changedCells(recorded, newRow);
      const drafts = [
        ...(recorded === undefined ? [addDraft(sessions, project, newRow)] : []),
        ...(Object.keys(set).length === 0 ? [] : [changeDraft(sessions, session.id, project, now, { set })]),
        ...unrecordedEntries(queries, session.id, buckets).map((row) => addDraft(spend, project, row)),
      ];
      return drafts.map((draft) => ({ session: session.id, draft }));
    }),
  );
}

type ReadResult = Readonly<{
  files: readonly FileState[];
  /** The sessions in each file that was read. */
  told: ReadonlyMap<string, ReadonlySet<string>>;
  read: number;
  failed: number;
  bytes: number;
  problems: readonly TranscriptProblem[];
}>;

/** Reads the new data of each file. */
async function readFiles(
  { transcripts }: ImportPorts,
  files: readonly TranscriptFile[],
  known: ReadonlyMap<string, FileState>,
  take: TakeEvent,
  { signal, onProgress }: CallContext,
): Promise<ReadResult> {
  const states = new Map(known);
  const told = new Map<string, ReadonlySet<string>>();
  const problems: TranscriptProblem[] = [];
  let [bytes, failed] = [0, 0];
  for (const [n, file] of files.entries()) {
    onProgress({ done: n, total: files.length, message: "Reading transcripts" });
    const own = new Set<string>();
    told.set(file.path, own);
    const recordEvent: TakeEvent = (host, event) => {
      own.add(event.session);
      take(host, event);
    };
    const read = await readFile(transcripts, file, known.get(file.path), recordEvent, signal);
    if (read.state === null) failed += 1;
    else states.set(file.path, read.state);
    problems.push(...read.problems);
    bytes += read.bytes;
  }
  return { files: [...states.values()], told, read: files.length, failed, bytes, problems };
}

/** Number of list members that are written at once. */
const pieceLength = 2_000;

/** Yields the JSON of a list in pieces. */
function* listPieces(list: readonly unknown[]): Generator<string> {
  for (let n = 0; n < list.length; n += pieceLength) {
    yield `${n === 0 ? "[" : ","}${JSON.stringify(list.slice(n, n + pieceLength)).slice(1, -1)}`;
  }
  yield list.length === 0 ? "[]" : "]";
}

/**
 * Yields the state to store, one line per part (`stateParts`). In pieces: as one text it would take more memory than reading
 * does.
 */
function* serializeState(files: readonly FileState[], { sessions: all, buckets, calls, seen }: ImportState): Generator<string> {
  yield `${JSON.stringify({ version: 1, files })}\n`;
  for (const list of [all, buckets]) {
    yield* listPieces(list);
    yield "\n";
  }
  yield '{"names":';
  yield* listPieces(calls.names);
  yield ',"requests":';
  yield* listPieces(calls.requests);
  yield ',"figures":';
  yield* listPieces(calls.figures);
  yield "}\n";
  yield* listPieces(seen);
  yield "\n";
}

const row = z.object({ row: z.record(z.string(), z.unknown()) });

/** Returns the spending entries among drafts. */
const spendEntries = (drafts: readonly Draft[]) =>
  drafts.flatMap(({ kind, data }) =>
    kind === spend.kinds.add ? [spend.row.parse({ task_id: null, project: null, ...row.parse(data).row })] : [],
  );

function viewOf(choice: ImportChoice, found: number, read: ReadResult, drafts: readonly Draft[]): SessionsImportView {
  const entries = spendEntries(drafts);
  const sum = (of: (entry: (typeof entries)[number]) => number): number => entries.reduce((total, entry) => total + of(entry), 0);
  const unpriced = entries.filter(({ unpriced_calls }) => unpriced_calls > 0).map(({ model }) => model);
  const micros = sum(({ usd_micros }) => usd_micros);
  return {
    dry_run: choice.dryRun ?? false,
    files: found,
    files_read: read.read,
    files_failed: read.failed,
    bytes_read: read.bytes,
    sessions_added: drafts.filter(({ kind }) => kind === sessions.kinds.add).length,
    sessions_changed: drafts.filter(({ kind }) => kind === sessions.kinds.change).length,
    calls: sum(({ calls }) => calls),
    usd_micros: micros,
    usd: dollarsOf(micros),
    spend_entries: entries.length,
    unpriced_calls: sum(({ unpriced_calls }) => unpriced_calls),
    unpriced_models: [...new Set(unpriced)].sort(),
    problems: read.problems,
  };
}

const emptyRead: ReadResult = { files: [], told: new Map(), read: 0, failed: 0, bytes: 0, problems: [] };

/**
 * Runs one import while no other runs. The ledger is written first: the stored state may lag behind the ledger, but is never
 * ahead of it.
 */
async function importOnce(
  ports: ImportPorts,
  choice: ImportChoice,
  found: readonly TranscriptFile[],
  context: CallContext,
): Promise<SessionsImportView> {
  const { transcripts, ledger, evals } = ports;
  const [first] = (await transcripts.remembered("first")) ?? [];
  if (changedFiles(found, parseFileStates(first), transcripts.version).length === 0)
    return viewOf(choice, found.length, emptyRead, []);
  const { known, state } = parseState(await transcripts.remembered("all"));
  const totals = createTally(state, await evals.prices());
  const prompts = (await transcripts.keepsText()) ? createPromptCollector() : null;
  const take: TakeEvent = (host, event) => {
    totals.add(host, event);
    prompts?.take(event);
  };
  const read = await readFiles(ports, changedFiles(found, known, transcripts.version), known, take, context);
  const sessionDrafts = await buildDrafts(ports, totals, prompts);
  const drafts = sessionDrafts.map(({ draft }) => draft);
  if (choice.dryRun === true) return viewOf(choice, found.length, read, drafts);
  const outcomes = await ledger.record(drafts, {
    signal: context.signal,
    onProgress: (progress) => context.onProgress({ ...progress, message: "Recording sessions" }),
  });
  const refused = outcomes.flatMap((outcome, n) =>
    outcome.recorded || outcome.reason === "duplicate"
      ? []
      : [{ session: sessionDrafts[n]?.session ?? "", why: toErrorView(outcome.error).message }],
  );
  const files = read.files.map((file) =>
    refused.some(({ session }) => read.told.get(file.path)?.has(session)) ? { ...file, refusedBy: transcripts.version } : file,
  );
  await transcripts.remember(serializeState(files, totals.state()));
  const recorded = drafts.filter((_, n) => outcomes[n]?.recorded === true);
  const problems = [...read.problems, ...refused.map(({ why }) => ({ file: "", line: null, why }))];
  return viewOf(choice, found.length, { ...read, problems }, recorded);
}

/**
 * Reads the new data of agents' transcripts and records it: one row per session, and spending entries, one per session, model,
 * branch and quarter of an hour. Each call counts once, even if imports are interrupted, repeated or run by two processes.
 *
 * Rows that it writes have `source: "transcript"`: their counts (turns, tools, files, commits) are complete, and other recorders
 * of the session, such as hooks, leave them unchanged. Those only add to rows with another `source` (`hook`, or null for rows
 * added by hand), whose counts a later import replaces. `started_at` and `ended_at` only widen.
 *
 * A caller that knows the transcript, such as a hook with its `transcript_path`, passes it in `files`; nothing else is read.
 */
export async function importTranscripts(
  ports: ImportPorts,
  choice: ImportChoice,
  context: CallContext,
): Promise<SessionsImportView> {
  const { transcripts } = ports;
  const since = choice.since ?? Number.NEGATIVE_INFINITY;
  const found = (await transcripts.files(choice.files ?? [])).filter(({ modified }) => modified >= since);
  if (choice.dryRun === true) return importOnce(ports, choice, found, context);
  return transcripts.exclusively(() => importOnce(ports, choice, found, context), context.signal, choice.waits ?? true);
}
