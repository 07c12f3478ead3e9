import type { KnownContent } from "../features/facts/kinds.ts";
import type { Team } from "../features/reviews/model/resets-in-force.ts";
import type { Cursor, Draft, Fact, FactPlace, PlacedFact } from "../kernel/fact.ts";
import type { Verdict } from "../kernel/verdict.ts";
import type { StoreProblem } from "./fact-log.ts";
import type { Queries } from "./ports.ts";

/** How far one device's log is applied. `last` is the place of the fact that `cursor` names; `facts` counts those applied. */
export type AppliedHead = Readonly<{ cursor: Cursor; last: FactPlace | null; facts: number }>;

/** A fact to apply. `content`: what its data were found to say, where whoever applies it has just parsed them. */
export type FactToApply = PlacedFact & Readonly<{ content?: KnownContent }>;

/** @param position of the draft in its batch */
export type DraftCheck = (content: KnownContent, draft: Pick<Draft, "project">, position: number) => Promise<Verdict>;

/**
 * The index as the store uses it: a database in memory that facts are applied to, and that is written out as a file's bytes. It
 * knows neither files nor logs. One that failed halfway through a change must not be used any more: the journal has everything.
 */
export interface FactIndex {
  heads(): readonly AppliedHead[];
  /** What the logs and facts applied so far have wrong, except torn tails, which come and go. */
  problems(): readonly StoreProblem[];
  /** The questions, answered from all that was applied. Not to be kept beyond the current synchronous stretch. */
  queries(): Queries;
  /**
   * Checks the drafts of one batch in order, against all that was applied and against each other. Nothing may be applied meanwhile.
   * @param fetch reads a recorded fact again
   */
  draftCheck(fetch: (place: FactPlace) => Promise<Fact>): DraftCheck;
  /** Tells whose devices are whose, and which resets of the team are in force; at once for all that was applied. */
  setTeam(team: Team): void;
  /**
   * Applies facts and moves the heads. A fact of a known kind that does not fit its schema becomes a `refused` problem; facts of
   * unknown kinds only move the head.
   */
  apply(facts: readonly FactToApply[]): void;
  /** Moves a head over bytes that hold no fact, and keeps what was wrong with them. */
  skip(cursor: Cursor, problems: readonly StoreProblem[]): void;
  /** The database as the bytes of a file that any SQLite tool opens, sealed with a checksum. */
  export(): Uint8Array;
  close(): void;
}

/** What became of a file's bytes: an index, or the reason why they cannot be used and the index must be built again. */
export type OpenedIndex =
  /** `changed`: it was migrated or put into another time zone, so that it is worth writing out. */
  | Readonly<{ state: "ready"; index: FactIndex; changed: boolean }>
  | Readonly<{ state: "damaged"; reason: string }>
  | Readonly<{ state: "newer"; version: number }>;

/** Makes indexes. */
export interface IndexFactory {
  /** Version of the database's schema that this program writes. */
  readonly version: number;
  /** Loads what the first index needs, so that this can be done while its file is read. */
  prepare(): Promise<void>;
  create(): Promise<FactIndex>;
  open(bytes: Uint8Array): Promise<OpenedIndex>;
}
