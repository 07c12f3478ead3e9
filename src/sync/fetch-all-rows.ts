import { RemoteFailure } from "./remote.ts";

/** Number of rows per request: PostgREST's default maximum. */
export const pageRows = 1000;

/**
 * Fetches all rows of a list page by page, each after the last row received, until a page is empty. Works for any page size that
 * the server chooses.
 * @param column the unique column that the rows are ordered by
 * @param page fetches rows after a value of that column
 * @throws RemoteFailure, also if the server does not continue after the rows that it returned
 */
export async function fetchAllRows<T extends object>(
  what: string,
  column: string & keyof T,
  page: (after: string | null) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const rows = new Map<string, T>();
  for (let after: string | null = null; ; ) {
    const sizeBefore = rows.size;
    const part = await page(after);
    for (const row of part) rows.set(String(row[column]), row);
    const last = part.at(-1);
    if (last === undefined) return [...rows.values()];
    if (rows.size === sizeBefore) {
      // The server ignores the position and repeats its rows. If it returns fewer than requested, these are all.
      if (part.length < pageRows) return [...rows.values()];
      throw new RemoteFailure(
        "server",
        `Failed to ${what}: the server gives the first ${part.length} rows only, again and again`,
      );
    }
    after = String(last[column]);
  }
}
