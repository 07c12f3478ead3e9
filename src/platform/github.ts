import { readFile } from "node:fs/promises";
import * as z from "zod";
import { commentFailed, pullRequestFailed, pullRequestUnknown, unreadableFile, usage } from "../kernel/errors.ts";
import { LedgerError, scrubError } from "../kernel/ledger-error.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { CodeHost, Comment, CommentResult, Proposal, ProposalResult, ProposalState } from "../ports/code-host.ts";
import type { Clock } from "../ports/ports.ts";
import { inputFailure } from "./disk/failure.ts";
import type { Environment } from "./git.ts";
import {
  apiUrl,
  type Job,
  parseJson,
  RefusedError,
  type RequestContext,
  sendRequest,
  type Task,
  UnprocessableError,
  unexpectedAnswer,
  withRetries,
} from "./github-api.ts";

const permissionHint =
  "Give the job `permissions: pull-requests: write` and its step the token as GITHUB_TOKEN in `env`, then run it again.";

/** Covers a renamed repository, disabled comments and a number that is not a pull request's. */
const placeHint = "Check GITHUB_REPOSITORY, and the number of the pull request; the report itself is not lost.";

const commentTask: Task = {
  what: "the comment",
  failed: commentFailed,
  refusedBy: [403, 404],
  mayBeDone: false,
  hintFor: (status) => (status === 401 ? permissionHint : placeHint),
};
const proposalTask: Task = { what: "the pull request", failed: pullRequestFailed, refusedBy: [401, 403, 404], mayBeDone: true };
const lookupTask: Task = { what: "the look-up", failed: pullRequestUnknown, refusedBy: [401, 403, 404], mayBeDone: false };

const commentSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullish(),
  author_association: z.string().nullish(),
});
type PostedComment = z.output<typeof commentSchema>;

const eventSchema = z.object({
  pull_request: z.object({ number: z.int() }).optional(),
  issue: z.object({ number: z.int(), pull_request: z.looseObject({}).optional() }).optional(),
});

/** Associations of authors whose comment may be replaced: anybody can write a comment that has the mark. */
const trusted: readonly string[] = ["OWNER", "MEMBER", "COLLABORATOR"];
const isOwnComment = ({ body, user, author_association }: PostedComment, mark: string): boolean =>
  body?.startsWith(mark) === true && (user?.type === "Bot" || trusted.includes(author_association ?? ""));

const repositoryName = /^[\w.-]+\/[\w.-]+$/;
const tokenOf = (env: Environment): string => (env["GITHUB_TOKEN"] ?? env["GH_TOKEN"] ?? "").trim();
const isToken = (token: string): boolean => /^[\x21-\x7e]+$/.test(token);
function readJob(env: Environment): Job {
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  if (!repositoryName.test(repository)) {
    throw usage(
      "Failed to comment: this is no job of GitHub Actions",
      "Set GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN, and name the pull request with --pull-request. Other hosts take the Markdown of `report`.",
    );
  }
  const token = tokenOf(env);
  if (!isToken(token)) throw commentFailed("there is no token", permissionHint);
  return { api: apiUrl(env, commentTask), repository, token };
}

/** The job that can make proposals, or the reason why nothing can be proposed. */
function findProposalJob(
  env: Environment,
  preferred: string | null,
  task: Task,
): Readonly<{ job: Job }> | Readonly<{ closed: string }> {
  const token = tokenOf(env);
  if (!isToken(token)) return { closed: "there is no token (GITHUB_TOKEN)" };
  const repository = preferred ?? env["GITHUB_REPOSITORY"] ?? "";
  if (!repositoryName.test(repository)) return { closed: "nothing names the repository (repo_binding.toml, GITHUB_REPOSITORY)" };
  return { job: { api: apiUrl(env, task), repository, token } };
}

/** The pull request that the job is about; undefined when there is none. */
async function readPullRequestNumber(env: Environment): Promise<number | undefined> {
  const path = env["GITHUB_EVENT_PATH"];
  if (path === undefined || path === "") return undefined;
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw inputFailure(path, error);
  });
  const { pull_request, issue } = parseJson(eventSchema, text, () => unreadableFile(path, "it is no event of GitHub"));
  return pull_request?.number ?? (issue?.pull_request === undefined ? undefined : issue.number);
}

/** Writes the comment only once: searches for an existing one, page by page, and replaces it, or creates the first one. */
async function upsert(call: RequestContext, comment: Comment, pullRequest: number): Promise<CommentResult> {
  const { job, task } = call;
  const comments = `${job.api}/repos/${job.repository}/issues`;
  let found: PostedComment | undefined;
  let page: string | undefined = `${comments}/${pullRequest}/comments?per_page=100`;
  while (page !== undefined && found === undefined) {
    const { text, next } = await sendRequest(call, "GET", page);
    found = parseJson(z.array(commentSchema), text, unexpectedAnswer(task)).find((one) => isOwnComment(one, comment.mark));
    page = next;
  }
  const body = JSON.stringify({ body: comment.body });
  if (found === undefined) {
    const { text } = await sendRequest(call, "POST", `${comments}/${pullRequest}/comments`, body);
    return { state: "created", pullRequest, url: parseJson(commentSchema, text, unexpectedAnswer(task)).html_url };
  }
  // GitHub does not store a line feed at the end.
  if (found.body?.trimEnd() === comment.body.trimEnd()) return { state: "unchanged", pullRequest, url: found.html_url };
  const { text } = await sendRequest(call, "PATCH", `${comments}/comments/${found.id}`, body);
  return { state: "updated", pullRequest, url: parseJson(commentSchema, text, unexpectedAnswer(task)).html_url };
}

const pullSchema = z.object({
  number: z.int().min(1),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
});

/** The open pull request of a branch; undefined for none. */
async function findOpenPull(call: RequestContext, { head, base }: Proposal): Promise<z.output<typeof pullSchema> | undefined> {
  const { api, repository } = call.job;
  const query = new URLSearchParams({ state: "open", head: `${repository.split("/")[0]}:${head}`, base });
  const { text } = await sendRequest(call, "GET", `${api}/repos/${repository}/pulls?${query}`);
  return parseJson(z.array(pullSchema), text, unexpectedAnswer(call.task))[0];
}

/** Opens a pull request only once: searches for an existing one, both before the request and after its refusal as a duplicate. */
async function openProposal(call: RequestContext, proposal: Proposal): Promise<ProposalResult> {
  const existing = async (): Promise<ProposalResult | undefined> => {
    const found = await findOpenPull(call, proposal);
    return found && { state: "existing", number: found.number, url: found.html_url };
  };
  const before = await existing();
  if (before !== undefined) return before;
  const { head, base, title, body } = proposal;
  try {
    const payload = JSON.stringify({ head, base, title, body, draft: true });
    const { text } = await sendRequest(call, "POST", `${call.job.api}/repos/${call.job.repository}/pulls`, payload);
    const { number, html_url } = parseJson(pullSchema, text, unexpectedAnswer(call.task));
    return { state: "opened", number, url: html_url };
  } catch (error) {
    if (!(error instanceof UnprocessableError)) throw error;
    const after = await existing();
    // For example the refusal of a host without drafts, which would refuse it again.
    return after ?? { state: "refused", reason: error.message };
  }
}

async function readProposalState(call: RequestContext, number: number): Promise<ProposalState> {
  const { text } = await sendRequest(call, "GET", `${call.job.api}/repos/${call.job.repository}/pulls/${number}`);
  const { state, merged_at, merge_commit_sha } = parseJson(pullSchema, text, unexpectedAnswer(call.task));
  if (merged_at && merge_commit_sha) return { state: "merged", commit: merge_commit_sha };
  return { state };
}

/** GitHub, as described by the environment of a job of its Actions. The token is never part of a message. */
export function createGitHub(env: Environment, clock: Clock): CodeHost {
  /** Runs a request of a job; answers `Refused` where the token does not allow it. */
  async function runTask<T>(
    job: () => Job,
    task: Task,
    signal: AbortSignal,
    attempt: (call: RequestContext) => Promise<T>,
  ): Promise<T | RefusedError> {
    try {
      const call = { job: job(), task, clock, signal };
      return await withRetries(call, () => attempt(call));
    } catch (error) {
      if (error instanceof RefusedError) return error;
      throw error instanceof LedgerError ? scrubError(error, scrubber(secretsIn(env))) : error;
    }
  }
  const jobFor = (repository: string | null, task: Task) => (): Job => {
    const found = findProposalJob(env, repository, task);
    if ("closed" in found) throw task.failed(found.closed);
    return found.job;
  };
  return {
    async comment(comment, signal) {
      let pullRequest = comment.pullRequest;
      const result = await runTask(
        () => readJob(env),
        commentTask,
        signal,
        async (call): Promise<CommentResult> => {
          pullRequest ??= await readPullRequestNumber(env);
          return pullRequest === undefined ? { state: "no_pull_request" } : upsert(call, comment, pullRequest);
        },
      );
      if (!(result instanceof RefusedError)) return result;
      return pullRequest === undefined ? { state: "no_pull_request" } : { state: "refused", pullRequest, reason: result.message };
    },
    closedTo(repository) {
      const found = findProposalJob(env, repository, proposalTask);
      return "closed" in found ? found.closed : null;
    },
    async propose(proposal, signal) {
      const result = await runTask(jobFor(proposal.repository, proposalTask), proposalTask, signal, (call) =>
        openProposal(call, proposal),
      );
      return result instanceof RefusedError ? { state: "refused", reason: result.message } : result;
    },
    async proposal(repository, number, signal) {
      const result = await runTask(jobFor(repository, lookupTask), lookupTask, signal, (call) => readProposalState(call, number));
      return result instanceof RefusedError ? { state: "unknown", reason: result.message } : result;
    },
  };
}
