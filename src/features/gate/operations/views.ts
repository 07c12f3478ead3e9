import type { KnownCommand } from "../model/commands.ts";
import type { PassResult } from "../model/pass-result.ts";
import type { GateVerdict, MergeAllowance } from "../model/verdict.ts";

/** A recorded run of the review gate. */
export type GateRunView = Readonly<{
  /** Id of the run. */
  id: string;
  /** Time of the run, ISO-8601 UTC. */
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
  /** Confidence of the adversarial pass, 0 to 100; null if it stated none or did not run. */
  confidence: number | null;
  short_circuited: boolean;
  blockers: readonly string[];
  auto_merge: MergeAllowance;
  passes: readonly PassResult[];
  duration_ms: number;
}>;

/** The plan of a dry run: the files that would be judged, and the commands that would run. */
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
  /** Whether this call removed an approval. */
  removed: boolean;
}>;
