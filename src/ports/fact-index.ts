import type { KnownContent } from "../features/facts/kinds.ts";
import type { Team } from "../features/reviews/model/resets-in-force.ts";
import type { Cursor, Draft, Fact, FactPlace, PlacedFact } from "../kernel/fact.ts";
import type { Verdict } from "../kernel/verdict.ts";
import type { StoreProblem } from "./fact-log.ts";
import type { Queries } from "./ports.ts";

/** How far one device's log is applied. `last`: place of the fact that `cursor` points to; `facts`: number of facts applied. */
export type AppliedHead = Readonly<{ cursor: Cursor; last: FactPlace | null; facts: number }>;

/** A fact to apply. `content`: its parsed data, if the caller has just parsed them. */
export type FactToApply = PlacedFact & Readonly<{ content?: KnownContent }>;

/** @param position index of the draft in its batch */
export type DraftCheck = (content: KnownContent, draft: Pick<Draft, "project">, position: number) => Promise<Verdict>;

/**
 * The index as the store uses it: an in-memory database that facts are applied to and that is exported as the bytes of a file. It
 * does not access files or logs. After a change failed halfway, the index must be discarded; it can be rebuilt from the journal.
 */
export interface FactIndex {
  heads(): readonly AppliedHead[];
  /** Problems of the logs and facts applied so far, except torn tails, which are transient. */
  problems(): readonly StoreProblem[];
  /** Queries over everything applied so far. Must not be used after the current synchronous section. */
  queries(): Queries;
  /**
   * Checks the drafts of one batch in order, against everything applied and against each other. Nothing may be applied meanwhile.
   * @param fetch reads a recorded fact from its log
   */
  draftCheck(fetch: (place: FactPlace) => Promise<Fact>): DraftCheck;
  /** Sets which person owns which device and which team resets are in force; takes effect at once for everything applied. */
  setTeam(team: Team): void;
  /**
   * Applies facts and advances the heads. A fact of a known kind that does not match its schema becomes a `refused` problem;
   * facts of unknown kinds only advance the head.
   */
  apply(facts: readonly FactToApply[]): void;
  /** Advances a head over bytes that hold no fact, and records the problems found in them. */
  skip(cursor: Cursor, problems: readonly StoreProblem[]): void;
  /** Returns the database as the bytes of a file that any SQLite tool can open, with a checksum. */
  export(): Uint8Array;
  close(): void;
}

/** Result of opening a file's bytes: an index, or why they cannot be used and the index must be rebuilt. */
export type OpenedIndex =
  /** `changed`: the index was migrated or converted to another time zone, so it is worth writing out. */
  | Readonly<{ state: "ready"; index: FactIndex; changed: boolean }>
  | Readonly<{ state: "damaged"; reason: string }>
  | Readonly<{ state: "newer"; version: number }>;

/** Creates and opens indexes. */
export interface IndexFactory {
  /** Version of the database's schema that this program writes. */
  readonly version: number;
  /** Loads what the first index needs; can run while the index file is being read. */
  prepare(): Promise<void>;
  create(): Promise<FactIndex>;
  open(bytes: Uint8Array): Promise<OpenedIndex>;
}
