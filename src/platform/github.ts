import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { cancelled, commentFailed, unreadableFile, usage } from "../kernel/errors.ts";
import { plain } from "../kernel/escape.ts";
import { LedgerError, scrubbed } from "../kernel/ledger-error.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { CodeHost, Comment, Commented } from "../ports/code-host.ts";
import type { Clock } from "../ports/ports.ts";
import type { Environment } from "./git.ts";
import { apiAddress, retryAfterMs } from "./http.ts";

/** The job that this process is part of, as its environment says. */
type Job = Readonly<{ api: string; repository: string; token: string }>;

const timeoutMs = 30_000;
/** Longest time that a job waits because GitHub asks it to, ms. */
const longestWaitMs = 60_000;
/** What a limit that names no time asks for, by GitHub's documentation, ms. */
const unnamedWaitMs = 60_000;
const mostTries = 4;
const firstPauseMs = 1_000;

const permissionHint =
  "Give the job `permissions: pull-requests: write` and its step the token as GITHUB_TOKEN in `env`, then run it again.";

const posted = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullish(),
  author_association: z.string().nullish(),
});
type Posted = z.output<typeof posted>;

const answer = z.object({ message: z.string() });
const event = z.object({
  pull_request: z.object({ number: z.int() }).optional(),
  issue: z.object({ number: z.int(), pull_request: z.looseObject({}).optional() }).optional(),
});

/** Who may be the author of a comment that is replaced: anybody can write one that has its mark. */
const trusted: readonly string[] = ["OWNER", "MEMBER", "COLLABORATOR"];
const isOwn = ({ body, user, author_association }: Posted, mark: string): boolean =>
  body?.startsWith(mark) === true && (user?.type === "Bot" || trusted.includes(author_association ?? ""));

/** An answer that may be another one later; thrown within this file only. */
class Later extends Error {
  readonly afterMs: number | undefined;
  constructor(reason: string, afterMs?: number) {
    super(reason);
    this.afterMs = afterMs;
  }
}
/** The token may not do this, or must not know that it exists. */
class Refused extends Error {}

function jobOf(env: Environment): Job {
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw usage(
      "Failed to comment: this is no job of GitHub Actions",
      "Set GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN, and name the pull request with --pull-request. Other hosts take the Markdown of `report`.",
    );
  }
  const token = (env["GITHUB_TOKEN"] ?? env["GH_TOKEN"] ?? "").trim();
  if (!/^[\x21-\x7e]+$/.test(token)) throw commentFailed("there is no token", permissionHint);
  const api = apiAddress(env["GITHUB_API_URL"] ?? "https://api.github.com", (reason) =>
    commentFailed(`the address of its API ${reason}`, "Correct GITHUB_API_URL."),
  );
  return { api, repository, token };
}

/** The pull request that the job is about; undefined where it is about none. */
async function pullRequestOf(env: Environment): Promise<number | undefined> {
  const path = env["GITHUB_EVENT_PATH"];
  if (path === undefined || path === "") return undefined;
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw unreadableFile(path, error.code ?? error.message, error);
  });
  const { pull_request, issue } = parsed(event, text, () => unreadableFile(path, "it is no event of GitHub"));
  return pull_request?.number ?? (issue?.pull_request === undefined ? undefined : issue.number);
}

const noAnswer = (): LedgerError =>
  commentFailed("the answer is none of GitHub's API", "Check GITHUB_API_URL, and what stands between it and this machine.");

/** @param refuse makes the error for a text that is something else */
function parsed<Value>(schema: z.ZodType<Value>, text: string, refuse: () => LedgerError): Value {
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

/** One request. @throws Later, Refused, comment_failed, cancelled */
async function send(job: Job, clock: Clock, signal: AbortSignal, method: string, url: string, body?: string) {
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
    if (signal.aborted) throw cancelled("the comment");
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
  if (response.status === 403 || response.status === 404) throw new Refused(said);
  throw commentFailed(said, permissionHint);
}

/** The next page of a list. The token is sent to the same API only. */
function nextOf(link: string | null, api: string): string | undefined {
  const next = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? "")?.[1];
  return next?.startsWith(`${api}/`) ? next : undefined;
}

/** Writes the comment once: looks for the one that is there, page by page, then replaces it or writes the first. */
async function upsert(job: Job, clock: Clock, comment: Comment, pullRequest: number, signal: AbortSignal): Promise<Commented> {
  const comments = `${job.api}/repos/${job.repository}/issues`;
  let found: Posted | undefined;
  let page: string | undefined = `${comments}/${pullRequest}/comments?per_page=100`;
  while (page !== undefined && found === undefined) {
    const { text, next } = await send(job, clock, signal, "GET", page);
    found = parsed(z.array(posted), text, noAnswer).find((one) => isOwn(one, comment.mark));
    page = next;
  }
  const body = JSON.stringify({ body: comment.body });
  if (found === undefined) {
    const { text } = await send(job, clock, signal, "POST", `${comments}/${pullRequest}/comments`, body);
    return { state: "created", pullRequest, url: parsed(posted, text, noAnswer).html_url };
  }
  // GitHub keeps no line feed at the end.
  if (found.body?.trimEnd() === comment.body.trimEnd()) return { state: "unchanged", pullRequest, url: found.html_url };
  const { text } = await send(job, clock, signal, "PATCH", `${comments}/comments/${found.id}`, body);
  return { state: "updated", pullRequest, url: parsed(posted, text, noAnswer).html_url };
}

/**
 * Tries until the comment stands. Each try looks for it anew: a request that got no answer may have written it.
 * @throws comment_failed, cancelled
 */
async function untilDone(job: Job, clock: Clock, comment: Comment, pullRequest: number, signal: AbortSignal): Promise<Commented> {
  let waited = 0;
  for (let tried = 1; ; tried += 1) {
    try {
      return await upsert(job, clock, comment, pullRequest, signal);
    } catch (error) {
      if (error instanceof Refused) return { state: "refused", pullRequest, reason: error.message };
      if (!(error instanceof Later)) throw error;
      const wait = error.afterMs ?? firstPauseMs * 2 ** (tried - 1);
      waited += wait;
      if (waited > longestWaitMs) throw commentFailed(`${error.message}, to be asked again in ${Math.ceil(wait / 1000)} s`);
      if (tried === mostTries) throw commentFailed(error.message);
      await sleep(wait, undefined, { signal }).catch(() => {
        // Only its signal ends a pause early.
        throw cancelled("the comment");
      });
    }
  }
}

/** GitHub, as the environment of a job of its Actions describes it. The token is never part of what is said. */
export const gitHub = (env: Environment, clock: Clock): CodeHost => ({
  async comment(comment, signal) {
    try {
      const job = jobOf(env);
      const pullRequest = comment.pullRequest ?? (await pullRequestOf(env));
      if (pullRequest === undefined) return { state: "no_pull_request" };
      return await untilDone(job, clock, comment, pullRequest, signal);
    } catch (error) {
      throw error instanceof LedgerError ? scrubbed(error, scrubber(secretsIn(env))) : error;
    }
  },
});
