import { v7 } from "uuid";
import { openLedger } from "../../src/ledger/ledger.ts";
import type { JournalFiles } from "../../src/ledger/log/files.ts";
import { openFactLog } from "../../src/ledger/log/open.ts";
import { type StoreFiles, storeFiles } from "../../src/ledger/store-files.ts";
import { calendarOf } from "../../src/platform/calendar.ts";
import type { Calendar, Ledger } from "../../src/ports/ports.ts";
import { testIndexFactory } from "./index.ts";
import { testLogger } from "./journal.ts";

export type TestLedgerOptions = Readonly<{
  calendar?: Calendar;
  logger?: ReturnType<typeof testLogger>;
  journalFiles?: JournalFiles;
  files?: StoreFiles;
  indexes?: ReturnType<typeof testIndexFactory>;
}>;

const clock = { now: () => new Date() };

/** Opens the real log of a home in the way a process does. */
export const openTestLog = (home: string, options: TestLedgerOptions = {}) =>
  openFactLog({
    home,
    clock,
    ids: { next: (at) => v7({ msecs: at.getTime() }) },
    logger: options.logger ?? testLogger(),
    ...(options.journalFiles === undefined ? {} : { files: options.journalFiles }),
  });

/** Opens the real ledger of a home in the way a process does. */
export const openTestLedger = async (home: string, options: TestLedgerOptions = {}): Promise<Ledger> =>
  openLedger({
    home,
    log: await openTestLog(home, options),
    indexes: options.indexes ?? testIndexFactory(options.calendar ?? calendarOf("UTC")),
    clock,
    logger: options.logger ?? testLogger(),
    files: options.files ?? storeFiles(),
  });
