import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { migrate, migrations } from "../src/features/index/migrations.ts";
import { connect, loadSql } from "../src/ledger/index/connection.ts";
import { seal } from "../src/ledger/index/seal.ts";
import { emptyIndexFile } from "../src/platform/assets.ts";

/* Writes the empty index from which every new index starts. Part of `npm run build`. */

const sql = await loadSql({ wasm: createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm") });
const database = connect(sql, null);
migrate(database, migrations);
await writeFile(`dist/${emptyIndexFile}`, seal(database.export()));
database.close();
