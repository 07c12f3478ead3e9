import type { FactPlace } from "../../../kernel/fact.ts";
import type { PricedEntry, Tokens } from "./cost.ts";
import type { RunProjection } from "./projection.ts";
import type { TestKey } from "./run.ts";

/**
 * Which eval runs a question is about. A partial run, left behind by a collector that was stopped, counts until the whole run or one
 * that got further is recorded; its results are part of no trend and no comparison.
 */
export type EvalScope = Readonly<{
  project?: string | undefined;
  tier?: string | undefined;
  branch?: string | undefined;
  /** Event time, ms since the epoch, inclusive. */
  from?: number | undefined;
  /** Event time, ms since the epoch, exclusive. */
  to?: number | undefined;
}>;

/** One eval run as the index knows it; `place` is where its fact, with all its results, stands in the journal. */
export type EvalRunRow = Omit<RunProjection, "results"> & Readonly<{ id: string; project: string | null; place: FactPlace }>;

/** A run with its packed results, for trends. */
export type PackedRunRow = Readonly<{ id: string; at: number; sha: string; results: Uint8Array }>;

/** A cost entry of a run, priced as it stands. */
export type CostRow = PricedEntry & Readonly<{ runId: string; at: number }>;

/** One run with what it cost: its stated total, and its cost entries together. */
export type CostRunRow = Pick<RunProjection, "at" | "tier" | "branch" | "version" | "label" | "passed" | "total" | "partial"> &
  Readonly<{
    id: string;
    /** The total that the run states, micro-dollars. */
    statedMicros: number;
    entries: number;
    /** Entries that were neither reported nor estimated. */
    unpricedEntries: number;
    /** Sum of the entries, micro-dollars. */
    billedMicros: number;
    tokens: Tokens;
    /** The model that cost most, then the one with the most tokens, then the first by name; null without entries. */
    model: string | null;
  }>;

/** Cost entries of one model within one slice of time, added up. Amounts are micro-dollars. */
export type CostSumRow = Readonly<{
  /** Position of the slice's start among those asked for. */
  slice: number;
  model: string;
  /** Runs that called the model. */
  runs: number;
  entries: number;
  exactEntries: number;
  pricedEntries: number;
  calls: number;
  unpricedCalls: number;
  tokens: Tokens;
  /** What the provider reported. */
  exactMicros: number;
  /** What was estimated from tokens. */
  estimatedMicros: number;
}>;

/** How many runs there are, how many of them are partial, and what they cost. */
export type RunsSpent = Readonly<{ runs: number; partial: number; micros: number; complete: boolean }>;

/** The questions that can be asked about eval runs. Newest first means by time of the run, then id. */
export interface EvalQueries {
  /** Newest first; with `limit` the newest `limit`; `whole` leaves partial runs out, `dated` those whose time is not known. */
  runs(
    scope: EvalScope & Readonly<{ limit?: number | undefined; whole?: boolean | undefined; dated?: boolean | undefined }>,
  ): readonly EvalRunRow[];
  countRuns(scope: EvalScope): number;
  /** All runs of a scope together. */
  spent(scope: EvalScope): RunsSpent;
  /** The projects, tiers and branches that runs were recorded of, each ascending. */
  choices(): Readonly<{ projects: readonly string[]; tiers: readonly string[]; branches: readonly string[] }>;
  /** Runs whose id starts so, newest first, at most `limit`. */
  runsByPrefix(prefix: string, limit: number): readonly EvalRunRow[];
  /** Every run, partial ones too, in any order: for checking. */
  everyRun(): readonly EvalRunRow[];
  /** The packed results of one run; none when there is no such run. */
  packed(id: string): readonly Uint8Array[];
  /** The run of a project with this content, if it is recorded. */
  recordedContent(project: string | null, contentSha256: string): Readonly<{ id: string; place: FactPlace }> | undefined;
  /** Whether a run of the project with this content was recorded automatically and taken back. */
  takenBackContent(project: string | null, contentSha256: string): Readonly<{ place: FactPlace }> | undefined;
  /** The run to compare with, by the rules of `previousRun`. */
  previousRun(run: Pick<EvalRunRow, "id" | "at" | "tier" | "branch" | "project">): EvalRunRow | undefined;
  /** The pinned baseline of a project and tier. */
  baseline(project: string | null, tier: string): EvalRunRow | undefined;
  /** Whole runs, oldest first; `limit` selects the newest runs of the project before any test is chosen. */
  packedRuns(scope: EvalScope & Readonly<{ limit?: number | undefined }>): readonly PackedRunRow[];
  /** What each test number of the packed results stands for; a test of another project may be among them, without results. */
  tests(filter: Readonly<{ [Part in keyof TestKey]?: TestKey[Part] | undefined }>): ReadonlyMap<number, TestKey>;
  /** Cost entries of the runs of a scope, or of one run whatever its scope, oldest first. */
  costs(scope: EvalScope & Readonly<{ run?: string | undefined }>): readonly CostRow[];
  /** Runs with what they cost, oldest first. */
  costRuns(scope: EvalScope): readonly CostRunRow[];
  /**
   * Costs by slice of time and model, in order of slices, then models.
   * @param starts first instants of the slices, ascending; the last one has no end. What lies before the first is in none
   */
  costSums(scope: EvalScope & Readonly<{ starts: readonly number[] }>): readonly CostSumRow[];
}
