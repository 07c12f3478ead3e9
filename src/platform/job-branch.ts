import type { Environment } from "./git.ts";

/** The variables in which CI hosts name the commit that they check out, and its branch; the first branch that is set counts. */
const hosts: readonly Readonly<{ commit: string; branches: readonly string[] }>[] = [
  { commit: "GITHUB_SHA", branches: ["GITHUB_HEAD_REF", "GITHUB_REF"] },
  { commit: "CI_COMMIT_SHA", branches: ["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"] },
  { commit: "BUILD_SOURCEVERSION", branches: ["SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"] },
  { commit: "BITBUCKET_COMMIT", branches: ["BITBUCKET_BRANCH"] },
  { commit: "GIT_COMMIT", branches: ["CHANGE_BRANCH", "BRANCH_NAME"] },
  { commit: "CIRCLE_SHA1", branches: ["CIRCLE_BRANCH"] },
];

/** The name of a branch; null for tags and for the merges that hosts make of pull requests. */
function branchOf(ref: string): string | null {
  if (ref.startsWith("refs/heads/")) return ref.slice("refs/heads/".length);
  return ref.startsWith("refs/") ? null : ref;
}

/**
 * The branch of the job that this process is part of: CI hosts check out a commit without its branch. The job's variables apply
 * only to the job's own commit, not to another one, such as that of a second repository.
 */
export function jobBranch(commit: string | null, env: Environment): string | null {
  if (commit === null) return null;
  const host = hosts.find((one) => env[one.commit] === commit);
  const ref = host?.branches.map((name) => env[name] ?? "").find((value) => value !== "");
  return ref === undefined ? null : branchOf(ref);
}
