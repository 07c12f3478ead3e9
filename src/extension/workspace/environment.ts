import { dirname } from "node:path";
import type * as vscode from "vscode";
import type { CallSurroundings } from "../store/client.ts";
import { folderOf } from "./folders.ts";

/** Returns the surroundings to pass to the store, for a file or for the window as a whole. */
export type SurroundingsOf = (near?: vscode.Uri) => CallSurroundings;

/**
 * Creates `SurroundingsOf`: the working directory is the workspace folder of the file (in a window without a folder, the file's
 * directory), and the agent and the sync options come from the settings. The store reads a repository's files and does not run
 * git, so an untrusted workspace cannot execute anything.
 */
export const createSurroundingsOf =
  (agent: () => string, sync: () => CallSurroundings["sync"]): SurroundingsOf =>
  (near) => {
    const fileFolder = near?.scheme === "file" ? dirname(near.fsPath) : null;
    return { agent: agent() === "" ? null : agent(), cwd: folderOf(near) ?? fileFolder, project: null, sync: sync() };
  };
