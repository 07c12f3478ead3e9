import type { GateCommands, ProjectCommand } from "../features/gate/model/commands.ts";

/** How a command ended; `missing`: there is no such program here. Its texts are without secrets. */
export type CommandOutcome =
  | Readonly<{ state: "missing"; reason: string }>
  | Readonly<{
      state: "exited" | "timed_out";
      /** Null where a signal ended it. */
      code: number | null;
      /** The end of what it printed. */
      output: string;
      /** The beginning of its standard output. */
      report: string;
      /** Whether it printed more than that. */
      isCut: boolean;
      duration_ms: number;
    }>;

/**
 * A change: the top of the checkout, where it begins, and the lines of its patch; `mergesAsIs`: all of it is committed, and the branch that
 * it goes to has nothing that it lacks.
 */
export type GateChange = Readonly<{
  top: string;
  base: Readonly<{ commit: string; name: string }>;
  lines: readonly string[];
  mergesAsIs: boolean;
}>;

/** What the review gate needs of the machine, for one checkout. */
export interface GateOutside {
  /** @throws not_found, usage (too large), unreadable_file */
  change(base: string | undefined, signal: AbortSignal): Promise<GateChange>;
  /** Which of some files are in the top of the checkout. */
  have(files: readonly string[]): Promise<ReadonlySet<string>>;
  /** Runs a program in the top of the checkout, without a shell. @throws AbortError */
  run(command: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<CommandOutcome>;
  /** Where a text holds secrets, and by which rule. */
  secrets(text: string, file: string): Promise<readonly Readonly<{ line: number; rule: string }>[]>;
  /** The user's own commands, for every project. @throws invalid_input */
  settings(): Promise<GateCommands>;
  /** The commands of this checkout that the user has approved; null: none. */
  approved(): Promise<readonly ProjectCommand[] | null>;
  /** Keeps an approval in the home, in place of the one before; null removes it. @returns whether there was one */
  approve(commands: readonly ProjectCommand[] | null): Promise<boolean>;
}
