import { join } from "node:path";
import { mayReadCache } from "../features/evals/model/cache.ts";
import { chooseTiers, defaultTierModels, type TierModels } from "../features/evals/model/tier.ts";
import type { EvalPorts } from "../ports/evals.ts";
import { systemClock } from "./clock.ts";
import { collectorFiles } from "./collector-files.ts";
import { createEvalCache } from "./eval-cache.ts";
import { type CustomPrices, lazyPrices } from "./price-lookup.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const envValue = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

/** Choices that take precedence over the environment. */
export type EvalChoices = Readonly<{
  prices?: CustomPrices | undefined;
  /** Path of the user's own price list. */
  priceFile?: string | undefined;
  models?: { readonly [Tier in keyof TierModels]?: string | undefined } | undefined;
}>;

/** The model of each tier: the chosen one, else `EVAL_MODEL_FAST`, `EVAL_MODEL_STANDARD`, `EVAL_MODEL_FULL`, else the default. */
const chooseModels = (env: Environment, chosen: NonNullable<EvalChoices["models"]> = {}): TierModels => ({
  fast: chosen.fast ?? envValue(env, "EVAL_MODEL_FAST") ?? defaultTierModels.fast,
  standard: chosen.standard ?? envValue(env, "EVAL_MODEL_STANDARD") ?? defaultTierModels.standard,
  full: chosen.full ?? envValue(env, "EVAL_MODEL_FULL") ?? defaultTierModels.full,
});

/**
 * What evals need from the environment and the home. `REWARD_LEDGER_PRICES` names the user's own price list.
 * @param warn called for variables that name no tier, once a tier decides something
 */
export function createEvals(
  home: string,
  env: Environment,
  choices: EvalChoices = {},
  warn: (message: string) => void = () => undefined,
): EvalPorts {
  const models = chooseModels(env, choices.models);
  const runsFolder = join(home, "eval-runs");
  const own: Pick<EvalPorts, "cache" | "mayRead" | "tiers"> = {
    tiers: chooseTiers({ tier: env["EVAL_TIER"], judgeTier: env["EVAL_JUDGE_TIER"] }, models),
    cache: createEvalCache(join(home, "eval-cache")),
    mayRead: (suite) => mayReadCache(suite, { EVAL_CACHE: env["EVAL_CACHE"], EVAL_JUDGE_CACHE: env["EVAL_JUDGE_CACHE"] }),
  };
  return {
    ...own,
    judge: async (prompt, schema, call) => {
      const { callJudge } = await import("./judge.ts");
      for (const warning of own.tiers.warnings) warn(warning);
      return callJudge({ evals: own, env, now: () => systemClock.now() }, prompt, schema, call);
    },
    prices: lazyPrices(choices.priceFile ?? envValue(env, "REWARD_LEDGER_PRICES"), choices.prices),
    models,
    label: envValue(env, "EVAL_LABEL") ?? null,
    runsFolder,
    trace: () => collectorFiles(runsFolder).trace(),
  };
}
