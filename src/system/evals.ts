import { join } from "node:path";
import { mayReadCache } from "../domain/eval/cache.ts";
import type { EvalOutside } from "../domain/eval/ports.ts";
import { chooseTiers, defaultTierModels, type TierModels } from "../domain/eval/tier.ts";
import { collectorFiles } from "./collector-files.ts";
import { evalCacheOf } from "./eval-cache.ts";
import { latePrices } from "./prices.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const given = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

/** Which model stands for each tier: `EVAL_MODEL_FAST`, `EVAL_MODEL_STANDARD`, `EVAL_MODEL_FULL`, else the defaults. */
const modelsOf = (env: Environment): TierModels => ({
  fast: given(env, "EVAL_MODEL_FAST") ?? defaultTierModels.fast,
  standard: given(env, "EVAL_MODEL_STANDARD") ?? defaultTierModels.standard,
  full: given(env, "EVAL_MODEL_FULL") ?? defaultTierModels.full,
});

/** What evals need of environment and home. A price list of the user's own is named by `REWARD_LEDGER_PRICES`. */
export function evalOutside(home: string, env: Environment): EvalOutside {
  const models = modelsOf(env);
  const runsFolder = join(home, "eval-runs");
  return {
    prices: latePrices(given(env, "REWARD_LEDGER_PRICES")),
    models,
    tiers: chooseTiers({ tier: env["EVAL_TIER"], judgeTier: env["EVAL_JUDGE_TIER"] }, models),
    cache: evalCacheOf(join(home, "eval-cache")),
    mayRead: (suite) => mayReadCache(suite, { EVAL_CACHE: env["EVAL_CACHE"], EVAL_JUDGE_CACHE: env["EVAL_JUDGE_CACHE"] }),
    label: given(env, "EVAL_LABEL") ?? null,
    runsFolder,
    trace: () => collectorFiles(runsFolder).trace(),
  };
}
