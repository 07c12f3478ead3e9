import { createHash } from "node:crypto";
import type * as z from "zod";
import { judgeSuite, wrapCached } from "../features/evals/model/cache.ts";
import { type JudgeMeta, judgeKey, readJudgement } from "../features/evals/model/judge.ts";
import { judgeUnavailable, judgeUnreadable } from "../kernel/errors.ts";
import type { EvalPorts } from "../ports/evals.ts";
import { type CallErrors, type CallOptions, callModel, checkKey, envValue, providers } from "./model-http.ts";

const sha256 = (chunks: readonly Uint8Array[]): string => {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
};

export type JudgeOptions = Readonly<{
  /** API key of the provider; default `ANTHROPIC_API_KEY`. Never logged. */
  apiKey?: string | undefined;
  /** Base address of the Messages API; default `ANTHROPIC_BASE_URL`, else the provider's own address. */
  baseUrl?: string | undefined;
  /** Default: the model of the judge's tier. */
  model?: string | undefined;
}> &
  Pick<CallOptions, "signal" | "retries" | "timeoutMs" | "pauseMs">;

type Parts = Readonly<{
  evals: Pick<EvalPorts, "cache" | "mayRead" | "tiers">;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
}>;

const maxTokens = 1024;

const errors: CallErrors = {
  who: "the judge",
  unavailable: judgeUnavailable,
  refused: judgeUnavailable,
  overLimit: judgeUnavailable,
  unreadable: judgeUnreadable,
};

/** The cached answer, if it may be read and fits the schema. */
async function cachedAnswer<T>(
  evals: Parts["evals"],
  key: string,
  schema: z.ZodType<T>,
): Promise<Readonly<{ result: T }> | undefined> {
  if (!evals.mayRead(judgeSuite)) return undefined;
  const cached = await evals.cache.read(judgeSuite, key);
  const parsed = cached.hit ? schema.safeParse(cached.data) : undefined;
  return parsed?.success ? { result: parsed.data } : undefined;
}

/**
 * Asks a model for a judgement over the Messages API, or returns the cached one, which costs nothing. Calls that may succeed
 * later are retried.
 * @param schema the schema of the JSON in the answer
 * @throws judge_unavailable, judge_unreadable, cancelled
 */
export async function callJudge<T>(
  { evals, env, now }: Parts,
  prompt: string,
  schema: z.ZodType<T>,
  options: JudgeOptions = {},
): Promise<Readonly<{ result: T; meta: JudgeMeta }>> {
  const model = options.model ?? evals.tiers.judgeModel;
  const key = judgeKey(model, prompt, sha256);
  const cached = await cachedAnswer(evals, key, schema);
  if (cached !== undefined) return { result: cached.result, meta: { model, input_tokens: 0, output_tokens: 0, cached: true } };
  const endpoint = {
    provider: "anthropic",
    base: options.baseUrl ?? envValue(env, providers.anthropic.base) ?? providers.anthropic.usual,
    model,
    key: checkKey(options.apiKey ?? envValue(env, providers.anthropic.key), errors),
  } as const;
  const answer = await callModel(endpoint, { system: [], prompt, maxTokens }, { ...options, errors, env, now });
  const { text, input_tokens, output_tokens } = answer;
  if (input_tokens === null || output_tokens === null) throw judgeUnreadable("it does not count its tokens", text);
  const result = readJudgement(text, schema);
  await evals.cache.write(judgeSuite, key, wrapCached(judgeSuite, result, now(), { model }));
  return { result, meta: { model, input_tokens, output_tokens, cached: false } };
}
