import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { judgeSuite, wrapCached } from "../features/evals/model/cache.ts";
import { type JudgeMeta, judgeKey, readJudgement } from "../features/evals/model/judge.ts";
import { cancelled, judgeUnavailable, judgeUnreadable } from "../kernel/errors.ts";
import { LedgerError, scrubbed } from "../kernel/ledger-error.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { EvalOutside } from "../ports/evals.ts";
import { apiAddress, retryAfterMs } from "./http.ts";

const sha256 = (chunks: readonly Uint8Array[]): string => {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
};

export type JudgeOptions = Readonly<{
  /** API key of the provider; default `ANTHROPIC_API_KEY`. Never logged. */
  apiKey?: string | undefined;
  /** Where the Messages API stands; default `ANTHROPIC_BASE_URL`, else the provider's own address. */
  baseUrl?: string | undefined;
  /** Default the model of the judge's tier. */
  model?: string | undefined;
  signal?: AbortSignal | undefined;
  /** How often a call that may succeed later is repeated; default 3. */
  retries?: number | undefined;
  /** Longest time for one call, ms; default 60 000. */
  timeoutMs?: number | undefined;
  /** First pause before a repetition, ms; doubles each time. Default 1 000. */
  pauseMs?: number | undefined;
}>;

type Parts = Readonly<{
  evals: Pick<EvalOutside, "cache" | "mayRead" | "tiers">;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
}>;

const answer = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  usage: z.object({ input_tokens: z.int().min(0), output_tokens: z.int().min(0) }),
});

const maxTokens = 1024;
const longestPauseMs = 60_000;

type Attempt = Readonly<{ done: unknown }> | Readonly<{ again: true; reason: string; after: number | undefined }>;

async function attempt(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  parts: Parts,
  options: JudgeOptions,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 60_000);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  try {
    // A redirect would carry the key and the text to wherever it leads.
    const response = await fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw judgeUnavailable(`it answered ${response.status}: redirects are not followed, name the address that it is at`);
    }
    if (response.status === 429 || response.status >= 500) {
      await response.body?.cancel();
      return {
        again: true,
        reason: `it answered ${response.status}`,
        after: retryAfterMs(response.headers.get("retry-after"), parts.now()),
      };
    }
    const text = await response.text();
    if (!response.ok) throw judgeUnavailable(`it answered ${response.status}: ${text.slice(0, 200)}`);
    try {
      return { done: JSON.parse(text) };
    } catch {
      // A proxy's page, for instance; what it says is in the message.
      throw judgeUnreadable("it is no JSON", text);
    }
  } catch (error) {
    if (options.signal?.aborted === true) throw cancelled("asking the judge");
    if (!(error instanceof Error)) throw error;
    if (error.name === "TimeoutError") return { again: true, reason: "it did not answer in time", after: undefined };
    // What fetch throws of itself: no connection, or one that broke.
    if (error instanceof TypeError) return { again: true, reason: `the connection failed (${error.message})`, after: undefined };
    throw error;
  }
}

/** The address of the Messages API below a base. @throws judge_unavailable */
const addressOf = (base: string): string =>
  `${apiAddress(base, (reason) => judgeUnavailable(`its address ${reason}`))}/v1/messages`;

/** A key as it is sent. @throws judge_unavailable when it is none; the message does not quote it */
function keyOf(given: string | undefined): string {
  const key = given?.trim() ?? "";
  if (key === "") throw judgeUnavailable("there is no API key");
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw judgeUnavailable("the API key holds a space, a line break or a letter beyond ASCII, which no key does");
  }
  return key;
}

/** The cached answer, if it may be read and is what is wanted. */
async function cachedAnswer<T>(
  evals: Parts["evals"],
  key: string,
  schema: z.ZodType<T>,
): Promise<Readonly<{ result: T }> | undefined> {
  if (!evals.mayRead(judgeSuite)) return undefined;
  const cached = await evals.cache.read(judgeSuite, key);
  const known = cached.hit ? schema.safeParse(cached.data) : undefined;
  return known?.success ? { result: known.data } : undefined;
}

/** What a message says. @throws judge_unreadable */
function readMessage<T>(message: unknown, schema: z.ZodType<T>) {
  const parsed = answer.safeParse(message);
  if (!parsed.success) throw judgeUnreadable("it is not a message", JSON.stringify(message));
  const text = parsed.data.content.map((part) => part.text ?? "").join("");
  return { result: readJudgement(text, schema), usage: parsed.data.usage };
}

/**
 * Asks a model for a judgement by the Messages API, or takes the cached one, which costs nothing. Calls that met a limit, a failing
 * server or a broken connection are repeated, after the pause that the server asked for.
 * @param schema what the JSON in the answer has to be
 * @throws judge_unavailable, judge_unreadable, cancelled
 */
export async function askJudge<T>(
  parts: Parts,
  prompt: string,
  schema: z.ZodType<T>,
  options: JudgeOptions = {},
): Promise<Readonly<{ result: T; meta: JudgeMeta }>> {
  try {
    return await ask(parts, prompt, schema, options);
  } catch (error) {
    // A server may quote what it was sent.
    const scrub = scrubber([...secretsIn(parts.env), ...(options.apiKey === undefined ? [] : [options.apiKey])]);
    throw error instanceof LedgerError ? scrubbed(error, scrub) : error;
  }
}

async function ask<T>(
  parts: Parts,
  prompt: string,
  schema: z.ZodType<T>,
  options: JudgeOptions,
): Promise<Readonly<{ result: T; meta: JudgeMeta }>> {
  const { evals, env, now } = parts;
  const model = options.model ?? evals.tiers.judgeModel;
  const key = judgeKey(model, prompt, sha256);
  const known = await cachedAnswer(evals, key, schema);
  if (known !== undefined) return { result: known.result, meta: { model, input_tokens: 0, output_tokens: 0, cached: true } };
  const apiKey = keyOf(options.apiKey ?? env["ANTHROPIC_API_KEY"]);
  const url = addressOf(options.baseUrl ?? env["ANTHROPIC_BASE_URL"] ?? "https://api.anthropic.com");
  const body = JSON.stringify({ model, max_tokens: maxTokens, messages: [{ role: "user", content: prompt }] });
  const headers = { "content-type": "application/json", "x-api-key": apiKey, "anthropic-version": "2023-06-01" };
  let pause = options.pauseMs ?? 1_000;
  for (let left = options.retries ?? 3; ; left -= 1) {
    const tried = await attempt(url, body, headers, parts, options);
    if ("done" in tried) {
      const { result, usage } = readMessage(tried.done, schema);
      await evals.cache.write(judgeSuite, key, wrapCached(judgeSuite, result, now(), { model }));
      return { result, meta: { model, ...usage, cached: false } };
    }
    if (left === 0) throw judgeUnavailable(tried.reason);
    await sleep(Math.min(tried.after ?? pause, longestPauseMs), undefined, { signal: options.signal }).catch(() => {
      // Only its signal ends a pause early.
      throw cancelled("asking the judge");
    });
    pause *= 2;
  }
}
