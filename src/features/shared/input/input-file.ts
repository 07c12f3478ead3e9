import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { ReadDraft } from "../../reviews/importers/review.ts";

/** Values for all runs of a file that do not state them themselves. `now` is used for a missing time. */
export type ReadOptions = Readonly<{ agent: string; project: string | null; houseRulesVersion: number | null; now: Date }>;

/** A total that a file states and that differs from the replay of its runs. */
export type Disagreement = Readonly<{ file: string; total: string; stated: string; replayed: string }>;

/**
 * A run of a file. `label` names its source: the file, or the file and the entry in it. `partial`: the file contains neither
 * summary nor mode of its runs, so placeholders are used.
 */
export type ParsedRun = ReadDraft & Readonly<{ label: string; partial: boolean }>;

/** The content of a file. */
export type ParsedFile = Readonly<{
  drafts: readonly ParsedRun[];
  rejected: readonly Readonly<{ label: string; error: LedgerError }>[];
  disagreements: readonly Disagreement[];
  /** Eval runs among the entries, each as a text. */
  evals: readonly Readonly<{ label: string; text: string }>[];
}>;

export type Attempt<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; error: LedgerError }>;

/**
 * Runs `work` and returns a `LedgerError` instead of throwing it, so that one refused input does not stop the others. Other
 * errors are thrown.
 */
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
