import { isAscii } from "node:buffer";
import { hash } from "node:crypto";
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import type { Serve } from "../mcp/protocol.ts";
import { compileCacheFolder } from "./compile-cache.ts";

/*
 * Node's own cache contains the code that is compiled while a file is loaded. Nearly all of this program is compiled
 * later, when a function is first called. This cache therefore contains the code that is compiled by the end of a run,
 * separately for each command.
 */

/** Maximum age of compiled code in ms; it is then renewed, because the first run of a command may have been an unusual one. */
const maxAgeMs = 3_600_000;
const digestLength = 64;

/** The command that a command line names first; undefined when it names none. */
function findCommand(words: readonly string[]): string | undefined {
  return words.find((word, position) => /^[a-z][a-z-]{0,30}$/.test(word) && words[position - 1] !== "--home");
}

/** The compiled code in a file, if it was made from this program and is complete. @param program the identity of its files */
function readCode(path: string, program: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(2 * digestLength);
    const isWhole = bytes.toString("latin1", 0, 2 * digestLength) === program + hash("sha256", code);
    return isWhole && Date.now() - statSync(path).mtimeMs < maxAgeMs ? code : undefined;
  } catch {
    // Only speed depends on it.
    return undefined;
  }
}

function writeCode(path: string, program: string, code: Buffer): void {
  try {
    const unfinished = `${path}-${process.pid}`;
    writeFileSync(unfinished, Buffer.concat([Buffer.from(program + hash("sha256", code), "latin1"), code]), { mode: 0o600 });
    renameSync(unfinished, path);
  } catch {
    // Only speed depends on it.
  }
}

/** Identifies files, and detects when a new version replaces them; reading and hashing their content would cost more. */
function identityOf(files: readonly string[]): string {
  const marks = files.map((file) => {
    const { ino, size, mtimeMs, ctimeMs } = statSync(file);
    return [file, ino, size, mtimeMs, ctimeMs].join(":");
  });
  return hash("sha256", marks.join("\n"));
}

/** Files of packages that bundles share. They are compiled with the program, so that the cached code includes theirs. */
const sharedFiles = ["./zod.cjs", "./luxon.cjs"];

/** The text of a file. The build writes ASCII, which is read and compiled faster as text with one byte per character. */
function textOf(file: string): string {
  const bytes = readFileSync(file);
  return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}

const wrapAsFunction = (file: string): string =>
  `function (exports, require, module, __filename, __dirname) { ${textOf(file)}\n}`;

type Program = Readonly<{ main(serve?: Serve): Promise<void> }>;

/**
 * Runs the program, a CommonJS file, which is loaded in the same way as by `require`.
 * @param serve an existing connection to serve agents over, if there is one
 */
export async function runProgram(file: string, words: readonly string[], serve?: Serve): Promise<void> {
  const folder = compileCacheFolder(process.env);
  const command = findCommand(words);
  const path =
    folder === undefined || command === undefined ? undefined : join(folder, `${command}-${process.version}-${process.arch}`);
  const files = [file, ...sharedFiles.map((shared) => join(dirname(file), shared))];
  const program = identityOf(files);
  const cachedData = path === undefined ? undefined : readCode(path, program);
  const script = new Script(`[${files.map(wrapAsFunction).join(", ")}]`, { filename: file, cachedData });
  if (path !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) {
    // A command that does not exist fails, and nothing is stored for it.
    process.once("exit", (code) => (code === 0 ? writeCode(path, program, script.createCachedData()) : undefined));
  }
  const [run, ...shared] = script.runInThisContext();
  const requireBeside = createRequire(file);
  const loaded = new Map<string, Readonly<{ exports: object }>>();
  const requireHere = Object.assign((name: string): unknown => {
    const at = sharedFiles.indexOf(name);
    if (at === -1) return requireBeside(name);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    shared[at](module.exports, requireBeside, module, files[at + 1], dirname(file));
    return module.exports;
  }, requireBeside);
  const own: { exports: Program } = { exports: { main: () => Promise.reject(new TypeError(`${file} is no program`)) } };
  run(own.exports, requireHere, own, file, dirname(file));
  await own.exports.main(serve);
}
