import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { path, plain } from "../../../kernel/privacy.ts";
import { intakeField } from "../../intake/model/undo.ts";
import { finding } from "./finding.ts";
import { report, reviewModes } from "./report.ts";
import { type ReviewRun, runOf } from "./run.ts";

/** Maximum number of existing findings stored with a run: a journal never shrinks, and each change reviews old code again. */
export const maxExisting = 1000;

/** A review run was recorded. A run is identified by (agent, report.run_id). */
export const reviewRecorded = defineFact({
  kind: "review.recorded",
  data: z.looseObject({
    agent: plain(z.string().normalize("NFC").min(1)),
    report,
    /** False if the report had no time, so that the recording time is used. */
    timestamp_given: z.boolean(),
    mode: z.enum(reviewModes),
    issue_number: z.int().min(1).nullable(),
    /** Files of the reviewed change, sorted and unique. */
    changed_files: z.array(path(z.string())).readonly(),
    house_rules_version: z.int().min(1).nullable(),
    branch: plain(z.string().normalize("NFC")).nullable(),
    commit: plain(z.string()).nullable(),
    /** The commit that the code was compared with: findings of older code are charged to nobody. */
    base: plain(z.string()).nullish(),
    /** Findings of older code, at most `maxExisting`; `existing_count` is their total. */
    existing: z.array(finding).readonly().optional(),
    existing_count: z.int().min(0).optional(),
    intake: intakeField,
  }),
  collect: ({ runs }: Readonly<{ runs: ReviewRun[] }>, fact) => void runs.push(runOf(fact)),
});

export type ReviewRecorded = Readonly<z.infer<typeof reviewRecorded.data>>;
