import { expect, it } from "vitest";
import { findStaleConnections } from "../../../src/extension/connect/stale-connections.ts";
import type { HostState, HostView } from "../../../src/features/connect/model/views.ts";

const host = (name: string, state: HostState): HostView => ({
  host: "codex",
  name,
  scope: "user",
  state,
  enforces_budget: false,
  detail: null,
  problem: null,
});

it("names agents with stale entries once after the extension moved, and checks at no other time", async () => {
  const stored = new Map<string, unknown>();
  const memory = {
    get: (key: string) => stored.get(key),
    update: async (key: string, value: string) => void stored.set(key, value),
  };
  const checkedPaths: string[] = [];
  const at = (path: string): Promise<readonly string[]> =>
    findStaleConnections({
      memory,
      path,
      hosts: async () => {
        checkedPaths.push(path);
        return [host("Codex", "stale_path"), host("Cursor", "connected"), host("Gemini CLI", "broken")];
      },
    });
  expect(await at("/ext-1")).toEqual([]);
  expect(await at("/ext-1")).toEqual([]);
  expect(await at("/ext-2")).toEqual(["Codex"]);
  expect(await at("/ext-2")).toEqual([]);
  expect(checkedPaths).toEqual(["/ext-2"]);
});
