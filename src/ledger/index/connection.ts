import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import initSqlJs, { type Database, type SqlJsStatic, type SqlValue, type Statement } from "sql.js";
import type { Row } from "./codec.ts";

export type Params = readonly SqlValue[];

/**
 * One database in memory inside one long transaction: nothing is written to pages of the file image before `export`. Statements
 * are prepared once and live until then.
 */
export interface Connection {
  run(sql: string, params?: Params): void;
  /** The first row, if there is one. */
  get(sql: string, params?: Params): Row | undefined;
  all<T>(sql: string, params: Params, read: (row: Row) => T): T[];
  /** Several statements without parameters. */
  script(sql: string): void;
  /** Commits, gives the file's bytes and goes on in a further transaction. */
  export(): Uint8Array;
  close(): void;
}

/**
 * The database lives in memory and is written out whole, so that neither a journal file nor a flush has a purpose. The transaction
 * copies each page that it touches: small pages keep what one fact costs low.
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
 * V8's measure of how much a function runs before the optimizing compiler takes it. That compiler takes longer for the one large
 * function that runs SQL than a short process takes in all, so it is put off as far as V8 lets it: a long process still reaches it.
 */
const tieringBudget = { usual: 13_000_000, late: 2 ** 31 - 1 } as const;

/** Where sql.js comes from. `ownsProcess`: V8 may be told how to compile, for the process is this program's alone. */
export type SqlSource = Readonly<{ wasm: string; ownsProcess?: boolean | undefined }>;

/** Loads sql.js with a wasm file; nothing is fetched. */
export async function loadSql({ wasm, ownsProcess = false }: SqlSource): Promise<SqlJsStatic> {
  const wasmBinary = new Uint8Array(await readFile(wasm)).buffer;
  if (!ownsProcess) return initSqlJs({ wasmBinary });
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget.late}`);
  try {
    return await initSqlJs({ wasmBinary });
  } finally {
    // Compiled code that was kept is taken only under the flags that it was made with.
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

  const prepared = (text: string): Statement => {
    const known = statements.get(text);
    if (known !== undefined) return known;
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
    run: (text, params = []) => prepared(text).run([...params]),
    get(text, params = []) {
      const statement = prepared(text);
      statement.bind([...params]);
      try {
        return statement.step() ? statement.get() : undefined;
      } finally {
        statement.reset();
      }
    },
    all(text, params, read) {
      const statement = prepared(text);
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
      // sql.js closes and opens the database here: statements are gone and settings are back at their defaults.
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
