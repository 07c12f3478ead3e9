import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isMissing } from "./disk/failure.ts";
import { listNames } from "./spool-layout.ts";

/*
 * Where a home stores what reviews of agents' work need: per checkout a file with its approvals, one with the result of the
 * latest review, and one while a review is due. Part of the hook's bundle, so it imports no schema.
 */

const stopReviewFolder = (home: string): string => join(home, "stop-reviews");

/** Identifies a checkout in file names. */
export const hashOfTop = (top: string): string => createHash("sha256").update(top).digest("hex").slice(0, 32);

export const stopReviewFile = (home: string, kind: "approved" | "last" | "due", top: string): string =>
  join(stopReviewFolder(home), `${kind}-${hashOfTop(top)}.json`);

/** Path of the file with the id of the process that makes the reviews of a home. */
export const reviewerFile = (home: string): string => join(stopReviewFolder(home), "reviewing.pid");

/** A review that is due. `modified` is compared to detect that it became due again meanwhile. */
export type DueReview = Readonly<{ path: string; modified: number; folder: string; host: string }>;

/** Undefined for a note that cannot be read, null for one that was removed meanwhile. */
function readDueReview(path: string): DueReview | null | undefined {
  try {
    const { mtimeMs: modified } = statSync(path);
    const { folder, host } = JSON.parse(readFileSync(path, "utf8"));
    const isUsable = typeof folder === "string" && isAbsolute(folder) && /^[a-z][a-z0-9-]{0,39}$/.test(String(host));
    return isUsable ? { path, modified, folder, host } : undefined;
  } catch (error) {
    return isMissing(error) ? null : undefined;
  }
}

/** The notes of a home: the reviews that are due, and the files that do not describe one. */
export function readReviewNotes(home: string): Readonly<{ due: readonly DueReview[]; unreadable: readonly string[] }> {
  const due: DueReview[] = [];
  const unreadable: string[] = [];
  for (const name of listNames(stopReviewFolder(home))) {
    if (!/^due-[0-9a-f]{32}\.json$/.test(name)) continue;
    const path = join(stopReviewFolder(home), name);
    const found = readDueReview(path);
    if (found === undefined) unreadable.push(path);
    else if (found !== null) due.push(found);
  }
  return { due, unreadable };
}

/** The reviews that are due in a home, for a process whose output nobody reads. */
export function dueReviews(home: string): readonly DueReview[] {
  try {
    return readReviewNotes(home).due;
  } catch {
    // `doctor` runs into the same error and reports it.
    return [];
  }
}

/** Removes the note of a review that was made, unless it became due again meanwhile. */
export function removeDueNote({ path, modified }: DueReview): void {
  if (statSync(path, { throwIfNoEntry: false })?.mtimeMs === modified) rmSync(path, { force: true });
}
