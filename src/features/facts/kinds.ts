import type { Envelope, FactKind } from "../../kernel/fact.ts";
import { type AgentFact, agentKinds, type StoreKind } from "../agent/model/kinds.ts";
import { type PlacedChange, placeChange } from "../agent/model/placed-change.ts";
import { evalBaseline } from "../evals/model/baseline.ts";
import { evalRecorded } from "../evals/model/eval-recorded.ts";
import type { FoldedRun } from "../evals/model/fold-runs.ts";
import { gateRan } from "../gate/model/gate-ran.ts";
import { type CollectedIntake, emptyCollectedIntake, intakeRedone, intakeUndone } from "../intake/model/undo.ts";
import { reviewReset, reviewResetUndone } from "../reviews/model/reset-facts.ts";
import type { RecordedReset, RecordedUndo } from "../reviews/model/resets-in-force.ts";
import { reviewRecorded } from "../reviews/model/review-recorded.ts";
import type { ReviewRun } from "../reviews/model/run.ts";
import { rulesUpdated } from "../rules/model/rules-updated.ts";
import { selfFixStep } from "../self-fix/model/step.ts";

/** The kinds that are parsed with a schema of their own. */
export const shapedKinds = {
  "review.recorded": reviewRecorded,
  "review.reset": reviewReset,
  "review.reset_undone": reviewResetUndone,
  "eval.recorded": evalRecorded,
  "eval.baseline": evalBaseline,
  "intake.undone": intakeUndone,
  "intake.redone": intakeRedone,
  "rules.updated": rulesUpdated,
  "gate.ran": gateRan,
  "self_fix.step": selfFixStep,
};

export type ShapedKind = keyof typeof shapedKinds;

/** The content of a fact of each shaped kind, without its envelope. */
export type Contents = {
  readonly [K in ShapedKind]: Extract<ReturnType<(typeof shapedKinds)[K]["read"]>, Readonly<{ ok: true }>>["content"];
};

/** The content of a known fact, without its envelope. Facts of the agent's stores describe a change to a row of a `store`. */
export type KnownContent = Contents[ShapedKind] | AgentFact;

/** A known fact. */
export type KnownFact = Envelope & KnownContent;

/** The contents of facts, in the form that folds take as input. */
export type Collected = Readonly<{
  runs: ReviewRun[];
  resets: RecordedReset[];
  undone: RecordedUndo[];
  intake: CollectedIntake;
  evals: FoldedRun[];
  changes: PlacedChange[];
  /** Returns a digest of the results of an eval run. */
  digestOf(results: string): string;
}>;

export const emptyCollected = (digestOf: Collected["digestOf"]): Collected => ({
  runs: [],
  resets: [],
  undone: [],
  intake: emptyCollectedIntake(),
  evals: [],
  changes: [],
  digestOf,
});

type Definitions = { readonly [K in ShapedKind]: FactKind<K, Contents[K], Collected> };

const definitions: Definitions = shapedKinds;

const isShaped = (kind: string): kind is ShapedKind => Object.hasOwn(definitions, kind);

/** Returns the definition of a kind; undefined if this version does not know it. */
export const findKind = (kind: string): Definitions[ShapedKind] | StoreKind | undefined =>
  isShaped(kind) ? definitions[kind] : agentKinds.get(kind);

/** Every kind of fact that this version understands. */
export const allKinds = (): readonly (Definitions[ShapedKind] | StoreKind)[] => [
  ...Object.values(definitions),
  ...agentKinds.values(),
];

const collectKind = <K extends ShapedKind>(into: Collected, kind: K, fact: Envelope & Contents[K]): void =>
  definitions[kind].collect(into, fact);

/** Adds the content of a fact to the input of folds. */
export const collect = (into: Collected, fact: KnownFact): void =>
  "store" in fact ? void into.changes.push(placeChange(fact)) : collectKind(into, fact.kind, fact);
