import * as z from "zod";
import { message, path, plain } from "../../../kernel/privacy.ts";
import { flag, integer, json, nonBlank, oneOf, text, time } from "./column-types.ts";
import { fixClasses } from "./feedback.ts";
import { defineStore } from "./store.ts";

export const selfEditsFile = "self-edits.log";

export const reviewPasses = ["static", "functional", "arch", "security", "prose", "adversarial", "feedback_binding"] as const;
const passResult = z.enum(["pass", "fail", "skipped"]);
const passesSchema = z.strictObject({
  static: passResult,
  functional: passResult,
  arch: passResult,
  security: passResult,
  prose: passResult,
  adversarial: passResult,
  feedback_binding: passResult,
});

export const selfEdits = defineStore({
  name: "self_edits_log",
  noun: "self-edit",
  about:
    "Changes that the agent made to itself. Each row is also a line of `self-edits.log`: one JSON object, fields in the order of the columns, without `recorded` and `project`.",
  example:
    "reward-ledger self-edit add https://example.com/pull/7 --fix-class prompt --before-sha 1a2b --after-sha 3c4d --confidence 92 --em-review approved",
  kinds: { add: "self_edit.added" },
  place: selfEditsFile,
  row: z.object({
    recorded: plain(text()),
    ts: time(),
    pr: plain(z.url({ error: "must be a URL" })),
    fix_class: oneOf(fixClasses),
    files: path(json(z.array(path(z.string())))),
    before_sha: plain(nonBlank()),
    after_sha: plain(nonBlank()),
    review_passes: json(passesSchema),
    confidence: integer(0, 100),
    em_review: message(nonBlank()),
    auto_merged: flag(),
    feedback_id: plain(text()).nullable(),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("No self-edit is recorded."),
    columns: [
      { name: "ts", head: t("Time") },
      { name: "fix_class", head: t("Kind of fix") },
      { name: "pr", head: t("Pull request"), cut: 16 },
      { name: "confidence", head: t("Confidence") },
      { name: "em_review", head: t("Human review"), cut: 6 },
    ],
  }),
  key: ["recorded"],
  keyFrom: "recorded",
  order: [{ column: "recorded" }],
  changes: "none",
  indexes: [{ name: "self_edits_log_by_ts", columns: [{ column: "ts" }] }],
});

export type SelfEditRow = z.infer<typeof selfEdits.row>;

/** Converts a row to the object in the log, with fields in the log's order. */
export const selfEditOf = (row: SelfEditRow) => ({
  ts: row.ts,
  pr: row.pr,
  fix_class: row.fix_class,
  files: z.array(z.string()).parse(JSON.parse(row.files)),
  before_sha: row.before_sha,
  after_sha: row.after_sha,
  review_passes: passesSchema.parse(JSON.parse(row.review_passes)),
  confidence: row.confidence,
  em_review: row.em_review,
  auto_merged: row.auto_merged === 1,
  feedback_id: row.feedback_id,
});

/** One line of `self-edits.log`, without its line feed. */
export const selfEditLine = (row: SelfEditRow): string => JSON.stringify(selfEditOf(row));

/** Schema of a line of the log. */
export const selfEditEntry = z.object({
  ts: z.string(),
  pr: z.string(),
  fix_class: z.string(),
  files: z.array(z.string()),
  before_sha: z.string(),
  after_sha: z.string(),
  review_passes: passesSchema,
  confidence: z.int(),
  em_review: z.string(),
  auto_merged: z.boolean(),
  feedback_id: z.string().nullable().default(null),
});
