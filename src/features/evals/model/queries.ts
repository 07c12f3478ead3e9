import type { FactPlace } from "../../../kernel/fact.ts";
import type { PricedEntry, Tokens } from "./cost.ts";
import type { RunProjection } from "./projection.ts";
import type { TestKey } from "./run.ts";

/**
 * Selects the eval runs of a query. A partial run, left behind by a collector that was stopped, counts until the whole run, or
 * one that got further, is recorded; its results are part of no trend and no comparison.
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

/** One eval run as the index stores it; `place` is the location of its fact, with all its results, in the journal. */
export type EvalRunRow = Omit<RunProjection, "results"> & Readonly<{ id: string; project: string | null; place: FactPlace }>;

/** A run with its packed results, for trends. */
export type PackedRunRow = Readonly<{ id: string; at: number; sha: string; results: Uint8Array }>;

/** A cost entry of a run with its final amount. */
export type CostRow = PricedEntry & Readonly<{ runId: string; at: number }>;

/** One run with its stated total and the sums of its cost entries. */
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
    /** The model with the highest cost, then with the most tokens, then the first by name; null without entries. */
    model: string | null;
  }>;

/** Cost entries of one model within one slice of time, added up. Amounts are micro-dollars. */
export type CostSumRow = Readonly<{
  /** Index of the slice's start among the requested ones. */
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
  /** Sum of the amounts that the provider reported. */
  exactMicros: number;
  /** Sum of the amounts estimated from tokens. */
  estimatedMicros: number;
}>;

/** Number of runs, how many of them are partial, and their total cost. */
export type RunTotals = Readonly<{ runs: number; partial: number; micros: number; complete: boolean }>;

/** Queries about eval runs. "Newest first" means by time of the run, then id, both descending. */
export interface EvalQueries {
  /**
   * Newest first; `limit` selects the latest ones, `whole` excludes partial runs, `dated` excludes runs whose time is not known.
   */
  runs(
    scope: EvalScope & Readonly<{ limit?: number | undefined; whole?: boolean | undefined; dated?: boolean | undefined }>,
  ): readonly EvalRunRow[];
  countRuns(scope: EvalScope): number;
  /** Totals over all runs of a scope. */
  spent(scope: EvalScope): RunTotals;
  /** The projects, tiers and branches of the recorded runs, each ascending. */
  choices(): Readonly<{ projects: readonly string[]; tiers: readonly string[]; branches: readonly string[] }>;
  /** Runs whose id starts with `prefix`, newest first, at most `limit`. */
  runsByPrefix(prefix: string, limit: number): readonly EvalRunRow[];
  /** Every run, including partial ones, in any order; used for checking. */
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
  /** Whole runs, oldest first; `limit` selects the latest runs of the scope before tests are filtered. */
  packedRuns(scope: EvalScope & Readonly<{ limit?: number | undefined }>): readonly PackedRunRow[];
  /** The test of each test number in packed results. It may include tests of other projects, which have no results. */
  tests(filter: Readonly<{ [Part in keyof TestKey]?: TestKey[Part] | undefined }>): ReadonlyMap<number, TestKey>;
  /** Cost entries of the runs of a scope, or of one run regardless of the scope, oldest first. */
  costs(scope: EvalScope & Readonly<{ run?: string | undefined }>): readonly CostRow[];
  /** Runs with their costs, oldest first. */
  costRuns(scope: EvalScope): readonly CostRunRow[];
  /**
   * Costs by slice of time and model, in order of slices, then models.
   * @param starts first instants of the slices, ascending; the last slice has no end. Times before the first start are in no
   * slice
   */
  costSums(scope: EvalScope & Readonly<{ starts: readonly number[] }>): readonly CostSumRow[];
}
