import * as z from "zod";
import { defineFact, type Fact } from "../../../kernel/fact.ts";
import { plain } from "../../../kernel/privacy.ts";
import { recordingOf } from "./clock.ts";
import type { RecordedReset, RecordedUndo } from "./resets-in-force.ts";

const reset = z.looseObject({
  agent: plain(z.string().normalize("NFC").min(1)).nullable(),
  heads: z.record(z.string(), z.int().min(0)).readonly().optional(),
});

/** Reads the reset from a fact. */
export const resetOf = (
  fact: Readonly<Pick<Fact, "id" | "at" | "device" | "seq"> & { clock?: unknown; data: z.infer<typeof reset> }>,
): RecordedReset => ({
  factId: fact.id.toLowerCase(),
  recording: recordingOf(fact),
  agent: fact.data.agent,
  heads: fact.data.heads === undefined ? null : new Map(Object.entries(fact.data.heads)),
});

/**
 * A reset: what the devices of the person who resets recorded before this fact does not count, for one agent or (null) for all.
 * `heads`: for each of that person's devices, the `seq` of the last fact that was known at the time.
 */
export const reviewReset = defineFact({
  kind: "review.reset",
  data: reset,
  scope: "all projects",
  collect: ({ resets }: Readonly<{ resets: RecordedReset[] }>, fact) => void resets.push(resetOf(fact)),
});

/** Reads the undo of a reset from a fact. */
export const undoOf = ({ data, device }: Readonly<{ data: Readonly<{ reset: string }>; device: string }>): RecordedUndo => ({
  reset: data.reset.toLowerCase(),
  device,
});

/** A reset is undone: the fact with the id `reset` has no effect. */
export const reviewResetUndone = defineFact({
  kind: "review.reset_undone",
  data: z.looseObject({ reset: z.uuid() }),
  scope: "all projects",
  collect: ({ undone }: Readonly<{ undone: RecordedUndo[] }>, fact) => void undone.push(undoOf(fact)),
});
