/** Something that was recorded automatically. */
export type IntakeRow = Readonly<{
  kind: "review" | "eval";
  factId: string;
  batch: string;
  project: string | null;
  /** When it was recorded, ms since the epoch. */
  recorded: number;
  takenBack: boolean;
  /** What it earns its agent, with its bonus; 0 where it does not count. */
  coinTenths: number;
}>;

/** An undo in force; one undo of many facts is several of these. */
export type IntakeUndoRow = Readonly<{ undo: string; batch: string | null; facts: number; at: number }>;

/** The questions about automatic recordings. */
export interface IntakeQueries {
  /** In any order. */
  recorded(): readonly IntakeRow[];
  /** Oldest first. */
  undos(): readonly IntakeUndoRow[];
}
