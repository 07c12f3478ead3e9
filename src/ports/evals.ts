import type * as z from "zod";
import type { CacheEnvelope, CacheRead } from "../features/evals/model/cache.ts";
import type { CollectorTrace } from "../features/evals/model/collector-state.ts";
import type { JudgeMeta } from "../features/evals/model/judge.ts";
import type { PriceTable } from "../features/evals/model/price-table.ts";
import type { TierChoice, TierModels } from "../features/evals/model/tier.ts";

/** A suite in the cache. Times are ISO-8601 UTC, null when nothing is cached. */
export type CacheSuite = Readonly<{
  suite: string;
  entries: number;
  bytes: number;
  oldest: string | null;
  newest: string | null;
}>;

/** A cache file that cannot be used. */
export type CacheFault = Readonly<{ suite: string; file: string; reason: string }>;

/** Cached answers as files, one folder per suite. Names are checked by `checkName`. */
export interface EvalCache {
  read(suite: string, key: string): Promise<CacheRead>;
  /** Replaces the whole answer. @throws store_unwritable, disk_full */
  write(suite: string, key: string, envelope: CacheEnvelope): Promise<void>;
  /** Returns the suites sorted by name, or only the given one. */
  stats(suite: string | undefined): Promise<readonly CacheSuite[]>;
  /** Removes all answers of one suite or of all suites. @returns the number removed */
  clear(suite: string | undefined): Promise<number>;
  /** Reads and validates every answer. */
  verify(suite: string | undefined): Promise<Readonly<{ valid: number; faults: readonly CacheFault[] }>>;
}

/** Options of one judge call that override the environment. */
export type JudgeCall = Readonly<{
  /** The provider's API key; default `ANTHROPIC_API_KEY`. Never logged. */
  apiKey?: string | undefined;
  signal?: AbortSignal | undefined;
}>;

/** What evals need from the outside. */
export type EvalPorts = Readonly<{
  /** The price list in force, loaded on first use. @throws unreadable_file, invalid_input for a list provided by the user */
  prices(): Promise<PriceTable>;
  models: TierModels;
  /** The tiers that the environment selects. */
  tiers: TierChoice;
  cache: EvalCache;
  /** Asks the judge, or returns its cached answer. @throws judge_unavailable, judge_unreadable */
  judge<T>(prompt: string, schema: z.ZodType<T>, call?: JudgeCall): Promise<Readonly<{ result: T; meta: JudgeMeta }>>;
  /** Whether cached answers of a suite may be read (`EVAL_CACHE`, `EVAL_JUDGE_CACHE`). */
  mayRead(suite: string): boolean;
  /** Label for runs without one (`EVAL_LABEL`); null if unset. */
  label: string | null;
  /** Folder that collectors write runs to. */
  runsFolder: string;
  /** The state that the latest collector has left on disk. @throws unreadable_file */
  trace(): Promise<CollectorTrace>;
}>;
