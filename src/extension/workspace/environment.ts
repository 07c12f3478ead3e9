import { dirname } from "node:path";
import type * as vscode from "vscode";
import type { CallSurroundings } from "../store/client.ts";
import { folderOf } from "./folders.ts";

/** What the store is told of the user's surroundings, for a file or for the window as a whole. */
export type SurroundingsOf = (near?: vscode.Uri) => CallSurroundings;

/**
 * Makes `SurroundingsOf`: the workspace folder of the file stands for the working directory (in a window without a folder the one
 * that the file lies in), and the agent is the setting's. The store reads a repository's files and starts no git, so a workspace
 * that is not trusted cannot have anything run. What the settings say of sync goes along.
 */
export const surroundingsFrom =
  (agent: () => string, sync: () => CallSurroundings["sync"]): SurroundingsOf =>
  (near) => {
    const own = near?.scheme === "file" ? dirname(near.fsPath) : null;
    return { agent: agent() === "" ? null : agent(), cwd: folderOf(near) ?? own, project: null, sync: sync() };
  };
