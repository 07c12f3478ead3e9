import { RemoteFailure } from "./remote.ts";

/** Rows asked for at once: as many as PostgREST gives by default. */
export const pageRows = 1000;

/**
 * All rows of a list, asked for page by page behind the last one that came, until no more come: how many rows a server gives at a
 * time is its own affair.
 * @param column what the rows are ordered by, different in each
 * @param page asks for rows behind a value of that column
 * @throws RemoteFailure, also when the server does not go on behind what it gave
 */
export async function everyRow<T extends object>(
  what: string,
  column: string & keyof T,
  page: (after: string | null) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const rows = new Map<string, T>();
  for (let after: string | null = null; ; ) {
    const known = rows.size;
    const part = await page(after);
    for (const row of part) rows.set(String(row[column]), row);
    const last = part.at(-1);
    if (last === undefined) return [...rows.values()];
    if (rows.size === known) {
      // It gives the same again, whatever it is asked for. Fewer than were asked for are all there are.
      if (part.length < pageRows) return [...rows.values()];
      throw new RemoteFailure(
        "server",
        `Failed to ${what}: the server gives the first ${part.length} rows only, again and again`,
      );
    }
    after = String(last[column]);
  }
}
