import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { notFound } from "../kernel/errors.ts";

/** The WebAssembly part of the index's database. */
export const wasmFile = "sql-wasm.wasm";

/** The index without facts, which the build makes. */
export const emptyIndexFile = "empty-index.sqlite";

/**
 * The folder of a program's assets: the one of the program itself when it is packaged, else that of the installed package.
 * @param start folder of the running code; it and every folder above are looked at
 * @throws not_found
 */
export function findAssets(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = [folder, join(folder, "node_modules", "sql.js", "dist")].find((one) => existsSync(join(one, wasmFile)));
    if (found !== undefined) return found;
    if (dirname(folder) === folder) throw notFound(`${wasmFile} beside ${start}`, "Install Reward Ledger again.");
  }
}

/** Folder of the code that runs: of the bundle, where modules know it, else of the program that was started. */
export const codeFolder = (): string =>
  typeof __dirname === "string" ? __dirname : dirname(realpathSync(process.argv[1] ?? process.execPath));
