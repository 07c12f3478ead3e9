import type { ErrorView } from "../../../kernel/ledger-error.ts";
import type { HostId, Scope } from "./hosts.ts";

/**
 * Connection state of an agent. `stale_path`: its entries name a program that does not exist; `broken`: entries are missing or
 * duplicated, or one of its files cannot be read.
 */
export type HostState = "not_found" | "not_connected" | "connected" | "stale_path" | "broken";

export type HostView = Readonly<{
  host: HostId;
  name: string;
  scope: Scope;
  state: HostState;
  /** Whether its hooks stop the agent when the limit of a budget is reached. */
  enforces_budget: boolean;
  /** What is wrong with the connection; null if nothing is. */
  detail: string | null;
  /** Why one of its files cannot be read or changed; null if all can. */
  problem: ErrorView | null;
}>;

/** A changed file. `lines`: its added and removed lines, which begin with `+ ` or `- `. */
export type FileChange = Readonly<{
  host: HostId;
  path: string;
  change: "create" | "update" | "delete";
  /** Path of the copy that is kept of the file; null if there is one already, or none is needed. */
  copy: string | null;
  lines: readonly string[];
}>;

export type ConnectView = Readonly<{
  action: "connect" | "check" | "remove";
  /** Whether the changes were written. */
  written: boolean;
  changes: readonly FileChange[];
  hosts: readonly HostView[];
  /** What the user still has to do in the agents themselves. */
  next: readonly string[];
}>;
