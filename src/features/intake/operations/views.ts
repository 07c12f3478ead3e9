import type { MergedFilesView } from "../../evals/operations/views.ts";

/**
 * The result of an import. It failed (exit code 1) if a path that was named could not be imported, or if files were rejected and
 * no run was recorded or already known. A folder with some invalid files is imported, and `rejected` lists the invalid ones.
 */
export type ImportView = Readonly<{
  files: number;
  recorded: number;
  duplicates: number;
  /** `file` can include the entry in the file (`a.json [3]`); `named`: its path was given, not found in a folder. */
  rejected: readonly Readonly<{ file: string; error: string; code: string; hint: string; named: boolean }>[];
  /** Totals stated by an imported ledger that differ from the replay of its runs. */
  disagreements: readonly Readonly<{ file: string; total: string; stated: string; replayed: string }>[];
  /** Parts of recorded and known runs that could not be used unchanged; `file` as in `rejected`. */
  warnings: readonly Readonly<{ file: string; message: string }>[];
  /** Files in folders that contain nothing to record. */
  skipped_files: readonly Readonly<{ file: string; reason: string }>[];
  /** Files of tests that were merged into one run, because each holds a class of it; absent when each file is a run of its own. */
  merged?: readonly MergedFilesView[];
}>;

/** A batch of automatic recordings. */
export type IntakeBatchView = Readonly<{
  batch: string;
  /** Time of its first recording. */
  at: string;
  projects: readonly string[];
  reviews: number;
  evals: number;
  /** Number of these recordings that are taken back. */
  taken_back: number;
  /** Coins earned by its reviews that count. */
  coins: number;
}>;

/** Result of an undo or a redo. `recordings`: number taken back or counted again; `coins`: change of all agents' coins. */
export type IntakeChangeView = Readonly<{ undo: string; recordings: number; coins: number }>;
