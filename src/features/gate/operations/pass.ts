import type { GateOutside } from "../../../ports/gate.ts";
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
  /** Path of the test that tells the change from what was before; null: none is declared. */
  regressionTest: string | null;
}>;

/** What is known of a change before it is judged. */
export type Known = Readonly<{
  /** What its regression test has come to, for this very change. */
  regression: Regression;
  mergesAsIs: boolean;
}>;

/** What the passes judge: resolved once, the same for all. Its texts are data, whatever they say. */
export type GateContext = Readonly<{
  diff: Diff;
  /** The commit that the change left, and the name by which it was found. */
  base: Readonly<{ commit: string; name: string }>;
  /** The commit that is checked out; null before the first one. */
  head: string | null;
  /** Top of the checkout, absolute. */
  projectRoot: string;
  title: string | null;
  body: string | null;
  /** Null: the change is no fix of its own agent, and the pass `feedback` is not needed. */
  feedback: GateFeedback | null;
  /** The project's own commands, which the user has approved. */
  commands: GateCommands;
  /** How long a command may take. */
  timeoutMs: number;
  outside: Pick<GateOutside, "run" | "secrets" | "have">;
  /** The files of the commit that the change begins at. */
  inBase: ChangeSides["inBase"];
  /** Null: pass 7 runs the regression test. */
  known: Known | null;
  /** A merge would have just the files that are judged: all is committed, and the branch that it goes to has nothing more. */
  mergesAsIs: boolean;
  /** What the project says of itself, for models; each text is a block of its own. */
  documents: readonly string[];
  model: ModelCalls;
}>;

export type Pass = Readonly<{
  name: PassName;
  /** @throws AbortError when cancelled; whatever else goes wrong is a result that is not green */
  run(context: GateContext, signal: AbortSignal): Promise<PassResult>;
}>;

/** What a pass asks of a model. Where none answers, it fails. */
export type ModelPart = (context: GateContext, signal: AbortSignal) => Promise<PassResult>;

export type ModelPassName = Extract<PassName, "architectural" | "prose" | "adversarial" | "feedback">;

/** The part of a model in each pass that has one; of `prose` and `feedback` the part after the deterministic one. */
export type ModelParts = Readonly<Record<ModelPassName, ModelPart>>;
