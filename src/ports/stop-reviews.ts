import type { LastReview, StopCommand } from "../features/hooks/model/stop-commands.ts";
import type { Command } from "../kernel/command.ts";

/** How a program ended. `reason`: why there is no output. */
export type ProgramOutcome = Readonly<{ output: string; code: number | null }> | Readonly<{ reason: string }>;

/** Reviews of agents' work in one checkout, by commands that the user has configured or approved; never by the checkout's own. */
export interface StopReviews {
  /** The top of the checkout, with links resolved; approvals are bound to this path. */
  readonly folder: string;
  /** The configured and approved commands. @throws invalid_input (settings that cannot be read), store_unreadable */
  commands(): Promise<readonly StopCommand[]>;
  /** Approves a command for this checkout, and the program that its name resolves to. @throws not_found, store_unwritable */
  approve(command: Command): Promise<void>;
  /** Removes all approvals of this checkout. @returns their number @throws store_unwritable */
  forget(): Promise<number>;
  /** Runs a program in the checkout, without a shell and without input. @throws AbortError */
  run(program: string, args: readonly string[], signal: AbortSignal): Promise<ProgramOutcome>;
  /** The last review; null if there is none or its file cannot be parsed. @throws store_unreadable */
  last(): Promise<LastReview | null>;
  /** Stores the last review. @throws store_unwritable, disk_full */
  noteLast(last: LastReview): Promise<void>;
  /**
   * Runs `body` unless another review is running in this home. If it succeeds, clears the due review of this checkout, unless it
   * became due again meanwhile. @throws store_locked
   */
  alone<T>(body: () => Promise<T>): Promise<T>;
  /** The files of this home with due reviews that cannot be parsed. @throws store_unreadable */
  unreadable(): Promise<readonly string[]>;
}
