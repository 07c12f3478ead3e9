import type { Next, Standing } from "../model/standing.ts";
import type { StepName } from "../model/step.ts";

/** Where the fix of one feedback stands, with the feedback. */
export type FixView = Omit<Standing, "step"> &
  Readonly<{
    /** The feedback's text, and its state in its store. */
    body: string;
    state: string;
    step: StepName | null;
    next: Next;
  }>;

/** What a call came to. */
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
  /** What was taken of the fix in this call, in order. */
  steps: readonly StepName[];
  /** Why it ended there: what it waits for, or the reasons against it. */
  reasons: readonly string[];
  /** Of a dry run: what the steps that were not taken would do. */
  would: readonly string[];
  /** Null without any feedback. */
  fix: FixView | null;
}>;
