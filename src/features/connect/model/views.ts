import type { ErrorView } from "../../../kernel/ledger-error.ts";
import type { HostId, Scope } from "./hosts.ts";

/**
 * How an agent stands. `stale_path`: its entries name a program that is not there; `broken`: some entries are missing, or a file of it
 * cannot be read.
 */
export type HostState = "not_found" | "not_connected" | "connected" | "stale_path" | "broken";

export type HostView = Readonly<{
  host: HostId;
  name: string;
  scope: Scope;
  state: HostState;
  /** Whether its hooks stop the agent at a budget's limit. */
  enforces_budget: boolean;
  /** What is missing, in words; null when nothing is. */
  detail: string | null;
  /** Why a file of it cannot be read or changed; null when all can. */
  problem: ErrorView | null;
}>;

/** A file that is changed, as lines that begin with `+ ` or `- `. */
export type FileChange = Readonly<{
  host: HostId;
  path: string;
  change: "create" | "update" | "delete";
  /** The copy that is kept of the file; null where one is kept already, or none is needed. */
  copy: string | null;
  lines: readonly string[];
}>;

export type ConnectView = Readonly<{
  action: "connect" | "check" | "remove";
  /** Whether the changes were written. */
  written: boolean;
  changes: readonly FileChange[];
  hosts: readonly HostView[];
  /** What is left to do in the agents themselves. */
  next: readonly string[];
}>;
