import * as z from "zod";
import { compareRecording, defineFact, type Fact } from "../../../kernel/fact.ts";

/** A run was pinned as the baseline of its project and tier, or unpinned. */
export const evalBaseline = defineFact({
  kind: "eval.baseline",
  data: z.looseObject({ run: z.uuid(), pinned: z.boolean() }),
  scope: "all projects",
});

export type EvalBaseline = Readonly<z.infer<typeof evalBaseline.data>>;

/** A pin or unpin as it was recorded. */
export type BaselineChange = Readonly<Pick<Fact, "at" | "device" | "seq">> & EvalBaseline;

/**
 * Returns the baseline after the pins and unpins of runs of one project and tier: the run pinned last in recording order, unless
 * it was unpinned after that; then there is none. The changes may be in any order.
 */
export function baselineOf(changes: readonly BaselineChange[]): string | undefined {
  return [...changes].sort(compareRecording).reduce<string | undefined>((pinned, change) => {
    if (change.pinned) return change.run;
    return pinned === change.run ? undefined : pinned;
  }, undefined);
}
