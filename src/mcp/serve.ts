import manifest from "../../package.json" with { type: "json" };
import { userFolder } from "../platform/disk/home.ts";
import { workspaceFiles, workspaceFolders } from "../platform/workspace-files.ts";
import type { Ports } from "../ports/ports.ts";
import { createProtocol } from "./create-protocol.ts";
import { type Toolset, toolsIn } from "./tool-names.ts";

export type ServeOptions = Readonly<{
  toolsets: readonly Toolset[];
  readOnly: boolean;
  /** Folders that files may be named in; none: the working directory. */
  roots: readonly string[];
  env: NodeJS.ProcessEnv;
  scrub(text: string): string;
}>;

/** Serves agents on standard input and output until the client goes away or `signal` is aborted. */
export async function serveAgents(ports: Ports, { toolsets, readOnly, roots, env, scrub }: ServeOptions, signal: AbortSignal) {
  const { logger, surroundings } = ports;
  const cwd = surroundings.folder;
  const folders = workspaceFolders(roots, cwd, ports.ledger.home, userFolder(env));
  const protocol = createProtocol({
    ports: { ...ports, files: workspaceFiles(ports.files, folders, cwd) },
    version: manifest.version,
    tools: toolsIn(toolsets),
    readOnly,
    scrub,
  });
  const { serve } = await import("./sdk-transport.ts");
  await serve(protocol, (error) => logger.warn(error.message), signal);
}
