import type { GateCommands, ProjectCommand } from "../features/gate/model/commands.ts";

/** How a command ended; `missing`: there is no such program here. Secrets are removed from its texts. */
export type CommandOutcome =
  | Readonly<{ state: "missing"; reason: string }>
  | Readonly<{
      state: "exited" | "timed_out";
      /** Exit code; null if a signal ended the command. */
      code: number | null;
      /** The end of its combined output. */
      output: string;
      /** The beginning of its standard output. */
      report: string;
      /** Whether it printed more than `report` holds. */
      isCut: boolean;
      duration_ms: number;
    }>;

/**
 * A change: the top of the checkout, the base commit, and the lines of its patch. `mergesAsIs`: all of it is committed, and it
 * contains every commit of its target branch.
 */
export type GateChange = Readonly<{
  top: string;
  base: Readonly<{ commit: string; name: string }>;
  lines: readonly string[];
  mergesAsIs: boolean;
}>;

/** What the review gate needs from the machine, for one checkout. */
export interface GatePorts {
  /** Reads the change since a base. @throws not_found, usage (too large), unreadable_file */
  change(base: string | undefined, signal: AbortSignal): Promise<GateChange>;
  /** Returns those of the given files that exist below the top of the checkout. */
  have(files: readonly string[]): Promise<ReadonlySet<string>>;
  /** Runs a program in the top of the checkout, without a shell. @throws AbortError */
  run(command: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<CommandOutcome>;
  /** Finds the secrets in a text: the line of each and the rule that matched. */
  secrets(text: string, file: string): Promise<readonly Readonly<{ line: number; rule: string }>[]>;
  /** The user's own commands, for every project. @throws invalid_input */
  settings(): Promise<GateCommands>;
  /** The commands of this checkout that the user has approved; null if none. */
  approved(): Promise<readonly ProjectCommand[] | null>;
  /** Stores an approval in the home, replacing the previous one; null removes it. @returns whether there was one */
  approve(commands: readonly ProjectCommand[] | null): Promise<boolean>;
}
