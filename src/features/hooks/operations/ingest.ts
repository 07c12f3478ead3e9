import * as z from "zod";
import { toErrorView } from "../../../kernel/errors.ts";
import type { Draft } from "../../../kernel/fact.ts";
import type { Clock, Ids, LateDraft, Ledger, Logger } from "../../../ports/ports.ts";
import type { Spool, SpoolBatch } from "../../../ports/spool.ts";
import { audit } from "../../agent/model/audit.ts";
import { sessions } from "../../agent/model/sessions.ts";
import { addDraft, changeDraft } from "../../agent/operations/rows.ts";
import { beginnings, bySession, type SessionEvents, sessionAfter, toolUse, withoutRepeats } from "../model/session-events.ts";
import type { SpoolLine } from "../model/spool-line.ts";
import { readLine } from "../model/spool-schema.ts";

/*
 * Takes the spool in, each event once. A batch of files is noted before its facts are recorded, each fact bears the batch and its number
 * in it, and the files are removed after the facts are durable. A process that finds a batch that another began looks in the journal
 * for the facts that stand there, records the others, and removes the files.
 */

export type IngestParts = Readonly<{
  spool: Spool;
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** The project that a folder belongs to; null for a folder that is none. */
  projectOf(folder: string): Promise<string | null>;
  /** The hosts' own records of sessions, by which those are counted more exactly; null where nothing reads them. */
  transcripts: Readonly<{
    /** The path of a record that may be read, without links; null for all others. */
    accepted(path: string): Promise<string | null>;
    take(files: readonly string[]): Promise<void>;
  }> | null;
}>;

/** Fewer than the drafts that the ledger writes at once, so that a batch is one write. */
const mostFiles = 400;

const marked = z.looseObject({ spool: z.object({ batch: z.string(), n: z.int() }) });

/** Numbers of the facts of a batch that stand in the journal. */
async function recordedOf({ ledger }: IngestParts, { id, device, after }: SpoolBatch): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for await (const { facts } of ledger.readDevice(after === null ? device : { device, ...after })) {
    for (const { fact } of facts) {
      const mark = marked.safeParse(fact.data).data?.spool;
      if (mark?.batch === id) found.add(mark.n);
    }
  }
  return found;
}

/** The events of a batch; what cannot be read is set aside. */
async function linesOf({ spool, logger }: IngestParts, { names }: SpoolBatch): Promise<readonly SpoolLine[]> {
  const lines: SpoolLine[] = [];
  for (const name of names) {
    const bytes = await spool.read(name);
    if (bytes === null) continue;
    const line = bytes === "too long" ? undefined : readLine(bytes);
    if (line !== undefined) lines.push(line);
    else {
      const kept = await spool.setAside(name, "it is no whole event of an agent");
      logger.warn(`spool/${name} is no whole event of an agent; it is kept as ${kept}`);
    }
  }
  return withoutRepeats(lines);
}

type Place = Readonly<{ project: string | null; transcript: string | null }>;

/** The fact that a session's events come to, which depends on what is recorded of it. */
const sessionDraft = (events: SessionEvents, project: string | null, at: Date): LateDraft => ({
  decide({ agent }): Draft {
    const row = agent.get(sessions, events.session);
    const { host, model, started_at, ended_at, turns, tools_json, files_json, branch, commits_json, source } = sessionAfter(
      row,
      events,
    );
    const next = { host, model, started_at, ended_at, turns, tools_json, files_json, branch, commits_json, source };
    return row === undefined
      ? addDraft(sessions, project, { session_id: events.session, ...next })
      : changeDraft(sessions, events.session, row.project, at, { set: next });
  },
});

const withMark = (draft: Draft | LateDraft, batch: string, n: number): Draft | LateDraft => {
  const mark = (one: Draft): Draft => ({ ...one, data: { ...one.data, spool: { batch, n } } });
  return "decide" in draft ? { decide: (queries) => mark(draft.decide(queries)) } : mark(draft);
};

/** Remembers what a lookup gave for a folder or a path. */
function once<T>(look: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const found = known.get(key) ?? look(key);
    known.set(key, found);
    return found;
  };
}

/** Records a batch's events and removes their files. @param recorded numbers of the facts that stand in the journal already */
async function take(parts: IngestParts, batch: SpoolBatch, recorded: ReadonlySet<number>): Promise<void> {
  const { spool, ledger, clock, logger, transcripts } = parts;
  const lines = await linesOf(parts, batch);
  const projectOf = once(parts.projectOf);
  const accepted = once(async (path) => (await transcripts?.accepted(path)) ?? null);
  const placeOf = async ({ cwd, transcript }: Partial<Record<"cwd" | "transcript", string | null>>): Promise<Place> => ({
    project: cwd == null ? null : await projectOf(cwd),
    transcript: transcript == null ? null : await accepted(transcript),
  });
  const began = beginnings(lines);
  const drafts: (Draft | LateDraft)[] = [];
  for (const line of lines) {
    const use = toolUse(line, began);
    if (use !== undefined)
      drafts.push(addDraft(audit, (await placeOf({ cwd: line.cwd ?? null })).project, { ...use, ...untold }));
  }
  const found: string[] = [];
  for (const events of bySession(lines)) {
    const place = await placeOf(events);
    if (place.transcript !== null) found.push(place.transcript);
    drafts.push(sessionDraft(events, place.project, clock.now()));
  }
  const left = drafts.map((draft, n) => withMark(draft, batch.id, n)).filter((_, n) => !recorded.has(n));
  for (const outcome of await ledger.record(left)) {
    if (!outcome.recorded && outcome.reason === "refused")
      logger.warn(`An event of an agent was left out: ${toErrorView(outcome.error).message}`);
  }
  // Reading a record again changes nothing, so that this needs no note of its own.
  if (found.length > 0) {
    await transcripts?.take(found).catch((error: unknown) => {
      logger.warn(`The agent's own record of a session was left out: ${toErrorView(error).message}`);
    });
  }
  await finish(spool, batch);
}

/** What hooks know nothing of. */
const untold = { task_id: null, stage: null, state_name: null, loop_version: 0 } as const;

async function finish(spool: Spool, batch: SpoolBatch): Promise<void> {
  if (!batch.recorded) await spool.begin({ ...batch, recorded: true });
  await spool.end(batch);
}

/** The next events as a batch, noted; undefined when none wait. */
async function nextBatch({ spool, ledger, ids, clock }: IngestParts): Promise<SpoolBatch | undefined> {
  const names = spool.names(mostFiles);
  if (names.length === 0) return undefined;
  const device = (await ledger.keepDevice()).id;
  const end = (await ledger.heads()).find((one) => one.device === device);
  const batch: SpoolBatch = {
    id: ids.next(clock.now()),
    device,
    after: end === undefined ? null : { seq: end.seq, hash: end.hash, segment: end.segment, offset: end.offset },
    names,
    recorded: false,
  };
  await spool.begin(batch);
  return batch;
}

/** Takes in all events that wait. @throws what reading the spool and recording throw; what was not taken in stays */
export async function ingestSpool(parts: IngestParts): Promise<void> {
  const { spool } = parts;
  await spool.exclusively(async () => {
    const begun = await spool.begun();
    if (begun?.recorded === true) await finish(spool, begun);
    else if (begun !== null) await take(parts, begun, await recordedOf(parts, begun));
    for (let batch = await nextBatch(parts); batch !== undefined; batch = await nextBatch(parts)) {
      await take(parts, batch, new Set());
    }
  });
}
