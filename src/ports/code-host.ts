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

/** A change that is to be proposed. */
export type Proposal = Readonly<{
  /** `owner/name`; null: as the environment says. */
  repository: string | null;
  head: string;
  base: string;
  title: string;
  body: string;
}>;

/** What became of a proposal. `existing`: it was open already; `refused`: the token may not write here. */
export type Proposed =
  | Readonly<{ state: "opened" | "existing"; number: number; url: string }>
  | Readonly<{ state: "refused"; reason: string }>;

/** Where a proposal stands. `unknown`: the host does not say. */
export type ProposalState =
  | Readonly<{ state: "open" | "closed" }>
  | Readonly<{ state: "merged"; commit: string }>
  | Readonly<{ state: "unknown"; reason: string }>;

/** The host of the repository that the surrounding job works for. */
export interface CodeHost {
  /** Writes a comment, or replaces the body of the one that has its mark. @throws usage, unreadable_file, comment_failed, cancelled */
  comment(comment: Comment, signal: AbortSignal): Promise<Commented>;
  /** Why nothing can be proposed from here, such as that there is no token; null where it can. */
  closedTo(repository: string | null): string | null;
  /** Opens a draft pull request, unless one of the branch is open already. @throws pull_request_failed, cancelled */
  propose(proposal: Proposal, signal: AbortSignal): Promise<Proposed>;
  /** @throws pull_request_failed, cancelled */
  proposal(repository: string | null, number: number, signal: AbortSignal): Promise<ProposalState>;
}
