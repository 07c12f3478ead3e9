import type { KnownCommand } from "../model/commands.ts";
import type { PassResult } from "../model/pass-result.ts";
import type { GateVerdict, MergeAllowance } from "../model/verdict.ts";

/** A run of the gate as it is recorded. */
export type GateRunView = Readonly<{
  /** Id of its fact. */
  id: string;
  /** ISO-8601 UTC. */
  at: string;
  project: string | null;
  agent: string;
  base: Readonly<{ commit: string; name: string }>;
  head: string | null;
  branch: string | null;
  title: string | null;
  /** Id of the feedback that the change claims to answer. */
  feedback: string | null;
  /** Number of changed files. */
  files: number;
  verdict: GateVerdict;
  /** Of the adversarial pass; null where it states none. */
  confidence: number | null;
  short_circuited: boolean;
  blockers: readonly string[];
  auto_merge: MergeAllowance;
  passes: readonly PassResult[];
  duration_ms: number;
}>;

/** A run that was only planned: what would be judged, and what would run. */
export type GatePlanView = Readonly<{
  dry_run: true;
  base: Readonly<{ commit: string; name: string }>;
  files: readonly string[];
  commands: readonly KnownCommand[];
}>;

export type GateView = (GateRunView & Readonly<{ dry_run: false }>) | GatePlanView;

export type GateCommandsView = Readonly<{
  folder: string;
  commands: readonly KnownCommand[];
  /** Whether an approval was removed. */
  removed: boolean;
}>;
