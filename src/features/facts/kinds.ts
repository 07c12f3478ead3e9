import type { Envelope, FactKind } from "../../kernel/fact.ts";
import { type AgentKind, agentKinds } from "../agent/model/kinds.ts";
import type { PlacedChange } from "../agent/model/placed-change.ts";
import { evalBaseline } from "../evals/model/baseline.ts";
import type { FoldedRun } from "../evals/model/fold-runs.ts";
import { evalRecorded } from "../evals/model/recorded.ts";
import { type CollectedIntake, collectedIntake, intakeRedone, intakeUndone } from "../intake/model/undo.ts";
import { reviewRecorded } from "../reviews/model/recorded.ts";
import { reviewReset, reviewResetUndone } from "../reviews/model/reset.ts";
import type { RecordedReset, RecordedUndo } from "../reviews/model/resets.ts";
import type { ReviewRun } from "../reviews/model/run.ts";

/** The kinds that are read by a schema of their own. */
export const shapedKinds = {
  "review.recorded": reviewRecorded,
  "review.reset": reviewReset,
  "review.reset_undone": reviewResetUndone,
  "eval.recorded": evalRecorded,
  "eval.baseline": evalBaseline,
  "intake.undone": intakeUndone,
  "intake.redone": intakeRedone,
};

/** Every kind of fact that this version understands, by its name. */
const factKinds = { ...shapedKinds, ...agentKinds };

export type Kind = keyof typeof factKinds;
export type ShapedKind = Exclude<Kind, AgentKind>;

/** What a fact of each kind says, without its envelope. */
export type Contents = {
  readonly [K in Kind]: Extract<ReturnType<(typeof factKinds)[K]["read"]>, Readonly<{ ok: true }>>["content"];
};

/** What a known fact says, without its envelope. */
export type KnownContent = Contents[Kind];

/** A known fact. */
export type KnownFact = Envelope & KnownContent;

/** What facts say, in the form that folds take. */
export type Collected = Readonly<{
  runs: ReviewRun[];
  resets: RecordedReset[];
  undone: RecordedUndo[];
  intake: CollectedIntake;
  evals: FoldedRun[];
  changes: PlacedChange[];
  /** A short text that stands for the results of an eval run. */
  digestOf(results: string): string;
}>;

export const nothingCollected = (digestOf: Collected["digestOf"]): Collected => ({
  runs: [],
  resets: [],
  undone: [],
  intake: collectedIntake(),
  evals: [],
  changes: [],
  digestOf,
});

type Definitions = { readonly [K in Kind]: FactKind<K, Contents[K], Collected> };

const definitions: Definitions = factKinds;

/** The definition of a kind; undefined where this version does not know it. */
export const findKind = (kind: string): Definitions[Kind] | undefined => (isKind(kind) ? definitions[kind] : undefined);

const isKind = (kind: string): kind is Kind => Object.hasOwn(definitions, kind);

export const everyKind = (): readonly Definitions[Kind][] => Object.values(definitions);

const collectAs = <K extends Kind>(into: Collected, kind: K, fact: Envelope & Contents[K]): void =>
  definitions[kind].collect(into, fact);

/** Adds what a fact says to what folds take. */
export const collect = (into: Collected, fact: KnownFact): void => collectAs(into, fact.kind, fact);
