import { pullRequestFailed, selfFixStopped } from "../../../kernel/errors.ts";
import { readRepoBinding } from "../../agent/operations/binding-files.ts";
import { matchesPattern } from "../model/patch.ts";
import { bodyOf } from "../model/proposal.ts";
import type { PullRequest } from "../model/step.ts";
import { feedbackDraft, recordStep } from "./record.ts";
import type { Work } from "./steps.ts";

/** The repository for the pull request: from the binding, else from the git remote; null: from the environment. */
export async function repositoryOf({ ports }: Pick<Work, "ports">): Promise<string | null> {
  const { read } = await readRepoBinding(ports);
  if (read !== null) return read.value.repo;
  const project = await ports.surroundings.project();
  return /^[\w.-]+\/[\w.-]+$/.test(project) ? project : null;
}

/** Proposes the branch. Returns the pull request, or as a text the reason why the branch cannot be proposed. */
async function proposeBranch(work: Work, body: string): Promise<PullRequest | string> {
  const { ports, trees, standing, signal } = work;
  const { fix, base } = standing;
  if (fix === null || base === null) throw new TypeError("there is no fix to propose");
  const { read, path } = await readRepoBinding(ports);
  if (read !== null && !read.value.allowed_branches.some((pattern) => matchesPattern(fix.branch, pattern))) {
    return `${path} does not allow the branch (allowed_branches); add "auto/**" there`;
  }
  const repository = await repositoryOf(work);
  const host = await ports.codeHost();
  const closedReason = host.closedTo(repository);
  if (closedReason !== null) return closedReason;
  const pushed = await trees.push(fix, base, signal);
  if (!pushed.ok && pushed.transient) throw pullRequestFailed(pushed.reason);
  if (!pushed.ok) return pushed.reason;
  const { branch: head, title } = fix;
  const result = await host.propose({ repository, head, base: base.branch, title, body }, signal);
  if (result.state === "refused") return result.reason;
  return { state: "opened", url: result.url, number: result.number, reason: null, body_file: null };
}

/** Opens the pull request; if impossible, keeps the branch and writes the description to a file. @throws pull_request_failed */
export async function publish(work: Work): Promise<void> {
  const { ports, trees, row, standing, about } = work;
  const { fix } = standing;
  if (fix === null || row.regression_test_path === null) {
    throw selfFixStopped(row.id, "without a regression test no pull request is opened");
  }
  const body = bodyOf(row, fix);
  const result = await proposeBranch(work, body);
  const pull_request: PullRequest =
    typeof result === "string"
      ? {
          state: "kept",
          url: null,
          number: null,
          reason: result,
          body_file: await trees.keep(row.id.replaceAll(/[^\w-]/g, "-"), body),
        }
      : result;
  const { url, number } = pull_request;
  const cells = url === null ? {} : { fix_pr_url: url };
  const note = number === null ? {} : { note: { pr_number: number } };
  const moves = [
    ...(row.state === "triaged" ? [{ set: { state: "in-fix" } }] : []),
    ...(row.state === "fix-pr-open"
      ? url === null
        ? []
        : [{ set: cells, ...note }]
      : [{ set: { state: "fix-pr-open", ...cells }, ...note }]),
  ];
  await recordStep(
    ports,
    about,
    { step: "published", pull_request },
    moves.map((move) => feedbackDraft(ports, row.id, move)),
  );
}
