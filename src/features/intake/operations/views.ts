/** What one batch recorded automatically. */
export type IntakeBatchView = Readonly<{
  batch: string;
  /** When its first recording was made. */
  at: string;
  projects: readonly string[];
  reviews: number;
  evals: number;
  /** How many of these are taken back. */
  taken_back: number;
  /** What its reviews earn. */
  coins: number;
}>;

/** What an undo took back, or a redo counts again. `coins`: by how much the coins of all agents changed. */
export type IntakeChangeView = Readonly<{ undo: string; recordings: number; coins: number }>;
