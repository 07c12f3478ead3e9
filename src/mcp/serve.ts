import { userFolder } from "../platform/disk/home.ts";
import { workspaceFiles, workspaceFolders } from "../platform/workspace-files.ts";
import type { Ports } from "../ports/ports.ts";
import { createProtocol } from "./create-protocol.ts";
import type { Serve } from "./protocol.ts";
import { selectTools } from "./select-tools.ts";
import type { Toolset } from "./tool-names.ts";

export type ServeOptions = Readonly<{
  toolsets: readonly Toolset[];
  readOnly: boolean;
  /** Folders in which agents may name files; none: the working directory. */
  roots: readonly string[];
  env: NodeJS.ProcessEnv;
  scrub(text: string): string;
}>;

/** Serves over a connection of its own. */
export const serveByTransport: Serve = async (...args) => (await import("./sdk-transport.ts")).serve(...args);

/** Serves agents until the client disconnects or `signal` is aborted. */
export function serveAgents(
  ports: Ports,
  { toolsets, readOnly, roots, env, scrub }: ServeOptions,
  serve: Serve,
  signal: AbortSignal,
): Promise<void> {
  const { logger, surroundings } = ports;
  const cwd = surroundings.folder;
  const folders = workspaceFolders(roots, cwd, ports.ledger.home, userFolder(env));
  const protocol = createProtocol({
    ports: { ...ports, files: workspaceFiles(ports.files, folders, cwd) },
    tools: selectTools(toolsets),
    readOnly,
    scrub,
  });
  return serve(protocol, (error) => logger.warn(error.message), signal);
}
