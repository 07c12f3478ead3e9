import type { LastReview, StopCommand } from "../features/hooks/model/stop-commands.ts";
import type { Command } from "../kernel/command.ts";

/** How a program ended. `reason` says why there is no output. */
export type ProgramOutcome = Readonly<{ output: string; code: number | null }> | Readonly<{ reason: string }>;

/** Reviews of what agents did in one checkout, by commands that the user has set or approved. Nothing in the checkout names a command. */
export interface StopReviews {
  /** The top of the checkout, without links: what approvals are bound to. */
  readonly folder: string;
  /** @throws invalid_input: settings that cannot be read, store_unreadable */
  commands(): Promise<readonly StopCommand[]>;
  /** Approves a command for this checkout and the program that its name leads to. @throws not_found, store_unwritable */
  approve(command: Command): Promise<void>;
  /** Removes all approvals of this checkout. @returns how many there were @throws store_unwritable */
  forget(): Promise<number>;
  /** Runs a program in the checkout, without a shell and without input. @throws AbortError */
  run(program: string, args: readonly string[], signal: AbortSignal): Promise<ProgramOutcome>;
  /** Null: none, or one that was torn. @throws store_unreadable */
  last(): Promise<LastReview | null>;
  /** @throws store_unwritable, disk_full */
  noteLast(last: LastReview): Promise<void>;
  /**
   * Runs `body` unless another review runs in this home. Where it succeeds, the review of this checkout is no longer due, unless it became
   * due again meanwhile. @throws store_locked
   */
  alone<T>(body: () => Promise<T>): Promise<T>;
  /** Notes of this home that nobody can read. @throws store_unreadable */
  unreadable(): Promise<readonly string[]>;
}
