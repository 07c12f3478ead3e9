import { syncRefused } from "../kernel/errors.ts";
import type { SyncProposalView } from "../ports/sync.ts";
import type { SyncConfig } from "./config.ts";
import type { SyncOptions } from "./sync-context.ts";
import { saveAllowance } from "./user-settings.ts";

/** Returns what a configuration proposes; null if nothing. */
export async function proposalOf(options: SyncOptions, config: SyncConfig): Promise<SyncProposalView | null> {
  const { proposal, source } = config;
  if (proposal === null) return null;
  return { url: proposal.url, team: proposal.team, source: source ?? "", project: await options.project() };
}

/**
 * Records the user's consent to what the checkout proposes; does nothing if it proposes nothing.
 * @param projects as in `sync.projects`, `.` for the current one
 * @throws sync_refused if it proposes another team
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
  await saveAllowance(proposal, await resolveProjects(options, projects), options.home);
}

/** Resolves project names given by the user: replaces `.` with the current project. */
export const resolveProjects = (options: Pick<SyncOptions, "project">, projects: readonly string[]): Promise<readonly string[]> =>
  Promise.all(projects.map((one) => (one === "." ? options.project() : one)));
