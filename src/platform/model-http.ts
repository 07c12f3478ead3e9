import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { cancelled } from "../kernel/errors.ts";
import { LedgerError, scrubError } from "../kernel/ledger-error.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { ModelAnswer, ModelCall, ModelProvider } from "../ports/model-calls.ts";
import { apiAddress, retryAfterMs } from "./http.ts";

/** The errors of the caller. `who` names what is asked, such as `the model`. */
export type CallErrors = Readonly<{
  who: string;
  unavailable(reason: string): LedgerError;
  refused(reason: string): LedgerError;
  /** @param transient whether the limit is on calls, not on the size of one call */
  overLimit(reason: string, transient: boolean): LedgerError;
  unreadable(reason: string, answer: string): LedgerError;
}>;

export type HttpProvider = Exclude<ModelProvider, "vscode">;

/** The environment variables of each provider's key and address, and its usual address. */
export const providers = {
  anthropic: { key: "ANTHROPIC_API_KEY", base: "ANTHROPIC_BASE_URL", usual: "https://api.anthropic.com" },
  openai: { key: "OPENAI_API_KEY", base: "OPENAI_BASE_URL", usual: "https://api.openai.com/v1" },
} as const satisfies Record<HttpProvider, unknown>;

/** A variable of the environment; undefined when it is blank. */
export const envValue = (env: Readonly<Record<string, string | undefined>>, name: string): string | undefined =>
  env[name]?.trim() || undefined;

export type Endpoint = Readonly<{
  provider: HttpProvider;
  base: string;
  model: string;
  /** Null when the endpoint accepts calls without a key. */
  key: string | null;
  /** Omitted from the call when it is omitted here. */
  temperature?: number | undefined;
}>;

export type CallOptions = Readonly<{
  errors: CallErrors;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
  signal?: AbortSignal | undefined;
  /** How often a call that may succeed later is retried; default 3. */
  retries?: number | undefined;
  /** Timeout of one call in ms; default 60 000. */
  timeoutMs?: number | undefined;
  /** First pause before a retry in ms; doubles each time. Default 1 000. */
  pauseMs?: number | undefined;
}>;

const maxPauseMs = 60_000;

/** The content of an answer, and how it ended. */
type ReadAnswer = ModelAnswer & Readonly<{ ended: "whole" | "cut off" | "refused" }>;

type Format = Readonly<{
  path: string;
  headers(key: string | null): Readonly<Record<string, string>>;
  body(call: ModelCall, endpoint: Endpoint): unknown;
  /** Undefined when the message is not an answer of this API. */
  read(message: unknown, endpoint: Endpoint): ReadAnswer | undefined;
}>;

const count = z.int().min(0);

const messageSchema = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  model: z.string().optional(),
  stop_reason: z.string().nullish(),
  usage: z.object({ input_tokens: count, output_tokens: count }).optional(),
});

/** Maximum number of cache marks that the Messages API accepts in one call. */
const maxCacheMarks = 4;

/** The blocks that get a mark: all up to the limit; beyond it the first ones, which most calls share, and the last one. */
function cacheMarks(system: ModelCall["system"]): ReadonlySet<number> {
  const cached = system.flatMap(({ cache }, at) => (cache ? [at] : []));
  return new Set(cached.length <= maxCacheMarks ? cached : [...cached.slice(0, maxCacheMarks - 1), ...cached.slice(-1)]);
}

const anthropic: Format = {
  path: "/v1/messages",
  headers: (key) => ({ ...(key !== null && { "x-api-key": key }), "anthropic-version": "2023-06-01" }),
  body({ system, prompt, maxTokens }, { model, temperature }) {
    const marks = cacheMarks(system);
    const blocks = system.map(({ text }, at) => ({
      type: "text",
      text,
      ...(marks.has(at) && { cache_control: { type: "ephemeral" } }),
    }));
    return {
      model,
      max_tokens: maxTokens,
      temperature,
      ...(blocks.length > 0 && { system: blocks }),
      messages: [{ role: "user", content: prompt }],
    };
  },
  read(value, { model }) {
    const { success, data } = messageSchema.safeParse(value);
    if (!success) return undefined;
    return {
      text: data.content.map(({ text = "" }) => text).join(""),
      model: data.model ?? model,
      input_tokens: data.usage?.input_tokens ?? null,
      output_tokens: data.usage?.output_tokens ?? null,
      ended: data.stop_reason === "max_tokens" ? "cut off" : data.stop_reason === "refusal" ? "refused" : "whole",
    };
  },
};

const completionSchema = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() }))
    .min(1),
  model: z.string().optional(),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish(),
});

const openai: Format = {
  path: "/chat/completions",
  headers: (key) => (key === null ? {} : { authorization: `Bearer ${key}` }),
  body: ({ system, prompt, maxTokens }, { model, temperature }) => ({
    model,
    max_tokens: maxTokens,
    temperature,
    messages: [
      // Some servers accept only one system message.
      ...(system.length === 0 ? [] : [{ role: "system", content: system.map(({ text }) => text).join("\n\n") }]),
      { role: "user", content: prompt },
    ],
  }),
  read(value, { model }) {
    const { success, data } = completionSchema.safeParse(value);
    const [choice] = data?.choices ?? [];
    if (!success || choice === undefined) return undefined;
    return {
      text: choice.message.content ?? "",
      model: data.model ?? model,
      input_tokens: data.usage?.prompt_tokens ?? null,
      output_tokens: data.usage?.completion_tokens ?? null,
      ended: choice.finish_reason === "length" ? "cut off" : choice.finish_reason === "content_filter" ? "refused" : "whole",
    };
  },
};

const formats: Readonly<Record<HttpProvider, Format>> = { anthropic, openai };

type Attempt = Readonly<{ done: unknown }> | Readonly<{ again: LedgerError; after: number | undefined }>;

async function sendOnce(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { errors, now, signal: callerSignal, timeoutMs = 60_000 }: CallOptions,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = callerSignal === undefined ? timeout : AbortSignal.any([timeout, callerSignal]);
  const unavailable = (reason: string): Attempt => ({ again: errors.unavailable(reason), after: undefined });
  try {
    // A redirect would send the key and the text to wherever it leads.
    const response = await fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
    const { status } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      throw errors.unavailable(`it answered ${status}: redirects are not followed, name the address that it is at`);
    }
    if (status === 429 || status >= 500) {
      await response.body?.cancel();
      const details = `it answered ${status}`;
      const again = status === 429 ? errors.overLimit(details, true) : errors.unavailable(details);
      return { again, after: retryAfterMs(response.headers.get("retry-after"), now()) };
    }
    const text = await response.text();
    const quoted = `it answered ${status}: ${text.slice(0, 200)}`;
    if (!response.ok) throw status === 413 ? errors.overLimit(quoted, false) : errors.refused(quoted);
    try {
      return { done: JSON.parse(text) };
    } catch {
      // A proxy's page, for instance; the error message contains its text.
      throw errors.unreadable("it is no JSON", text);
    }
  } catch (error) {
    if (callerSignal?.aborted === true) throw cancelled(`asking ${errors.who}`);
    if (!(error instanceof Error)) throw error;
    if (error.name === "TimeoutError") return unavailable("it did not answer in time");
    // Errors of fetch itself: there is no connection, or it broke.
    if (error instanceof TypeError) return unavailable(`the connection failed (${error.message})`);
    throw error;
  }
}

/** A key in the form in which it is sent. @throws unavailable when it is not a key; the message does not quote it */
export function checkKey(input: string | undefined, errors: CallErrors): string {
  const key = input?.trim() ?? "";
  if (key === "") throw errors.unavailable("there is no API key");
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw errors.unavailable("the API key holds a space, a line break or a letter beyond ASCII, which no key does");
  }
  return key;
}

/** The content of a complete answer. @throws refused, unreadable */
function requireWhole({ ended, ...answer }: ReadAnswer, { maxTokens }: ModelCall, errors: CallErrors): ModelAnswer {
  if (ended === "refused") throw errors.refused("it declined to answer");
  if (ended === "cut off") throw errors.unreadable(`it was cut off after ${maxTokens} tokens`, answer.text);
  return answer;
}

/**
 * Asks a model. Calls that hit a rate limit, a failing server or a broken connection are retried after the pause that the server
 * asked for. Neither an answer nor an error contains a secret: a server may quote what it received.
 * @throws the errors in `errors`; cancelled
 */
export async function callModel(endpoint: Endpoint, call: ModelCall, options: CallOptions): Promise<ModelAnswer> {
  const scrub = scrubber([...secretsIn(options.env), ...(endpoint.key === null ? [] : [endpoint.key])]);
  try {
    const answer = await callWithRetries(endpoint, call, options);
    return { ...answer, text: scrub(answer.text), model: scrub(answer.model) };
  } catch (error) {
    throw error instanceof LedgerError ? scrubError(error, scrub) : error;
  }
}

async function callWithRetries(endpoint: Endpoint, call: ModelCall, options: CallOptions): Promise<ModelAnswer> {
  const { errors, signal } = options;
  const format = formats[endpoint.provider];
  const url = `${apiAddress(endpoint.base, (reason) => errors.unavailable(`its address ${reason}`))}${format.path}`;
  const body = JSON.stringify(format.body(call, endpoint));
  const headers = { "content-type": "application/json", ...format.headers(endpoint.key) };
  let pause = options.pauseMs ?? 1_000;
  for (let retriesLeft = options.retries ?? 3; ; retriesLeft -= 1) {
    const result = await sendOnce(url, body, headers, options);
    if ("done" in result) {
      const answer = format.read(result.done, endpoint);
      if (answer === undefined) throw errors.unreadable("it is not a message", JSON.stringify(result.done));
      return requireWhole(answer, call, errors);
    }
    if (retriesLeft === 0) throw result.again;
    await sleep(Math.min(result.after ?? pause, maxPauseMs), undefined, { signal }).catch(() => {
      // A pause ends early only because its signal is aborted.
      throw cancelled(`asking ${errors.who}`);
    });
    pause *= 2;
  }
}
