import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { ReadDraft } from "../../reviews/importers/review.ts";

/** What is said of all runs of a file that do not say it themselves. `now` stands in for a missing time. */
export type ReadOptions = Readonly<{ agent: string; project: string | null; houseRulesVersion: number | null; now: Date }>;

/** A total that a file states and the replay of its runs contradicts. */
export type Disagreement = Readonly<{ file: string; total: string; stated: string; replayed: string }>;

/**
 * A run of a file. `label` names where it came from: the file, or the file and the entry in it. `partial`: the file keeps neither
 * summary nor mode of its runs, so that stand-ins are in their place.
 */
export type ReadRun = ReadDraft & Readonly<{ label: string; partial: boolean }>;

/** What a file held. */
export type ReadFile = Readonly<{
  drafts: readonly ReadRun[];
  rejected: readonly Readonly<{ label: string; error: LedgerError }>[];
  disagreements: readonly Disagreement[];
  /** Eval runs among the entries, each as a text of its own. */
  evals: readonly Readonly<{ label: string; text: string }>[];
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
