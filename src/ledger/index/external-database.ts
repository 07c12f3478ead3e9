import { resolve } from "node:path";
import type { SqlJsStatic } from "sql.js";
import { invalidInput } from "../../kernel/errors.ts";
import type { DatabaseReader, ForeignRow } from "../../ports/ports.ts";
import { loadSql } from "./connection.ts";
import { mergeWal } from "./wal.ts";

function readTable(sql: SqlJsStatic, bytes: Uint8Array, table: string): readonly ForeignRow[] {
  const database = new sql.Database(bytes);
  try {
    const statement = database.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}" ORDER BY rowid`);
    const rows: ForeignRow[] = [];
    const names = statement.getColumnNames();
    while (statement.step()) {
      const values = statement.get();
      rows.push(Object.fromEntries(names.map((name, n) => [name, values[n] ?? null])));
    }
    return rows;
  } finally {
    database.close();
  }
}

export type DatabaseReaderOptions = Readonly<{
  /** Path of `sql-wasm.wasm`. */
  wasm: string;
  /** Folder against which relative paths are resolved. */
  cwd: string;
  /** Bytes of a file; undefined when there is none. @throws unreadable_file, file_too_large */
  bytesOf(path: string): Promise<Uint8Array | undefined>;
}>;

/** Reads tables from SQLite files of other programs. */
export function databaseReader({ wasm, cwd, bytesOf }: DatabaseReaderOptions): DatabaseReader {
  return {
    async table(path, table) {
      const fullPath = resolve(cwd, path);
      const database = await bytesOf(fullPath);
      if (database === undefined) return undefined;
      const wal = await bytesOf(`${fullPath}-wal`);
      try {
        const sql = await loadSql({ wasm });
        return readTable(sql, mergeWal(database, wal), table);
      } catch (error) {
        throw invalidInput(path, [
          `it is no database with a table ${table} (${error instanceof Error ? error.message : String(error)})`,
        ]);
      }
    },
  };
}
