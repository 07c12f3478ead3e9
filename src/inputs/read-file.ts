import { LedgerError } from "../domain/errors.ts";
import type { Draft } from "../domain/fact.ts";

/** What is said of all runs of a file that do not say it themselves. `now` stands in for a missing time. */
export type ReadOptions = Readonly<{ agent: string; project: string | null; houseRulesVersion: number | null; now: Date }>;

/** A total that a file states and the replay of its runs contradicts. */
export type Disagreement = Readonly<{ file: string; total: string; stated: string; replayed: string }>;

/** What a file held. Labels name the place a run came from: the file, or the file and the entry in it. */
export type ReadFile = Readonly<{
  drafts: readonly Readonly<{ label: string; draft: Draft }>[];
  rejected: readonly Readonly<{ label: string; error: LedgerError }>[];
  disagreements: readonly Disagreement[];
}>;

export type Attempt<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; error: LedgerError }>;

/** Runs work whose refusal of its input must not stop the others; any other failure is thrown on. */
export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof LedgerError) return { ok: false, error };
    throw error;
  }
}

/** `attempt` for asynchronous work. */
export async function attemptAsync<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof LedgerError) return { ok: false, error };
    throw error;
  }
}
