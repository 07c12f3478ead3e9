import * as vscode from "vscode";
import type { CallSurroundings } from "../store/client.ts";
import { folderOf } from "./folders.ts";

/** What the store is told of the user's surroundings, for a file or for the window as a whole. */
export type SurroundingsOf = (near?: vscode.Uri) => CallSurroundings;

/**
 * Makes `SurroundingsOf`: the workspace folder of the file stands for the working directory, and the agent is the setting's. In a
 * workspace that is not trusted there is no working directory, so that nothing of its git repository is used.
 */
export const surroundingsFrom =
  (agent: () => string): SurroundingsOf =>
  (near) => {
    const folder = folderOf(near);
    const name = agent();
    return {
      agent: name === "" ? null : name,
      cwd: vscode.workspace.isTrusted ? (folder ?? null) : null,
      project: null,
    };
  };
