import type * as z from "zod";
import type { CacheEnvelope, CacheRead } from "../features/evals/model/cache.ts";
import type { CollectorTrace } from "../features/evals/model/collector-state.ts";
import type { JudgeMeta } from "../features/evals/model/judge.ts";
import type { PriceTable } from "../features/evals/model/price-table.ts";
import type { TierChoice, TierModels } from "../features/evals/model/tier.ts";

/** A suite of the cache. Times are ISO-8601 UTC, null where nothing is cached. */
export type CacheSuite = Readonly<{
  suite: string;
  entries: number;
  bytes: number;
  oldest: string | null;
  newest: string | null;
}>;

/** A file of the cache that cannot be used. */
export type CacheFault = Readonly<{ suite: string; file: string; reason: string }>;

/** Cached answers as files, one folder a suite. Names are checked by `checkName`. */
export interface EvalCache {
  read(suite: string, key: string): Promise<CacheRead>;
  /** Replaces the answer whole. @throws store_unwritable, disk_full */
  write(suite: string, key: string, envelope: CacheEnvelope): Promise<void>;
  /** Suites in order of their names; only the given one if there is one. */
  stats(suite: string | undefined): Promise<readonly CacheSuite[]>;
  /** Removes all answers of a suite, or of all, and tells how many. */
  clear(suite: string | undefined): Promise<number>;
  /** Reads every answer. */
  verify(suite: string | undefined): Promise<Readonly<{ valid: number; faults: readonly CacheFault[] }>>;
}

/** How one call of the judge differs from what the surroundings say. */
export type JudgeCall = Readonly<{
  /** Key of the provider; default `ANTHROPIC_API_KEY`. Never logged. */
  apiKey?: string | undefined;
  signal?: AbortSignal | undefined;
}>;

/** What evals need of the outside. */
export type EvalOutside = Readonly<{
  /** The price list in force; loaded when it is first asked for. @throws unreadable_file, invalid_input for a list of the user's own */
  prices(): Promise<PriceTable>;
  models: TierModels;
  /** The tiers that the environment asks for. */
  tiers: TierChoice;
  cache: EvalCache;
  /** Asks the judge, or takes its cached answer. @throws judge_unavailable, judge_unreadable */
  judge<T>(prompt: string, schema: z.ZodType<T>, call?: JudgeCall): Promise<Readonly<{ result: T; meta: JudgeMeta }>>;
  /** Whether answers of a suite may be read (`EVAL_CACHE`, `EVAL_JUDGE_CACHE`). */
  mayRead(suite: string): boolean;
  /** Label for runs that have none (`EVAL_LABEL`); null without one. */
  label: string | null;
  /** Folder of the runs that collectors write. */
  runsFolder: string;
  /** What the newest collector has left. @throws unreadable_file */
  trace(): Promise<CollectorTrace>;
}>;
