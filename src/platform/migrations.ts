import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import * as z from "zod";
import { notFound } from "../kernel/errors.ts";
import type { Migration } from "../ports/sync.ts";

/** The first file of the series, which identifies its folder. */
const firstFile = "20261121000100_teams.sql";

/**
 * The file into which the build packs the series; the SQL files repeat each other's functions, so they compress well together.
 */
const packedFile = "migrations.json.br";

const packedMigrations = z.array(z.object({ name: z.string(), sql: z.string() })).readonly();

/**
 * Reads the SQL files of a team's database, in the order in which they are applied: the packed ones beside the program, else
 * those of the checkout that it runs in.
 * @param start folder of the running code
 * @throws not_found
 */
export async function readMigrations(start: string): Promise<readonly Migration[]> {
  const packed = join(start, packedFile);
  if (existsSync(packed))
    return packedMigrations.parse(JSON.parse(brotliDecompressSync(await readFile(packed)).toString("utf8")));
  for (let folder = start; ; folder = dirname(folder)) {
    const series = join(folder, "supabase", "migrations");
    if (existsSync(join(series, firstFile))) {
      const names = (await readdir(series)).filter((name) => name.endsWith(".sql")).sort();
      return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(series, name), "utf8") })));
    }
    if (dirname(folder) === folder) throw notFound("the migrations of the team's database", "Install Reward Ledger again.");
  }
}
