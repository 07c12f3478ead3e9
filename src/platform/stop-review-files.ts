import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/*
 * Where a home keeps what reviews of agents' work need: a file for each checkout with its approvals, with what the latest review came to,
 * and while one is due. Part of the hook's bundle, so it imports no schema.
 */

const stopReviewFolder = (home: string): string => join(home, "stop-reviews");

const nameOf = (top: string): string => createHash("sha256").update(top).digest("hex").slice(0, 32);

export const stopReviewFile = (home: string, kind: "approved" | "last" | "due", top: string): string =>
  join(stopReviewFolder(home), `${kind}-${nameOf(top)}.json`);

/** A review that is to be made. `modified` tells whether it became due again meanwhile. */
type DueReview = Readonly<{ path: string; modified: number; folder: string; host: string }>;

/** The reviews that are due in a home. What cannot be read is none. */
export function dueReviews(home: string): readonly DueReview[] {
  try {
    return readdirSync(stopReviewFolder(home)).flatMap((name) => {
      if (!/^due-[0-9a-f]{32}\.json$/.test(name)) return [];
      const path = join(stopReviewFolder(home), name);
      const { mtimeMs: modified } = statSync(path);
      const { folder, host } = JSON.parse(readFileSync(path, "utf8"));
      const isUsable = typeof folder === "string" && isAbsolute(folder) && /^[a-z][a-z0-9-]{0,39}$/.test(String(host));
      return isUsable ? [{ path, modified, folder, host }] : [];
    });
  } catch {
    // Most homes have no such folder.
    return [];
  }
}

/** Notes that a review was made, unless it became due again meanwhile. */
export function endDue({ path, modified }: DueReview): void {
  if (statSync(path, { throwIfNoEntry: false })?.mtimeMs === modified) rmSync(path, { force: true });
}
