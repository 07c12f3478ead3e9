import { syncRefused } from "../kernel/errors.ts";
import type { SyncProposalView } from "../ports/sync.ts";
import type { SyncConfig } from "./config.ts";
import type { SyncOptions } from "./opened-sync.ts";
import { allow } from "./user-settings.ts";

/** What a configuration proposes; null when it proposes nothing. */
export async function proposalOf(options: SyncOptions, config: SyncConfig): Promise<SyncProposalView | null> {
  const { proposal, source } = config;
  if (proposal === null) return null;
  return { url: proposal.url, team: proposal.team, source: source ?? "", project: await options.project() };
}

/**
 * Agrees to what the checkout proposes.
 * @param projects as in `sync.projects`, `.` for the one at hand
 * @throws sync_refused where it proposes another team or none
 */
export async function allowProposal(
  options: SyncOptions,
  { proposal }: SyncConfig,
  team: string,
  projects: readonly string[],
): Promise<void> {
  if (proposal === null) return;
  if (proposal.team !== team) {
    throw syncRefused(
      `share with ${team}`,
      `this checkout names the team ${proposal.team} at ${proposal.url}`,
      "Name the team that is to be shared with.",
    );
  }
  await allow(proposal, await namedProjects(options, projects), options.home);
}

/** Projects as the user named them, `.` replaced by the one at hand. */
export const namedProjects = (options: Pick<SyncOptions, "project">, projects: readonly string[]): Promise<readonly string[]> =>
  Promise.all(projects.map((one) => (one === "." ? options.project() : one)));
