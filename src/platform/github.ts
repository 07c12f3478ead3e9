import { readFile } from "node:fs/promises";
import * as z from "zod";
import { commentFailed, pullRequestFailed, pullRequestUnknown, unreadableFile, usage } from "../kernel/errors.ts";
import { LedgerError, scrubbed } from "../kernel/ledger-error.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { CodeHost, Comment, Commented, Proposal, ProposalState, Proposed } from "../ports/code-host.ts";
import type { Clock } from "../ports/ports.ts";
import { inputFailure } from "./disk/failure.ts";
import type { Environment } from "./git.ts";
import {
  apiOf,
  type Calling,
  type Job,
  noAnswer,
  parsed,
  Refused,
  send,
  type Task,
  Unprocessable,
  untilDone,
} from "./github-api.ts";

const permissionHint =
  "Give the job `permissions: pull-requests: write` and its step the token as GITHUB_TOKEN in `env`, then run it again.";

/** Covers a renamed repository, disabled comments and a number that is not a pull request's. */
const placeHint = "Check GITHUB_REPOSITORY, and the number of the pull request; the report itself is not lost.";

const commenting: Task = {
  what: "the comment",
  failed: commentFailed,
  refusedBy: [403, 404],
  mayBeDone: false,
  hintFor: (status) => (status === 401 ? permissionHint : placeHint),
};
const proposing: Task = { what: "the pull request", failed: pullRequestFailed, refusedBy: [401, 403, 404], mayBeDone: true };
const lookingUp: Task = { what: "the look-up", failed: pullRequestUnknown, refusedBy: [401, 403, 404], mayBeDone: false };

const posted = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullish(),
  author_association: z.string().nullish(),
});
type Posted = z.output<typeof posted>;

const event = z.object({
  pull_request: z.object({ number: z.int() }).optional(),
  issue: z.object({ number: z.int(), pull_request: z.looseObject({}).optional() }).optional(),
});

/** Associations of authors whose comment may be replaced: anybody can write a comment that has the mark. */
const trusted: readonly string[] = ["OWNER", "MEMBER", "COLLABORATOR"];
const isOwn = ({ body, user, author_association }: Posted, mark: string): boolean =>
  body?.startsWith(mark) === true && (user?.type === "Bot" || trusted.includes(author_association ?? ""));

const repositoryName = /^[\w.-]+\/[\w.-]+$/;
const tokenOf = (env: Environment): string => (env["GITHUB_TOKEN"] ?? env["GH_TOKEN"] ?? "").trim();
const isToken = (token: string): boolean => /^[\x21-\x7e]+$/.test(token);
function jobOf(env: Environment): Job {
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  if (!repositoryName.test(repository)) {
    throw usage(
      "Failed to comment: this is no job of GitHub Actions",
      "Set GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN, and name the pull request with --pull-request. Other hosts take the Markdown of `report`.",
    );
  }
  const token = tokenOf(env);
  if (!isToken(token)) throw commentFailed("there is no token", permissionHint);
  return { api: apiOf(env, commenting), repository, token };
}

/** The job that can make proposals, or the reason why nothing can be proposed. */
function proposerOf(env: Environment, named: string | null, task: Task): Readonly<{ job: Job }> | Readonly<{ closed: string }> {
  const token = tokenOf(env);
  if (!isToken(token)) return { closed: "there is no token (GITHUB_TOKEN)" };
  const repository = named ?? env["GITHUB_REPOSITORY"] ?? "";
  if (!repositoryName.test(repository)) return { closed: "nothing names the repository (repo_binding.toml, GITHUB_REPOSITORY)" };
  return { job: { api: apiOf(env, task), repository, token } };
}

/** The pull request that the job is about; undefined when there is none. */
async function pullRequestOf(env: Environment): Promise<number | undefined> {
  const path = env["GITHUB_EVENT_PATH"];
  if (path === undefined || path === "") return undefined;
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw inputFailure(path, error);
  });
  const { pull_request, issue } = parsed(event, text, () => unreadableFile(path, "it is no event of GitHub"));
  return pull_request?.number ?? (issue?.pull_request === undefined ? undefined : issue.number);
}

/** Writes the comment only once: searches for an existing one, page by page, and replaces it, or creates the first one. */
async function upsert(call: Calling, comment: Comment, pullRequest: number): Promise<Commented> {
  const { job, task } = call;
  const comments = `${job.api}/repos/${job.repository}/issues`;
  let found: Posted | undefined;
  let page: string | undefined = `${comments}/${pullRequest}/comments?per_page=100`;
  while (page !== undefined && found === undefined) {
    const { text, next } = await send(call, "GET", page);
    found = parsed(z.array(posted), text, noAnswer(task)).find((one) => isOwn(one, comment.mark));
    page = next;
  }
  const body = JSON.stringify({ body: comment.body });
  if (found === undefined) {
    const { text } = await send(call, "POST", `${comments}/${pullRequest}/comments`, body);
    return { state: "created", pullRequest, url: parsed(posted, text, noAnswer(task)).html_url };
  }
  // GitHub does not store a line feed at the end.
  if (found.body?.trimEnd() === comment.body.trimEnd()) return { state: "unchanged", pullRequest, url: found.html_url };
  const { text } = await send(call, "PATCH", `${comments}/comments/${found.id}`, body);
  return { state: "updated", pullRequest, url: parsed(posted, text, noAnswer(task)).html_url };
}

const pull = z.object({
  number: z.int().min(1),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
});

/** The open pull request of a branch; undefined for none. */
async function openPull(call: Calling, { head, base }: Proposal): Promise<z.output<typeof pull> | undefined> {
  const { api, repository } = call.job;
  const asked = new URLSearchParams({ state: "open", head: `${repository.split("/")[0]}:${head}`, base });
  const { text } = await send(call, "GET", `${api}/repos/${repository}/pulls?${asked}`);
  return parsed(z.array(pull), text, noAnswer(call.task))[0];
}

/** Opens a pull request only once: searches for an existing one, both before the request and after its refusal as a duplicate. */
async function open(call: Calling, proposal: Proposal): Promise<Proposed> {
  const existing = async (): Promise<Proposed | undefined> => {
    const found = await openPull(call, proposal);
    return found && { state: "existing", number: found.number, url: found.html_url };
  };
  const before = await existing();
  if (before !== undefined) return before;
  const { head, base, title, body } = proposal;
  try {
    const sent = JSON.stringify({ head, base, title, body, draft: true });
    const { text } = await send(call, "POST", `${call.job.api}/repos/${call.job.repository}/pulls`, sent);
    const { number, html_url } = parsed(pull, text, noAnswer(call.task));
    return { state: "opened", number, url: html_url };
  } catch (error) {
    if (!(error instanceof Unprocessable)) throw error;
    const after = await existing();
    // For example the refusal of a host without drafts, which would refuse it again.
    return after ?? { state: "refused", reason: error.message };
  }
}

async function stateOf(call: Calling, number: number): Promise<ProposalState> {
  const { text } = await send(call, "GET", `${call.job.api}/repos/${call.job.repository}/pulls/${number}`);
  const { state, merged_at, merge_commit_sha } = parsed(pull, text, noAnswer(call.task));
  if (merged_at && merge_commit_sha) return { state: "merged", commit: merge_commit_sha };
  return { state };
}

/** GitHub, as described by the environment of a job of its Actions. The token is never part of a message. */
export function gitHub(env: Environment, clock: Clock): CodeHost {
  /** Runs a request of a job; answers `Refused` where the token does not allow it. */
  async function work<T>(
    job: () => Job,
    task: Task,
    signal: AbortSignal,
    attempt: (call: Calling) => Promise<T>,
  ): Promise<T | Refused> {
    try {
      const call = { job: job(), task, clock, signal };
      return await untilDone(call, () => attempt(call));
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error instanceof LedgerError ? scrubbed(error, scrubber(secretsIn(env))) : error;
    }
  }
  const jobFor = (repository: string | null, task: Task) => (): Job => {
    const found = proposerOf(env, repository, task);
    if ("closed" in found) throw task.failed(found.closed);
    return found.job;
  };
  return {
    async comment(comment, signal) {
      let pullRequest = comment.pullRequest;
      const done = await work(
        () => jobOf(env),
        commenting,
        signal,
        async (call): Promise<Commented> => {
          pullRequest ??= await pullRequestOf(env);
          return pullRequest === undefined ? { state: "no_pull_request" } : upsert(call, comment, pullRequest);
        },
      );
      if (!(done instanceof Refused)) return done;
      return pullRequest === undefined ? { state: "no_pull_request" } : { state: "refused", pullRequest, reason: done.message };
    },
    closedTo(repository) {
      const found = proposerOf(env, repository, proposing);
      return "closed" in found ? found.closed : null;
    },
    async propose(proposal, signal) {
      const done = await work(jobFor(proposal.repository, proposing), proposing, signal, (call) => open(call, proposal));
      return done instanceof Refused ? { state: "refused", reason: done.message } : done;
    },
    async proposal(repository, number, signal) {
      const done = await work(jobFor(repository, lookingUp), lookingUp, signal, (call) => stateOf(call, number));
      return done instanceof Refused ? { state: "unknown", reason: done.message } : done;
    },
  };
}
