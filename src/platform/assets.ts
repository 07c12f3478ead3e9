import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { notFound } from "../kernel/errors.ts";

/** The WebAssembly part of the index's database. */
export const wasmFile = "sql-wasm.wasm";

/** An index without facts, made by the build. */
export const emptyIndexFile = "empty-index.sqlite";

/**
 * Finds the folder of a program's assets: that of the program itself when it is packaged, else that of the installed package.
 * @param start folder of the running code; it and all folders above it are searched
 * @throws not_found
 */
export function findAssets(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = [folder, join(folder, "node_modules", "sql.js", "dist")].find((one) => existsSync(join(one, wasmFile)));
    if (found !== undefined) return found;
    if (dirname(folder) === folder) throw notFound(`${wasmFile} beside ${start}`, "Install Reward Ledger again.");
  }
}

/** Folder of the running code: that of the bundle where `__dirname` is defined, else that of the started program. */
export const codeFolder = (): string =>
  typeof __dirname === "string" ? __dirname : dirname(realpathSync(process.argv[1] ?? process.execPath));
