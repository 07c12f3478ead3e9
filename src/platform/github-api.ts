import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { cancelled } from "../kernel/errors.ts";
import { plain } from "../kernel/escape.ts";
import type { LedgerError } from "../kernel/ledger-error.ts";
import type { Clock } from "../ports/ports.ts";
import type { Environment } from "./git.ts";
import { apiAddress, retryAfterMs } from "./http.ts";

/*
 * Requests to GitHub's REST API: limits, failing servers and pages, and what an answer means to whoever asked.
 */

/** The job that this process is part of, as its environment says. */
export type Job = Readonly<{ api: string; repository: string; token: string }>;

/** What is done there. */
export type Task = Readonly<{
  /** In words. */
  what: string;
  /** Why it failed. @param hint what to do, where it is not what such a task most often needs */
  failed(reason: string, hint?: string): LedgerError;
  /** The statuses by which the token may not do it, or must not know that it exists. */
  refusedBy: readonly number[];
  /** Whether it may be refused (422) because it is done already. */
  mayBeDone: boolean;
  /** What to do about another status. */
  hintFor?(status: number): string;
}>;

const timeoutMs = 30_000;
/** Longest time that a job waits because GitHub asks it to, ms. */
const longestWaitMs = 60_000;
/** What a limit that names no time asks for, by GitHub's documentation, ms. */
const unnamedWaitMs = 60_000;
const mostTries = 4;
const firstPauseMs = 1_000;

const answer = z.object({ message: z.string() });
/** An answer that may be another one later; thrown within this file only. */
class Later extends Error {
  readonly afterMs: number | undefined;
  constructor(reason: string, afterMs?: number) {
    super(reason);
    this.afterMs = afterMs;
  }
}
/** The token may not do this, or must not know that it exists. */
export class Refused extends Error {}
/** What was asked for cannot be, as a pull request that is there already. */
export class Unprocessable extends Error {}

export const apiOf = (env: Environment, { failed }: Task): string =>
  apiAddress(env["GITHUB_API_URL"] ?? "https://api.github.com", (reason) =>
    failed(`the address of its API ${reason}`, "Correct GITHUB_API_URL."),
  );

export const noAnswer =
  ({ failed }: Task) =>
  (): LedgerError =>
    failed("the answer is none of GitHub's API", "Check GITHUB_API_URL, and what stands between it and this machine.");

/** @param refuse makes the error for a text that is something else */
export function parsed<Value>(schema: z.ZodType<Value>, text: string, refuse: () => LedgerError): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw refuse();
  }
}

/** What an answer says of a limit that is reached; undefined for none. */
function limitOf({ status, headers }: Response, message: string, now: Date): number | undefined {
  if (status !== 429 && status !== 403) return undefined;
  const after = retryAfterMs(headers.get("retry-after"), now);
  if (after !== undefined) return after;
  if (headers.get("x-ratelimit-remaining") === "0") {
    const reset = Number(headers.get("x-ratelimit-reset"));
    return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now.getTime()) : unnamedWaitMs;
  }
  return status === 429 || /rate limit/i.test(message) ? unnamedWaitMs : undefined;
}

const messageOf = (text: string): string => {
  try {
    return plain(answer.parse(JSON.parse(text)).message).slice(0, 200);
  } catch {
    // A page of a proxy, for instance.
    return "";
  }
};

export type Calling = Readonly<{ job: Job; task: Task; clock: Clock; signal: AbortSignal }>;

/** One request. @throws Later, Refused, what the task fails with, cancelled */
export async function send({ job, task, clock, signal }: Calling, method: string, url: string, body?: string) {
  const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${job.token}`,
    "content-type": "application/json",
    "user-agent": "reward-ledger",
    "x-github-api-version": "2022-11-28",
  };
  const init = { method, headers, signal: ends, redirect: "manual" as const, ...(body !== undefined && { body }) };
  const failed = (error: unknown): never => {
    if (signal.aborted) throw cancelled(task.what);
    throw new Later(error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : "the connection failed");
  };
  const response = await fetch(url, init).catch(failed);
  const text = await response.text().catch(failed);
  if (response.ok) return { text, next: nextOf(response.headers.get("link"), job.api) };
  const message = messageOf(text);
  const said = `GitHub answered ${response.status}${message === "" ? "" : ` (${message})`}`;
  const wait = limitOf(response, message, clock.now());
  if (wait !== undefined) throw new Later(`its limit of requests is reached: ${said}`, wait);
  if (response.status >= 500) throw new Later(said, retryAfterMs(response.headers.get("retry-after"), clock.now()));
  if (task.refusedBy.includes(response.status)) throw new Refused(said);
  if (response.status === 422 && task.mayBeDone) throw new Unprocessable(said);
  throw task.failed(said, task.hintFor?.(response.status));
}

/** The next page of a list. The token is sent to the same API only. */
function nextOf(link: string | null, api: string): string | undefined {
  const next = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? "")?.[1];
  return next?.startsWith(`${api}/`) ? next : undefined;
}

/**
 * Tries until it is done. Each try looks anew for what there is: a request that got no answer may have been carried out.
 * @throws what the task fails with, Refused, cancelled
 */
export async function untilDone<T>({ task, signal }: Calling, attempt: () => Promise<T>): Promise<T> {
  let waited = 0;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Later)) throw error;
      const wait = error.afterMs ?? firstPauseMs * 2 ** (tried - 1);
      waited += wait;
      if (waited > longestWaitMs) throw task.failed(`${error.message}, to be asked again in ${Math.ceil(wait / 1000)} s`);
      if (tried === mostTries) throw task.failed(error.message);
      await sleep(wait, undefined, { signal }).catch(() => {
        // Only its signal ends a pause early.
        throw cancelled(task.what);
      });
    }
  }
}
