import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { cancelled } from "../kernel/errors.ts";
import { sanitize } from "../kernel/escape.ts";
import type { LedgerError } from "../kernel/ledger-error.ts";
import type { Clock } from "../ports/ports.ts";
import type { Environment } from "./git.ts";
import { apiAddress, retryAfterMs } from "./http.ts";

/*
 * Requests to GitHub's REST API: rate limits, failing servers and pages, and what an answer means to the caller.
 */

/** The job that this process is part of, as described by its environment. */
export type Job = Readonly<{ api: string; repository: string; token: string }>;

/** A task that requests to the API carry out. */
export type Task = Readonly<{
  /** A description in words. */
  what: string;
  /** Makes the error for a failure. @param hint what to do; default: what such a task most often needs */
  failed(reason: string, hint?: string): LedgerError;
  /** HTTP statuses that mean that the token may not do this, or may not know that it exists. */
  refusedBy: readonly number[];
  /** Whether a refusal (422) can mean that it is done already. */
  mayBeDone: boolean;
  /** The hint for any other status. */
  hintFor?(status: number): string;
}>;

const timeoutMs = 30_000;
/** Maximum total time between the attempts of a job, in ms. */
const maxWaitMs = 60_000;
/** Wait in ms for a rate limit that names no time, as GitHub's documentation recommends. */
const defaultWaitMs = 60_000;
const maxTries = 4;
const firstPauseMs = 1_000;

const errorBody = z.object({ message: z.string() });
/** A failure that may pass, so that the request is worth a retry; thrown within this file only. */
class RetryableError extends Error {
  readonly afterMs: number | undefined;
  constructor(reason: string, afterMs?: number) {
    super(reason);
    this.afterMs = afterMs;
  }
}
/** The token may not do this, or may not know that it exists. */
export class RefusedError extends Error {}
/** The request cannot be carried out, for example because the pull request already exists. */
export class UnprocessableError extends Error {}

export const apiUrl = (env: Environment, { failed }: Task): string =>
  apiAddress(env["GITHUB_API_URL"] ?? "https://api.github.com", (reason) =>
    failed(`the address of its API ${reason}`, "Correct GITHUB_API_URL."),
  );

export const unexpectedAnswer =
  ({ failed }: Task) =>
  (): LedgerError =>
    failed("the answer is not from GitHub's API", "Check GITHUB_API_URL, and any proxy between it and this machine.");

/** @param refuse makes the error for a text that is not JSON of this schema */
export function parseJson<Value>(schema: z.ZodType<Value>, text: string, refuse: () => LedgerError): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw refuse();
  }
}

/** The wait in ms that an answer asks for because a rate limit is reached; undefined when none is reached. */
function rateLimitMs({ status, headers }: Response, message: string, now: Date): number | undefined {
  if (status !== 429 && status !== 403) return undefined;
  const after = retryAfterMs(headers.get("retry-after"), now);
  if (after !== undefined) return after;
  if (headers.get("x-ratelimit-remaining") === "0") {
    const reset = Number(headers.get("x-ratelimit-reset"));
    return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now.getTime()) : defaultWaitMs;
  }
  return status === 429 || /rate limit/i.test(message) ? defaultWaitMs : undefined;
}

const messageOf = (text: string): string => {
  try {
    return sanitize(errorBody.parse(JSON.parse(text)).message).slice(0, 200);
  } catch {
    // Not an answer of GitHub; the page of a proxy, for instance.
    return "";
  }
};

export type RequestContext = Readonly<{ job: Job; task: Task; clock: Clock; signal: AbortSignal }>;

/** Sends one request. @throws Later, Refused, the error of the task, cancelled */
export async function sendRequest({ job, task, clock, signal }: RequestContext, method: string, url: string, body?: string) {
  const combined = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${job.token}`,
    "content-type": "application/json",
    "user-agent": "reward-ledger",
    "x-github-api-version": "2022-11-28",
  };
  const init = { method, headers, signal: combined, redirect: "manual" as const, ...(body !== undefined && { body }) };
  const onFailure = (error: unknown): never => {
    if (signal.aborted) throw cancelled(task.what);
    throw new RetryableError(
      error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : "the connection failed",
    );
  };
  const response = await fetch(url, init).catch(onFailure);
  const text = await response.text().catch(onFailure);
  if (response.ok) return { text, next: nextPageUrl(response.headers.get("link"), job.api) };
  const message = messageOf(text);
  const details = `GitHub answered ${response.status}${message === "" ? "" : ` (${message})`}`;
  const wait = rateLimitMs(response, message, clock.now());
  if (wait !== undefined) throw new RetryableError(`its limit of requests is reached: ${details}`, wait);
  if (response.status >= 500) throw new RetryableError(details, retryAfterMs(response.headers.get("retry-after"), clock.now()));
  if (task.refusedBy.includes(response.status)) throw new RefusedError(details);
  if (response.status === 422 && task.mayBeDone) throw new UnprocessableError(details);
  throw task.failed(details, task.hintFor?.(response.status));
}

/** The address of a list's next page, if it is at the same API: the token is sent nowhere else. */
function nextPageUrl(link: string | null, api: string): string | undefined {
  const next = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? "")?.[1];
  return next?.startsWith(`${api}/`) ? next : undefined;
}

/**
 * Retries until an attempt succeeds. Each attempt checks the current state anew: a request that got no answer may have been
 * carried out.
 * @throws the error of the task, Refused, cancelled
 */
export async function withRetries<T>({ task, signal }: RequestContext, attempt: () => Promise<T>): Promise<T> {
  let totalWaitMs = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      const wait = error.afterMs ?? firstPauseMs * 2 ** (tries - 1);
      totalWaitMs += wait;
      if (totalWaitMs > maxWaitMs) throw task.failed(`${error.message}, to be asked again in ${Math.ceil(wait / 1000)} s`);
      if (tries === maxTries) throw task.failed(error.message);
      await sleep(wait, undefined, { signal }).catch(() => {
        // A pause ends early only because its signal is aborted.
        throw cancelled(task.what);
      });
    }
  }
}
