import type { Surroundings } from "../../ports/ports.ts";

type Checkout = Readonly<{ branch: string | null; commit: string | null }>;

const unknownCheckout: Checkout = { branch: null, commit: null };

/**
 * Returns a function that looks up what was checked out in a project at a moment (ms since the epoch), for results that are
 * recorded later. The result is known only for the working directory's project, and only if nothing else was checked out since
 * that moment.
 */
export async function createCheckoutLookup(
  surroundings: Surroundings,
): Promise<(project: string | null, moment: number) => Checkout> {
  const [currentProject, { branch, commit, since }] = await Promise.all([surroundings.project(), surroundings.gitSince()]);
  return (project, moment) =>
    since !== null && project === currentProject && moment >= since ? { branch, commit } : unknownCheckout;
}
