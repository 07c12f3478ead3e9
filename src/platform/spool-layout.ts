import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isMissing, readFailure } from "./disk/failure.ts";

/*
 * The spool of a home: events of agents, each a file of one line, stored until the next process that
 * opens the ledger ingests them.
 */

export const spoolFolder = (home: string): string => join(home, "spool");

/** Milliseconds that are padded to this many digits sort as text until the year 5138. */
const digits = 14;

const eventName = /^\d{14}-\d+-[0-9a-z]{1,12}\.json$/;
const unfinishedName = /^\.\d{14}-(\d+)-[0-9a-z]{1,12}\.tmp$/;

/** The name of an event's file; names sort by time. */
export const eventFileName = (at: number, pid: number, mark: string): string =>
  `${String(Math.max(0, at)).padStart(digits, "0")}-${pid}-${mark}.json`;

export const isEventFile = (name: string): boolean => eventName.test(name);

/** The name of the file while it is written. */
export const unfinishedOf = (name: string): string => `.${name.slice(0, -".json".length)}.tmp`;

export const isUnfinished = (name: string): boolean => unfinishedName.test(name);

/** Maximum length of an event's line in bytes; the hook writes no longer one. */
export const maxLineBytes = 256 * 1024;

/** Name of the file that describes the batch that is being ingested. */
export const batchNote = "batch.json";

/** Names in a spool. @throws store_unreadable */
export function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw readFailure(folder, error);
  }
}

/** Whether events wait in a home. */
export function hasWaitingEvents(home: string): boolean {
  try {
    return listNames(spoolFolder(home)).some((name) => isEventFile(name) || name === batchNote);
  } catch {
    // The process that ingests the events runs into the same error and reports it.
    return true;
  }
}

/** How many events wait in a home. @throws store_unreadable */
export const countWaitingEvents = (home: string): number => listNames(spoolFolder(home)).filter(isEventFile).length;
