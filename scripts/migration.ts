/*
 * `npm run migration -- STORE …`: writes the code that is derived from the definitions of the agent's stores
 * (`src/features/agent/model`): their tables in the index, and for each given store the next file of `supabase/migrations`. A
 * file that a database may have applied is never rewritten.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storeTables, storeVersions } from "../src/features/agent/index/tables.generated.ts";
import { allStores } from "../src/features/agent/model/stores.ts";
import { latestVersion, migrations } from "../src/features/index/migrations.ts";
import { nextNumber, storeFiles } from "./stores/files.ts";
import { storeMigration } from "./stores/supabase.ts";
import { tablesFile } from "./stores/tables.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "supabase", "migrations");

const hasSameTables = tablesFile(storeVersions).includes(storeTables);
const versions = hasSameTables ? storeVersions : [...storeVersions, latestVersion(migrations) + 1];
writeFileSync(join(root, "src/features/agent/index/tables.generated.ts"), tablesFile(versions));

for (const name of process.argv.slice(2)) {
  const store = allStores.find((one) => one.name === name);
  if (store === undefined)
    throw new Error(`There is no store ${name}; the stores are ${allStores.map((one) => one.name).join(", ")}`);
  const names = readdirSync(folder);
  const last = storeFiles(names).findLast((file) => file.store === name);
  if (last !== undefined && readFileSync(join(folder, last.name), "utf8") === storeMigration(store, last.number)) {
    console.log(`${last.name} defines ${name} as it is.`);
    continue;
  }
  const number = nextNumber(names, new Date());
  const file = `${number}_store_${name}.sql`;
  writeFileSync(join(folder, file), storeMigration(store, number));
  console.log(`Wrote supabase/migrations/${file}.`);
}
