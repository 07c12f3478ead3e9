#!/usr/bin/env node
import { writeSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { version } from "../../package.json";
import type { Serve } from "../mcp/protocol.ts";
import { compileCacheFolder } from "./compile-cache.ts";

/*
 * The process's entry: checks the version of Node, then loads the program. It is a bundle of its own, in syntax that old versions
 * of Node can parse: a file with newer syntax would fail before it could report the reason.
 */
const minNodeVersion = "22.2";

/** Whether a version of Node is at least as new as another. */
function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** Answers `--version` without loading the program. On failure the program answers instead, and reports the error. */
function tryPrintVersion(words: readonly string[]): boolean {
  if (words.length !== 1 || (words[0] !== "--version" && words[0] !== "-V")) return false;
  try {
    writeSync(1, `${version}\n`);
    return true;
  } catch {
    return false;
  }
}

/** Answers without loading the program if possible; otherwise runs it. */
async function start(): Promise<void> {
  if (isHook) {
    const { answeredHook } = await import("../hook.ts");
    if (answeredHook(words)) return;
  }
  if (words.includes("status") || words.includes("agents") || words.includes("statusline")) {
    const { answerFromSummary } = await import("../summary-answers.ts");
    if (answerFromSummary(words)) return;
  }
  const run = async (serve?: Serve): Promise<void> => {
    const { runProgram } = await import("./load-program.ts");
    await runProgram(join(__dirname, "program.cjs"), words, serve);
  };
  if (words[0] === "mcp") {
    const cacheFolder = compileCacheFolder(process.env);
    if (cacheFolder !== undefined) enableCompileCache(cacheFolder);
    const { tryStartMcp } = await import("./start-mcp-early.ts");
    if (tryStartMcp(words, run)) return;
  }
  await run();
}

const words = process.argv.slice(2);
const isHook = words.find((word, n) => !word.startsWith("-") && words[n - 1] !== "--home") === "hook";
if (!isAtLeast(process.versions.node, minNodeVersion)) {
  process.stderr.write(`error: reward-ledger needs Node.js ${minNodeVersion} or newer, this is ${process.versions.node}\n`);
  // A host of agents may treat any exit code but 0 as a refusal of the agent's next action.
  process.exitCode = isHook ? 0 : 1;
} else if (!tryPrintVersion(words)) {
  void start();
}
