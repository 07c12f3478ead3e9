import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { contentHash, path, plain } from "../../../kernel/privacy.ts";
import { intakeField } from "../../intake/model/undo.ts";
import { costEstimates } from "./estimate.ts";
import { type FoldedRun, foldedRun } from "./fold-runs.ts";
import { evalRun } from "./run.ts";

/**
 * An eval run was recorded; the fact's id is the run's id. Two runs are the same when their content is
 * (`content_sha256`), whatever format they were written in.
 */
export const evalRecorded = defineFact({
  kind: "eval.recorded",
  data: z.looseObject({
    run: evalRun,
    /** The instant of the run, UTC. */
    at: z.iso.datetime({ precision: 3 }),
    /** False when the run's timestamp is no time and the time of recording stands in for it. */
    timestamp_given: z.boolean(),
    content_sha256: contentHash(z.string().regex(/^[0-9a-f]{64}$/)),
    /** Name of the file it came from, without its folder. */
    source: path(z.string()).nullable(),
    /** As given by whoever recorded it, else that of the run. */
    label: plain(z.string()).nullable(),
    /** What the run's cost entries without a reported cost were estimated at; null when there are none. */
    estimates: costEstimates.nullable(),
    intake: intakeField,
  }),
  collect: ({ evals, digestOf }: Readonly<{ evals: FoldedRun[]; digestOf(results: string): string }>, fact) =>
    void evals.push(foldedRun(fact, fact.data, digestOf)),
});

export type EvalRecorded = Readonly<z.infer<typeof evalRecorded.data>>;
