import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { path, plain } from "../../../kernel/privacy.ts";
import { intakeField } from "../../intake/model/undo.ts";
import { report, reviewModes } from "./report.ts";
import { type ReviewRun, runOf } from "./run.ts";

/** A review run was recorded. A run is identified by (agent, report.run_id). */
export const reviewRecorded = defineFact({
  kind: "review.recorded",
  data: z.looseObject({
    agent: plain(z.string().min(1)),
    report,
    /** False when the report carried no time and the time of recording stands in for it. */
    timestamp_given: z.boolean(),
    mode: z.enum(reviewModes),
    issue_number: z.int().min(1).nullable(),
    /** Files of the reviewed change, sorted and unique. */
    changed_files: z.array(path(z.string())).readonly(),
    house_rules_version: z.int().min(1).nullable(),
    branch: plain(z.string()).nullable(),
    commit: plain(z.string()).nullable(),
    intake: intakeField,
  }),
  collect: ({ runs }: Readonly<{ runs: ReviewRun[] }>, fact) => void runs.push(runOf(fact)),
});

export type ReviewRecorded = Readonly<z.infer<typeof reviewRecorded.data>>;
