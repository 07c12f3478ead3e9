import type { Surroundings } from "../../ports/ports.ts";

type CheckedOut = Readonly<{ branch: string | null; commit: string | null }>;

const unknown: CheckedOut = { branch: null, commit: null };

/**
 * Returns a function that looks up what was checked out in a project at a moment (ms since the epoch), for results that are
 * recorded later. The result is known only for the working directory's project, and only if nothing else was checked out since
 * that moment.
 */
export async function checkedOutAt(surroundings: Surroundings): Promise<(project: string | null, moment: number) => CheckedOut> {
  const [here, { branch, commit, since }] = await Promise.all([surroundings.project(), surroundings.gitSince()]);
  return (project, moment) => (since !== null && project === here && moment >= since ? { branch, commit } : unknown);
}
