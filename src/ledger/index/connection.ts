import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import initSqlJs, { type Database, type SqlJsStatic, type SqlValue, type Statement } from "sql.js";
import type { Row } from "./codec.ts";

export type Params = readonly SqlValue[];

/**
 * A database in memory inside one long transaction: nothing is written to pages of the file image before `export`. Statements are
 * prepared once and live until then.
 */
export interface Connection {
  run(sql: string, params?: Params): void;
  /** The first row, if there is one. */
  get(sql: string, params?: Params): Row | undefined;
  all<T>(sql: string, params: Params, read: (row: Row) => T): T[];
  /** Several statements without parameters. */
  script(sql: string): void;
  /** Commits, returns the bytes of the file and starts another transaction. */
  export(): Uint8Array;
  close(): void;
}

/**
 * The database is in memory and exported as a whole, so neither a journal file nor flushing is needed. The transaction copies
 * each page that it touches: small pages keep the cost of one fact low.
 */
const pragmas = `
  PRAGMA page_size = 2048;
  PRAGMA journal_mode = MEMORY;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -65536;
`;

/**
 * V8's budget for how much a function runs before the optimizing compiler compiles it. For the one large function that runs SQL,
 * that takes longer than a whole short process, so it is delayed as far as V8 allows; a long process still reaches it.
 */
const tieringBudget = { usual: 13_000_000, late: 2 ** 31 - 1 } as const;

/** The source of sql.js. `ownsProcess`: V8's flags may be set, because the process belongs to this program alone. */
export type SqlSource = Readonly<{ wasm: string; ownsProcess?: boolean | undefined }>;

/** Loads sql.js from a local wasm file, without network access. */
export async function loadSql({ wasm, ownsProcess = false }: SqlSource): Promise<SqlJsStatic> {
  const wasmBinary = new Uint8Array(await readFile(wasm)).buffer;
  if (!ownsProcess) return initSqlJs({ wasmBinary });
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget.late}`);
  try {
    return await initSqlJs({ wasmBinary });
  } finally {
    // V8 accepts cached compiled code only under the flags with which it was compiled.
    setFlagsFromString(`--wasm-tiering-budget=${tieringBudget.usual}`);
  }
}

/** @param bytes an SQLite database, or null for an empty one. @throws when the bytes are not a database */
export function connect(sql: SqlJsStatic, bytes: Uint8Array | null): Connection {
  const database: Database = new sql.Database(bytes);
  const statements = new Map<string, Statement>();

  const begin = (): void => {
    database.exec(pragmas);
    database.run("BEGIN");
  };

  const prepare = (text: string): Statement => {
    const cached = statements.get(text);
    if (cached !== undefined) return cached;
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };

  try {
    begin();
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    run: (text, params = []) => prepare(text).run([...params]),
    get(text, params = []) {
      const statement = prepare(text);
      statement.bind([...params]);
      try {
        return statement.step() ? statement.get() : undefined;
      } finally {
        statement.reset();
      }
    },
    all(text, params, read) {
      const statement = prepare(text);
      statement.bind([...params]);
      try {
        const rows = [];
        while (statement.step()) rows.push(read(statement.get()));
        return rows;
      } finally {
        statement.reset();
      }
    },
    script: (text) => {
      database.exec(text);
    },
    export() {
      database.run("COMMIT");
      // sql.js closes and reopens the database here, which drops the statements and resets all settings.
      statements.clear();
      try {
        return database.export();
      } finally {
        begin();
      }
    },
    close: () => database.close(),
  };
}
