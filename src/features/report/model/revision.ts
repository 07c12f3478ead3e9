/** What a run states of the code that it is about; empty or null where it states nothing. */
export type StatedRevision = Readonly<{ branch: string | null; commit: string | null }>;

/** A branch without what git and its hosts put before its name. */
const branchName = (ref: string): string => ref.replace(/^(?:refs\/heads\/|refs\/remotes\/[^/]+\/|origin\/)/, "");

/** Whether a text is a commit's id, or enough of its start to name it. */
const isCommit = (text: string): boolean => /^[0-9a-f]{7,64}$/i.test(text);

/** Whether a run is of a revision: a branch, as any remote or host calls it, or a commit or the start of its id. */
export function isOfRevision({ branch, commit }: StatedRevision, revision: string): boolean {
  if (branch !== null && branch !== "" && (branch === revision || branch === branchName(revision))) return true;
  if (commit === null || !isCommit(commit) || !isCommit(revision)) return false;
  // Eval results often state a commit by its start.
  const [a, b] = [commit.toLowerCase(), revision.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}
