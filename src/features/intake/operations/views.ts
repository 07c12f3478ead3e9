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
