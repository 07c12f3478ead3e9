/** An automatic recording. */
export type IntakeRow = Readonly<{
  kind: "review" | "eval";
  factId: string;
  batch: string;
  project: string | null;
  /** When it was recorded, ms since the epoch. */
  recorded: number;
  takenBack: boolean;
  /** Reward of its agent including the bonus, in tenths of a coin; 0 if it does not count. */
  coinTenths: number;
}>;

/** An undo fact in force; an undo of many facts has several rows. */
export type IntakeUndoRow = Readonly<{ undo: string; batch: string | null; facts: number; at: number }>;

/** Queries about automatic recordings. */
export interface IntakeQueries {
  /** In any order. */
  recorded(): readonly IntakeRow[];
  /** Oldest first. */
  undos(): readonly IntakeUndoRow[];
}
