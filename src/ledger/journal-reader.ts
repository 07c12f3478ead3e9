import { type PlacedChange, placeChange } from "../features/agent/model/placed-change.ts";
import { type FoldedRun, foldedRun } from "../features/evals/model/fold-runs.ts";
import { understand } from "../features/facts/decode-fact.ts";
import type { KnownFact } from "../features/facts/kinds.ts";
import { type CollectedIntake, collectedIntake, collectIntake } from "../features/intake/model/undo.ts";
import { recordingOf } from "../features/reviews/model/clock.ts";
import type { ReviewFacts } from "../features/reviews/model/fold.ts";
import { resetOf } from "../features/reviews/model/reset.ts";
import type { RecordedReset, RecordedUndo } from "../features/reviews/model/resets.ts";
import { type ReviewRun, runOf } from "../features/reviews/model/run.ts";
import type { Cursor, Recording } from "../kernel/fact.ts";
import type { FactLog, LogChunk, StoreProblem } from "../ports/ports.ts";
import type { ReadOptions } from "./engine.ts";
import { digestOf } from "./verify-evals.ts";

/** What the journal says, apart from the index: the facts in the form that folds take, and what reading found wrong. */
export type JournalContent = Readonly<{
  facts: ReviewFacts;
  changes: readonly PlacedChange[];
  evals: readonly FoldedRun[];
  problems: readonly StoreProblem[];
  devices: readonly Readonly<{ device: string; facts: number; head: string | null }>[];
}>;

/** Reads the whole journal, in turns. */
export interface JournalReader {
  /** Reads on. @param until facts behind these are left for later; without it everything is read */
  readOn(until?: readonly Cursor[]): Promise<void>;
  read(): JournalContent;
}

/** `latest`: what its clock showed last of all. */
type Device = { facts: number; head: string | null; cursor: Cursor; latest: string };
type Collected = {
  readonly runs: ReviewRun[];
  readonly resets: RecordedReset[];
  readonly undone: RecordedUndo[];
  readonly intake: CollectedIntake;
  readonly readings: Recording[];
  readonly changes: PlacedChange[];
  readonly evals: FoldedRun[];
  problems: readonly StoreProblem[];
  readonly devices: Map<string, Device>;
};

const nothing = (): Collected => ({
  runs: [],
  resets: [],
  undone: [],
  intake: collectedIntake(),
  readings: [],
  evals: [],
  changes: [],
  problems: [],
  devices: new Map(),
});

function collect(content: Collected, fact: KnownFact): void {
  if ("store" in fact) {
    content.changes.push(placeChange(fact));
    return;
  }
  switch (fact.kind) {
    case "review.recorded":
      content.runs.push(runOf(fact));
      return;
    case "review.reset":
      content.resets.push(resetOf(fact));
      return;
    case "review.reset_undone":
      content.undone.push({ reset: fact.data.reset.toLowerCase(), device: fact.device });
      return;
    case "eval.recorded":
      content.evals.push(foldedRun(fact, fact.data, digestOf));
      return;
    case "eval.baseline":
      // Which run is the baseline is folded from these facts each time it is asked for.
      return;
    case "intake.undone":
    case "intake.redone":
      collectIntake(content.intake, fact);
      return;
    default:
      fact satisfies never;
  }
}

function collectChunk(content: Collected, chunk: LogChunk, until: readonly Cursor[] | undefined): void {
  const { cursor, facts } = chunk;
  const last = until === undefined ? Number.POSITIVE_INFINITY : (until.find(({ device }) => device === cursor.device)?.seq ?? 0);
  const device = content.devices.get(cursor.device) ?? { facts: 0, head: null, cursor, latest: "" };
  content.devices.set(cursor.device, device);
  device.cursor = cursor;
  for (const { fact } of facts) {
    if (fact.seq > last) continue;
    device.facts += 1;
    device.head = fact.hash;
    const understood = understand(fact);
    if (understood.state === "known") collect(content, understood.fact);
    const recording = recordingOf(fact);
    if (recording.at < device.latest) content.readings.push(recording);
    else device.latest = recording.at;
  }
  // A torn tail is told again by each reading that meets it.
  content.problems = [
    ...content.problems.filter((one) => one.kind !== "torn" || one.device !== cursor.device),
    ...chunk.problems,
  ];
}

export function journalReader(log: FactLog, { onProgress, signal }: ReadOptions): JournalReader {
  let content = nothing();

  const readOn = async (until?: readonly Cursor[]): Promise<void> => {
    const after = [...content.devices.values()].map(({ cursor }) => cursor);
    for await (const chunk of log.read(after, signal)) {
      if (chunk.rewound) {
        // Facts that were taken back before anyone was told of them: what was read of this log does not stand.
        content = nothing();
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
