import { v7 } from "uuid";
import type { Draft } from "../../src/domain/fact.ts";
import type { Calendar, Ledger } from "../../src/domain/ports.ts";
import type { JournalFiles } from "../../src/journal/files.ts";
import { openFactLog } from "../../src/journal/open.ts";
import { type StoreFiles, storeFiles } from "../../src/store/files.ts";
import { openLedger } from "../../src/store/ledger.ts";
import { calendarOf } from "../../src/system/calendar.ts";
import { type FixtureRun, type HistoryOptions, makeHistory } from "./fixtures.ts";
import { testIndexes } from "./index.ts";
import { testLogger } from "./journal.ts";

export type TestLedgerOptions = Readonly<{
  calendar?: Calendar;
  logger?: ReturnType<typeof testLogger>;
  journalFiles?: JournalFiles;
  files?: StoreFiles;
  indexes?: ReturnType<typeof testIndexes>;
}>;

/** The real ledger over a home, as a process would open it. */
export async function openTestLedger(home: string, options: TestLedgerOptions = {}): Promise<Ledger> {
  const logger = options.logger ?? testLogger();
  const clock = { now: () => new Date() };
  const log = await openFactLog({
    home,
    clock,
    ids: { next: (at) => v7({ msecs: at.getTime() }) },
    logger,
    ...(options.journalFiles === undefined ? {} : { files: options.journalFiles }),
  });
  return openLedger({
    home,
    log,
    indexes: options.indexes ?? testIndexes(options.calendar ?? calendarOf("UTC")),
    clock,
    logger,
    files: options.files ?? storeFiles(),
  });
}

/** The draft that recording a run makes. */
export const draftOf = (run: FixtureRun, change: Readonly<Record<string, unknown>> = {}): Draft => ({
  kind: "review.recorded",
  project: run.project,
  data: {
    agent: run.agent,
    report: run.report,
    timestamp_given: true,
    mode: run.report.ci_exit_code === 0 && run.report.overall_verdict === "FAIL" ? "shadow" : "enforce",
    issue_number: run.issue_number,
    changed_files: run.changed_files,
    house_rules_version: null,
    branch: null,
    commit: null,
    ...change,
  },
});

export const resetDraft = (agent: string | null): Draft => ({ kind: "review.reset", project: null, data: { agent } });
export const undoDraft = (reset: string): Draft => ({ kind: "review.reset_undone", project: null, data: { reset } });

/** Drafts of a made-up history. */
export const draftsOf = (options: HistoryOptions): readonly Draft[] => makeHistory(options).map((run) => draftOf(run));
