#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { compileCacheFolder } from "./compile-cache.ts";

/*
 * The process's entry: checks the version of Node, then loads the program. It is a bundle of its own, in syntax that old
 * versions of Node read, because a file with newer syntax would fail before it could say why.
 */
const needed = 22;

if (Number(process.versions.node.split(".")[0]) < needed) {
  process.stderr.write(`error: reward-ledger needs Node.js ${needed} or newer, this is ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  // The compiled program is kept by Node between runs, which saves a third of the time that a short command takes.
  // Node's own folder for it stands in the temporary folder, where others could put code of theirs.
  const folder = compileCacheFolder(process.env);
  if (folder !== undefined) enableCompileCache(folder);
  // In parts, so that the bundler leaves the program in a file of its own.
  require(join(__dirname, "program.cjs"));
}
