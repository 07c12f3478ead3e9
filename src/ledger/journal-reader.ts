import type { PlacedChange } from "../features/agent/model/placed-change.ts";
import type { FoldedRun } from "../features/evals/model/fold-runs.ts";
import { decodeFact } from "../features/facts/decode-fact.ts";
import { type Collected, collect, emptyCollected } from "../features/facts/kinds.ts";
import { recordingOf } from "../features/reviews/model/clock.ts";
import type { ReviewFacts } from "../features/reviews/model/fold.ts";
import type { Cursor, Recording } from "../kernel/fact.ts";
import type { FactLog, LogChunk, StoreProblem } from "../ports/fact-log.ts";
import type { ReadOptions } from "./engine.ts";
import { digestOf } from "./verify-evals.ts";

/**
 * The content of the journal, independent of the index: the facts in the form that folds take, and the problems found on reading.
 */
export type JournalContent = Readonly<{
  facts: ReviewFacts;
  changes: readonly PlacedChange[];
  evals: readonly FoldedRun[];
  problems: readonly StoreProblem[];
  devices: readonly Readonly<{ device: string; facts: number; head: string | null }>[];
}>;

/** Reads the whole journal, in one or more passes. */
export interface JournalReader {
  /** Continues reading. @param until facts after these cursors are left out; without it everything is read */
  readOn(until?: readonly Cursor[]): Promise<void>;
  read(): JournalContent;
}

/** `latest`: the latest time that its clock showed. */
type Device = { facts: number; head: string | null; cursor: Cursor; latest: string };
type CollectedJournal = Collected &
  Readonly<{
    readings: Recording[];
    devices: Map<string, Device>;
  }> & { problems: readonly StoreProblem[] };

const emptyJournal = (): CollectedJournal => ({ ...emptyCollected(digestOf), readings: [], problems: [], devices: new Map() });

function collectChunk(content: CollectedJournal, chunk: LogChunk, until: readonly Cursor[] | undefined): void {
  const { cursor, facts } = chunk;
  const last = until === undefined ? Number.POSITIVE_INFINITY : (until.find(({ device }) => device === cursor.device)?.seq ?? 0);
  const device = content.devices.get(cursor.device) ?? { facts: 0, head: null, cursor, latest: "" };
  content.devices.set(cursor.device, device);
  device.cursor = cursor;
  for (const { fact } of facts) {
    if (fact.seq > last) continue;
    device.facts += 1;
    device.head = fact.hash;
    const decoded = decodeFact(fact);
    if (decoded.state === "known") collect(content, decoded.fact);
    const recording = recordingOf(fact);
    if (recording.at < device.latest) content.readings.push(recording);
    else device.latest = recording.at;
  }
  // Every read that reaches a torn tail reports it again.
  content.problems = [
    ...content.problems.filter((one) => one.kind !== "torn" || one.device !== cursor.device),
    ...chunk.problems,
  ];
}

export function journalReader(log: FactLog, { onProgress, signal }: ReadOptions): JournalReader {
  let content = emptyJournal();

  const readOn = async (until?: readonly Cursor[]): Promise<void> => {
    const after = [...content.devices.values()].map(({ cursor }) => cursor);
    for await (const chunk of log.read(after, signal)) {
      if (chunk.rewound) {
        // Facts were taken back before they were acknowledged: what was read of this log is invalid.
        content = emptyJournal();
        return readOn(until);
      }
      collectChunk(content, chunk, until);
      onProgress?.({ done: chunk.bytesDone, total: chunk.bytesTotal, message: "Reading the journal" });
    }
  };

  return {
    readOn,
    read: () => ({
      facts: content,
      changes: content.changes,
      evals: content.evals,
      problems: content.problems,
      devices: [...content.devices].map(([device, { facts, head }]) => ({ device, facts, head })),
    }),
  };
}
