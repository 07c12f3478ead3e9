/** The revision that a run states for its code; empty or null if it states none. */
export type StatedRevision = Readonly<{ branch: string | null; commit: string | null }>;

/** Strips the prefixes that git and its hosts add to a branch name. */
const branchName = (ref: string): string => ref.replace(/^(?:refs\/heads\/|refs\/remotes\/[^/]+\/|origin\/)/, "");

/** Whether a text is a commit id or a prefix of one that is long enough. */
const isCommit = (text: string): boolean => /^[0-9a-f]{7,64}$/i.test(text);

/** Whether a run is of a revision: a branch, with or without a prefix, or a commit id or its prefix. */
export function isOfRevision({ branch, commit }: StatedRevision, revision: string): boolean {
  if (branch !== null && branch !== "" && (branch === revision || branch === branchName(revision))) return true;
  if (commit === null || !isCommit(commit) || !isCommit(revision)) return false;
  // Eval results often state only the prefix of a commit id.
  const [a, b] = [commit.toLowerCase(), revision.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}
