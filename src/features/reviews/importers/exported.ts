import * as z from "zod";
import { invalidReport } from "../../../kernel/errors.ts";
import { repairTexts, replacementWarnings } from "../../../kernel/repair-surrogates.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import { reportInput } from "../model/report.ts";
import { reviewRecorded } from "../model/review-recorded.ts";
import { draftOf, type OlderCodeFields, parseReview, type ReadDraft } from "./review.ts";

/** Marks a file written by `export --format json`. */
export const exportFormat = "reward-ledger.runs";

/** A recorded run in an export: the data of its fact and the project it belongs to. */
export type ExportedRun = Readonly<z.infer<typeof reviewRecorded.data> & { project: string | null }>;

/** The file as a whole. Runs are in canonical order, oldest first. */
export type ExportedFile = Readonly<{
  format: typeof exportFormat;
  version: 1;
  exported_at: string;
  runs: readonly ExportedRun[];
}>;

/** Matches a value that claims to be such a file, of any version. */
export const exportedEnvelope = z.object({
  format: z.literal(exportFormat),
  version: z.int(),
  runs: z.array(z.unknown()).readonly(),
});

// The report is parsed like any report: its derived fields are derived again, not trusted.
const exportedRun = reviewRecorded.data.extend({ report: reportInput, project: z.string().nullable().default(null) }).partial({
  timestamp_given: true,
  issue_number: true,
  changed_files: true,
  house_rules_version: true,
  branch: true,
  commit: true,
});

/** Returns a run's fields about older code; empty if it was not compared with any. */
const olderOf = ({ base, existing, existing_count }: OlderCodeFields): OlderCodeFields => ({
  ...(base === undefined ? {} : { base }),
  ...(existing === undefined ? {} : { existing }),
  ...(existing_count === undefined ? {} : { existing_count }),
});

/** Parses the draft of one exported run. @throws invalid_report */
export function parseExportedRun(value: unknown, target: string, now: Date): ReadDraft {
  const repaired = repairTexts(value);
  const parsed = exportedRun.safeParse(repaired.value, { reportInput: true });
  if (!parsed.success) throw invalidReport(target, problemsOf(parsed.error));
  const run = parsed.data;
  const review = parseReview(run.report, target, now);
  const draft = draftOf(
    { ...review, mode: run.mode, timestampGiven: run.timestamp_given ?? review.timestampGiven },
    {
      agent: run.agent.normalize("NFC"),
      project: run.project?.normalize("NFC") ?? null,
      issueNumber: run.issue_number,
      changedFiles: run.changed_files,
      houseRulesVersion: run.house_rules_version,
      branch: run.branch,
      commit: run.commit,
      older: olderOf(run),
    },
  );
  return { draft, warnings: [...replacementWarnings(repaired.replaced), ...review.warnings] };
}
