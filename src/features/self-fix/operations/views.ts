import type { FixState, NextStep } from "../model/fix-state.ts";
import type { StepName } from "../model/step.ts";

/** The state of the fix of one piece of feedback, with the feedback itself. */
export type FixView = Omit<FixState, "step"> &
  Readonly<{
    /** Text of the feedback; `state` is its state in the feedback store. */
    body: string;
    state: string;
    step: StepName | null;
    next: NextStep;
  }>;

/** The result of a call. */
export type Outcome =
  | "no-pending"
  | "would"
  | "went-on"
  | "waiting"
  | "escalated"
  | "rejected"
  | "stopped"
  | "kept"
  | "opened"
  | "not-merged"
  | "verified";

export type SelfFixView = Readonly<{
  outcome: Outcome;
  dry_run: boolean;
  /** Steps that this call completed, in order. For a dry run: the steps that it simulated. */
  steps: readonly StepName[];
  /** Why the call ended there: what the fix waits for, or the reasons against it. */
  reasons: readonly string[];
  /** Only for a dry run: what the remaining steps would do. */
  would: readonly string[];
  /** Null if there was no feedback to work on. */
  fix: FixView | null;
}>;
