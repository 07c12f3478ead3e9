import * as z from "zod";
import { defineKind, type Fact } from "../../../kernel/fact.ts";
import { plain } from "../../../kernel/privacy.ts";
import { recordingOf } from "./clock.ts";
import type { RecordedReset } from "./resets.ts";

/**
 * What its recorder's devices had recorded before this fact no longer counts, for one agent or (null) for all. `heads`: by device, the
 * last fact of the recorder's logs that was known then.
 */
export const reviewReset = defineKind(
  "review.reset",
  z.looseObject({
    agent: plain(z.string().min(1)).nullable(),
    heads: z.record(z.string(), z.int().min(0)).readonly().optional(),
  }),
);

/** The reset of a fact. */
export const resetOf = (
  fact: Readonly<Pick<Fact, "id" | "at" | "device" | "seq"> & { clock?: unknown; data: z.infer<typeof reviewReset.data> }>,
): RecordedReset => ({
  factId: fact.id.toLowerCase(),
  recording: recordingOf(fact),
  agent: fact.data.agent,
  heads: fact.data.heads === undefined ? null : new Map(Object.entries(fact.data.heads)),
});

/** A reset is taken back: the fact with the id `reset` has no effect any more. */
export const reviewResetUndone = defineKind("review.reset_undone", z.looseObject({ reset: z.uuid() }));
