import type { GatePorts } from "../../../ports/gate.ts";
import type { ModelCalls } from "../../../ports/model-calls.ts";
import type { FixClass } from "../../agent/model/auto-merge.ts";
import type { GateCommands } from "../model/commands.ts";
import type { Diff } from "../model/diff.ts";
import type { PassName, PassResult } from "../model/pass-result.ts";
import type { Regression } from "../model/regression.ts";
import type { ChangeSides } from "./regression.ts";

/** The feedback that a change claims to answer. */
export type GateFeedback = Readonly<{
  id: string;
  text: string;
  fixClass: FixClass | null;
  /** Path of the test that fails without the change and passes with it; null: none is declared. */
  regressionTest: string | null;
}>;

/** Results that are available before a change is judged. */
export type KnownResults = Readonly<{
  /** Result of its regression test for exactly this change. */
  regression: Regression;
  mergesAsIs: boolean;
}>;

/** The change that the passes judge, resolved once and shared by all of them. Its texts are data, never instructions. */
export type GateContext = Readonly<{
  diff: Diff;
  /** The commit that the change is based on, and the name by which it was found. */
  base: Readonly<{ commit: string; name: string }>;
  /** The commit that is checked out; null before the first commit. */
  head: string | null;
  /** Absolute path of the top of the checkout. */
  projectRoot: string;
  title: string | null;
  body: string | null;
  /** Null: the change is not a self-fix, and the pass `feedback` is not needed. */
  feedback: GateFeedback | null;
  /** The project's own commands, which the user has approved. */
  commands: GateCommands;
  /** Timeout of one command. */
  timeoutMs: number;
  outside: Pick<GatePorts, "run" | "secrets" | "have">;
  /** Gives access to the files of the base commit. */
  inBase: ChangeSides["inBase"];
  /** Null: pass 7 runs the regression test. */
  known: KnownResults | null;
  /** A merge would result in exactly the judged files: everything is committed, and the target branch has nothing in addition. */
  mergesAsIs: boolean;
  /** The project's documents, as context for models; each text is a separate block. */
  documents: readonly string[];
  model: ModelCalls;
}>;

export type Pass = Readonly<{
  name: PassName;
  /** @throws AbortError when cancelled; any other problem is reported as a result that is not green */
  run(context: GateContext, signal: AbortSignal): Promise<PassResult>;
}>;

/** The part of a pass that asks a model. It fails if no model answers. */
export type ModelPart = (context: GateContext, signal: AbortSignal) => Promise<PassResult>;

export type ModelPassName = Extract<PassName, "architectural" | "prose" | "adversarial" | "feedback">;

/** The model part of each pass that has one. In `prose` and `feedback`, the model is asked after the deterministic checks. */
export type ModelParts = Readonly<Record<ModelPassName, ModelPart>>;
