/** A comment of this program on a pull request. There is at most one of each mark. */
export type Comment = Readonly<{
  /** Number of the pull request; default the one that the surrounding job is about. */
  pullRequest?: number | undefined;
  /** What tells the comment from others; the body begins with it. */
  mark: string;
  body: string;
}>;

/** What became of a comment. `refused`: the token may not write here, as that of a job for a fork. */
export type Commented =
  | Readonly<{ state: "created" | "updated" | "unchanged"; pullRequest: number; url: string }>
  | Readonly<{ state: "refused"; pullRequest: number; reason: string }>
  | Readonly<{ state: "no_pull_request" }>;

/** The host of the repository that the surrounding job works for. */
export interface CodeHost {
  /** Writes a comment, or replaces the body of the one that has its mark. @throws usage, unreadable_file, comment_failed, cancelled */
  comment(comment: Comment, signal: AbortSignal): Promise<Commented>;
}
