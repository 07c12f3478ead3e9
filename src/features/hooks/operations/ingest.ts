import * as z from "zod";
import type { Draft } from "../../../kernel/fact.ts";
import { LedgerError, toErrorView } from "../../../kernel/ledger-error.ts";
import type { Clock, DeferredDraft, Ids, Ledger, Logger } from "../../../ports/ports.ts";
import type { Spool, SpoolBatch } from "../../../ports/spool.ts";
import { audit } from "../../agent/model/audit.ts";
import { sessions } from "../../agent/model/sessions.ts";
import { addDraft, changeDraft } from "../../agent/operations/rows.ts";
import {
  applySessionEvents,
  groupBySession,
  type SessionEvents,
  toolStartTimes,
  toToolUse,
  withoutRepeats,
} from "../model/session-events.ts";
import type { SpoolLine } from "../model/spool-line.ts";
import { readLine } from "../model/spool-schema.ts";

/*
 * Ingests the spool, each event once. A note of a batch of files is written before its facts are recorded, each fact contains the
 * batch and its number in it, and the files are removed after the facts are durable. A process that finds a batch that another
 * process began looks up which of its facts are in the journal, records the others, and removes the files. Transcripts are read
 * after that; those that have to wait for another import stay in the note.
 */

export type IngestParts = Readonly<{
  spool: Spool;
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Returns the project that a folder belongs to; null if there is none. */
  projectOf(folder: string): Promise<string | null>;
  /** The hosts' own records of sessions, from which sessions are counted more exactly. */
  transcripts: Readonly<{
    /** Returns what may be read of a record at a path that an event named; empty for any other path. */
    accepted(path: string): Promise<readonly string[]>;
    /** Reads the new data of records. @throws store_locked while another import runs */
    take(files: readonly string[]): Promise<void>;
  }>;
  /** Called when an agent has stopped in a folder: what it did may be due for a review. */
  stopped(folder: string, host: string): Promise<void>;
}>;

/** Maximum number of files in a batch: fewer than the drafts that the ledger writes at once, so that a batch is one write. */
const maxFiles = 400;

const markedData = z.looseObject({ spool: z.object({ batch: z.string(), n: z.int() }) });

/** Returns the numbers of a batch's facts that are in the journal. */
async function readRecordedNumbers({ ledger }: IngestParts, { id, device, after }: SpoolBatch): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for await (const { facts } of ledger.readDevice(after === null ? device : { device, ...after })) {
    for (const { fact } of facts) {
      const mark = markedData.safeParse(fact.data).data?.spool;
      if (mark?.batch === id) found.add(mark.n);
    }
  }
  return found;
}

/** Reads the events of a batch; files that cannot be read are quarantined. */
async function readBatchLines({ spool, logger }: IngestParts, { names }: SpoolBatch): Promise<readonly SpoolLine[]> {
  const lines: SpoolLine[] = [];
  for (const name of names) {
    const bytes = await spool.read(name);
    if (bytes === null) continue;
    const line = bytes === "too long" ? undefined : readLine(bytes);
    if (line !== undefined) lines.push(line);
    else {
      const quarantineName = await spool.setAside(name, "it is no whole event of an agent");
      logger.warn(`spool/${name} is no whole event of an agent; it is kept as ${quarantineName}`);
    }
  }
  for (const { host, event, cut } of lines.filter(({ late }) => late)) {
    const details = cut ? "only its beginning is known" : "nothing is known of that event";
    logger.warn(`${host} kept the input of its ${event} hook open and wrote no whole event in time; ${details}`);
  }
  return withoutRepeats(lines);
}

/** Returns the draft of a session's events, which is decided on recording, as it depends on the session's row. */
const sessionDraft = (events: SessionEvents, project: string | null, at: Date): DeferredDraft => ({
  decide({ agent }): Draft {
    const row = agent.get(sessions, events.session);
    const { host, model, started_at, ended_at, turns, tools_json, files_json, branch, commits_json, source } = applySessionEvents(
      row,
      events,
    );
    const next = { host, model, started_at, ended_at, turns, tools_json, files_json, branch, commits_json, source };
    return row === undefined
      ? addDraft(sessions, project, { session_id: events.session, ...next })
      : changeDraft(sessions, events.session, row.project, at, { set: next });
  },
});

const withMark = (draft: Draft | DeferredDraft, batch: string, n: number): Draft | DeferredDraft => {
  const mark = (one: Draft): Draft => ({ ...one, data: { ...one.data, spool: { batch, n } } });
  return "decide" in draft ? { decide: (queries) => mark(draft.decide(queries)) } : mark(draft);
};

/** Caches the result of a lookup for a folder or a path. */
function memoize<T>(load: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const found = known.get(key) ?? load(key);
    known.set(key, found);
    return found;
  };
}

/** Records a batch's events and removes their files. @param recorded numbers of the facts that are already in the journal */
async function recordBatch(parts: IngestParts, batch: SpoolBatch, recorded: ReadonlySet<number>): Promise<readonly string[]> {
  const { ledger, clock, logger, transcripts } = parts;
  const lines = await readBatchLines(parts, batch);
  const lookUp = memoize(parts.projectOf);
  const projectOf = async (cwd: string | null): Promise<string | null> => (cwd === null ? null : lookUp(cwd));
  const startTimes = toolStartTimes(lines);
  const drafts: (Draft | DeferredDraft)[] = [];
  for (const line of lines) {
    const use = toToolUse(line, startTimes);
    if (use !== undefined) drafts.push(addDraft(audit, await projectOf(line.cwd ?? null), { ...use, ...unknownFields }));
  }
  const transcriptFiles = new Set(batch.transcripts);
  for (const events of groupBySession(lines)) {
    const files = events.transcript === null ? [] : await transcripts.accepted(events.transcript);
    for (const file of files) transcriptFiles.add(file);
    drafts.push(sessionDraft(events, await projectOf(events.cwd), clock.now()));
  }
  const remaining = drafts.map((draft, n) => withMark(draft, batch.id, n)).filter((_, n) => !recorded.has(n));
  for (const outcome of await ledger.record(remaining)) {
    if (!outcome.recorded && outcome.reason === "refused")
      logger.warn(`An event of an agent was left out: ${toErrorView(outcome.error).message}`);
  }
  await noteStops(parts, groupBySession(lines));
  return finishBatch(parts, batch, [...transcriptFiles]);
}

/** Notes reviews that are due. An error in noting one does not keep events from being ingested. */
async function noteStops({ stopped, logger }: IngestParts, sessionEvents: readonly SessionEvents[]): Promise<void> {
  for (const { cwd, host, stopped: stoppedAt } of sessionEvents) {
    if (stoppedAt === null || cwd === null) continue;
    try {
      await stopped(cwd, host);
    } catch (error) {
      logger.warn(`What ${host} did in ${cwd} is not reviewed: ${toErrorView(error).message}`);
    }
  }
}

/** Audit fields that hooks do not know. */
const unknownFields = { task_id: null, stage: null, state_name: null, loop_version: 0 } as const;

/** Reads transcripts. Reading one again changes nothing. @returns those that have to wait for another import */
async function readTranscripts({ transcripts, logger }: IngestParts, files: readonly string[]): Promise<readonly string[]> {
  if (files.length === 0) return [];
  try {
    await transcripts.take(files);
  } catch (error) {
    if (error instanceof LedgerError && error.code === "store_locked") return files;
    logger.warn(`A session's transcript was left out (sessions import reads it): ${toErrorView(error).message}`);
  }
  return [];
}

/** Reads the transcripts of a batch whose facts are durable, and removes its files. @returns transcripts that have to wait */
async function finishBatch(parts: IngestParts, batch: SpoolBatch, files: readonly string[]): Promise<readonly string[]> {
  const transcripts = await readTranscripts(parts, files);
  const finished: SpoolBatch = { ...batch, recorded: true, transcripts };
  if (!batch.recorded || transcripts.length > 0) await parts.spool.begin(finished);
  await parts.spool.end(finished);
  return transcripts;
}

/** Writes a note of the next events as a batch and returns the batch; undefined if no events wait. */
async function nextBatch(
  { spool, ledger, ids, clock }: IngestParts,
  transcripts: readonly string[],
): Promise<SpoolBatch | undefined> {
  const names = spool.names(maxFiles);
  if (names.length === 0) return undefined;
  const device = (await ledger.keepDevice()).id;
  const end = (await ledger.heads()).find((one) => one.device === device);
  const batch: SpoolBatch = {
    id: ids.next(clock.now()),
    device,
    after: end === undefined ? null : { seq: end.seq, hash: end.hash, segment: end.segment, offset: end.offset },
    names,
    recorded: false,
    transcripts,
  };
  await spool.begin(batch);
  return batch;
}

/** Ingests all waiting events. @throws what reading the spool and recording throw; events that were not ingested stay */
export async function ingestSpool(parts: IngestParts): Promise<void> {
  const { spool } = parts;
  await spool.exclusively(async () => {
    const openBatch = await spool.begun();
    let pending: readonly string[] = [];
    if (openBatch?.recorded === true) pending = await finishBatch(parts, openBatch, openBatch.transcripts);
    else if (openBatch !== null) pending = await recordBatch(parts, openBatch, await readRecordedNumbers(parts, openBatch));
    for (let batch = await nextBatch(parts, pending); batch !== undefined; batch = await nextBatch(parts, pending)) {
      pending = await recordBatch(parts, batch, new Set());
    }
  });
}
