import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { contentHash, path, plain } from "../../../kernel/privacy.ts";
import { intakeField } from "../../intake/model/undo.ts";
import { costEstimates } from "./estimate.ts";
import { type FoldedRun, toFoldedRun } from "./fold-runs.ts";
import { evalRun } from "./run.ts";

/**
 * An eval run was recorded; the fact's id is the run's id. Two runs are the same when their content (`content_sha256`) is the
 * same, regardless of the format they were written in.
 */
export const evalRecorded = defineFact({
  kind: "eval.recorded",
  data: z.looseObject({
    run: evalRun,
    /** The instant of the run, UTC. */
    at: z.iso.datetime({ precision: 3 }),
    /** False when the run's timestamp is not a valid time; the time of recording is then used instead. */
    timestamp_given: z.boolean(),
    content_sha256: contentHash(z.string().regex(/^[0-9a-f]{64}$/)),
    /** Name of the file it came from, without its folder. */
    source: path(z.string()).nullable(),
    /** As given by the caller that recorded the run, else the run's own label. */
    label: plain(z.string()).nullable(),
    /** Estimated costs of the run's cost entries without a reported cost; null when there are none. */
    estimates: costEstimates.nullable(),
    intake: intakeField,
  }),
  collect: ({ evals, digestOf }: Readonly<{ evals: FoldedRun[]; digestOf(results: string): string }>, fact) =>
    void evals.push(toFoldedRun(fact, fact.data, digestOf)),
});

export type EvalRecorded = Readonly<z.infer<typeof evalRecorded.data>>;
