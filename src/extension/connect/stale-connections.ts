import type { HostView } from "../../features/connect/model/views.ts";

const memoryKey = "connect.extensionPath";

export type StaleConnectionsOptions = Readonly<{
  memory: Readonly<{ get(key: string): unknown; update(key: string, value: string): PromiseLike<void> }>;
  /** Install path of this version of the extension. */
  path: string;
  /** Called only when the extension has moved. */
  hosts(): Promise<readonly HostView[]>;
}>;

/**
 * Names of the agents whose entries point to the extension's path before an update. An update changes the path, and the hooks of
 * agents that were connected from here would fail silently.
 */
export async function findStaleConnections({ memory, path, hosts }: StaleConnectionsOptions): Promise<readonly string[]> {
  const previousPath = memory.get(memoryKey);
  if (previousPath === path) return [];
  await memory.update(memoryKey, path);
  if (previousPath === undefined) return [];
  return (await hosts()).filter(({ state }) => state === "stale_path").map(({ name }) => name);
}
