import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { notFound } from "../kernel/errors.ts";
import type { Migration } from "../ports/sync.ts";

/** The first file of the series, by which its folder is known. */
const firstFile = "20261121000100_teams.sql";

/**
 * The SQL files of a team's database, in the order in which they are applied. They come with the package, in the folder of the
 * program or one above.
 * @param start folder of the running code
 * @throws not_found
 */
export async function readMigrations(start: string): Promise<readonly Migration[]> {
  for (let folder = start; ; folder = dirname(folder)) {
    const series = join(folder, "supabase", "migrations");
    if (existsSync(join(series, firstFile))) {
      const names = (await readdir(series)).filter((name) => name.endsWith(".sql")).sort();
      return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(series, name), "utf8") })));
    }
    if (dirname(folder) === folder) throw notFound("the migrations of the team's database", "Install Reward Ledger again.");
  }
}
