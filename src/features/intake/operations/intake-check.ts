import * as z from "zod";
import { counted } from "../../../kernel/counted.ts";
import { notAutomatic } from "../../../kernel/errors.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { isForeignLedger, readRuns } from "../../shared/input/run-files.ts";
import { defineOperation } from "../../shared/operation.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/** Files that must not be recorded automatically, and why. */
export type IntakeCheckView = Readonly<{
  refused: readonly Readonly<{ file: string; message: string; code: string; hint: string }>[];
}>;

/** Returns why a report must not be recorded automatically; null if it may be, or if recording will report its problem. */
async function refusalReason({ files, clock }: Ports, path: string, maxAgeDays: number): Promise<string | null> {
  const now = clock.now();
  const result = await attemptAsync(async () => {
    const text = await files.text(path);
    return isForeignLedger(text, path)
      ? null
      : readRuns(text, path, { agent: "-", project: null, houseRulesVersion: null, now }).drafts;
  });
  if (!result.ok) return null;
  if (result.value === null) return "it is an export or another program's ledger";
  for (const { draft } of result.value) {
    const at = Date.parse(draft.data.report.timestamp);
    if (at > now.getTime() + dayMs) return `its run is dated ${draft.data.report.timestamp}, in the future`;
    if (at < now.getTime() - maxAgeDays * dayMs)
      return `its run is of ${draft.data.report.timestamp}, more than ${counted(maxAgeDays, "day")} ago`;
  }
  return null;
}

/**
 * Checks files before they are recorded automatically. Files that came with a checkout, contain runs of other agents and
 * projects, or are dated outside of a time window could have been planted. They are recorded only on the user's request.
 */
export const intakeCheck = defineOperation({
  name: "intake check",
  summary: "Find the files that are not recorded automatically",
  input: z.object({
    files: z.array(z.string().min(1)).describe("Absolute paths"),
    reports: z.boolean().describe("Whether the files are review reports, which are matched by content"),
    tracked: z.boolean().describe("Whether files that git tracks may be recorded"),
    max_age_days: z.int().min(1).describe("Oldest run of a report, in days"),
  }),
  effect: "read",
  async run(ports, input): Promise<IntakeCheckView> {
    const tracked = input.tracked ? new Set<string>() : await ports.files.tracked(input.files);
    const refused: IntakeCheckView["refused"][number][] = [];
    for (const file of input.files) {
      const reason = tracked.has(file)
        ? "git tracks it, so it may have come with the checkout"
        : input.reports
          ? await refusalReason(ports, file, input.max_age_days)
          : null;
      if (reason !== null) refused.push({ file, ...toErrorView(notAutomatic(file, reason)) });
    }
    return { refused };
  },
});
