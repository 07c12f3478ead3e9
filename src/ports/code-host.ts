/** A comment by this program on a pull request. There is at most one per mark. */
export type Comment = Readonly<{
  /** Number of the pull request; default: the one that the surrounding job is about. */
  pullRequest?: number | undefined;
  /** Identifies the comment among others; the body begins with it. */
  mark: string;
  body: string;
}>;

/** Result of writing a comment. `refused`: the token has no write access, as in a job for a fork. */
export type CommentResult =
  | Readonly<{ state: "created" | "updated" | "unchanged"; pullRequest: number; url: string }>
  | Readonly<{ state: "refused"; pullRequest: number; reason: string }>
  | Readonly<{ state: "no_pull_request" }>;

/** A change to propose as a pull request. */
export type Proposal = Readonly<{
  /** `owner/name`; null: taken from the environment. */
  repository: string | null;
  head: string;
  base: string;
  title: string;
  body: string;
}>;

/** Result of a proposal. `existing`: it was already open; `refused`: the token has no write access. */
export type ProposalResult =
  | Readonly<{ state: "opened" | "existing"; number: number; url: string }>
  | Readonly<{ state: "refused"; reason: string }>;

/** State of a proposal. `unknown`: the host does not report it. */
export type ProposalState =
  | Readonly<{ state: "open" | "closed" }>
  | Readonly<{ state: "merged"; commit: string }>
  | Readonly<{ state: "unknown"; reason: string }>;

/** The host of the repository that the surrounding job runs for. */
export interface CodeHost {
  /**
   * Writes a comment, or replaces the body of the existing one with its mark.
   * @throws usage, unreadable_file, comment_failed, cancelled
   */
  comment(comment: Comment, signal: AbortSignal): Promise<CommentResult>;
  /** Why nothing can be proposed from here, such as a missing token; null if it can. */
  closedTo(repository: string | null): string | null;
  /** Opens a draft pull request, unless one for the branch is already open. @throws pull_request_failed, cancelled */
  propose(proposal: Proposal, signal: AbortSignal): Promise<ProposalResult>;
  /** Returns the state of a proposal. @throws pull_request_failed, cancelled */
  proposal(repository: string | null, number: number, signal: AbortSignal): Promise<ProposalState>;
}
