import type { Surroundings } from "../../ports/ports.ts";

type CheckedOut = Readonly<{ branch: string | null; commit: string | null }>;

const unknown: CheckedOut = { branch: null, commit: null };

/**
 * Tells what was checked out in a project at a moment, ms since the epoch, for results that are recorded later. Only of the working
 * directory's own project something is known, and only as long as nothing else was checked out since.
 */
export async function checkedOutAt(surroundings: Surroundings): Promise<(project: string | null, moment: number) => CheckedOut> {
  const [here, { branch, commit, since }] = await Promise.all([surroundings.project(), surroundings.gitSince()]);
  return (project, moment) => (since !== null && project === here && moment >= since ? { branch, commit } : unknown);
}
