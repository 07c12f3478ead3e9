/** The input of a bench run. */
export type BenchOptions = Readonly<{
  /** Numbers of runs in the measured histories, ascending. */
  sizes: readonly [number, ...number[]];
  /** An empty folder on a real disk, used only by this bench. */
  folder: string;
  /** Reports the current step, as it may take a while. */
  say(message: string): void;
}>;

/** A measured figure and its target. */
export type Target = Readonly<{ what: string; aim: string; measured: string; met: boolean }>;

/** The results of a bench: a table, the targets that it shows as met or not, and notes that are needed to read them. */
export type BenchResult = Readonly<{
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  targets: readonly Target[];
  notes: readonly string[];
}>;

/** One question about speed or size. */
export type Bench = Readonly<{ name: string; title: string; run(options: BenchOptions): Promise<BenchResult> }>;

/** A numeric target where smaller is better; `unit` is printed after it. */
export const atMost = (what: string, aim: number, measured: number, unit = ""): Target => ({
  what,
  aim: `≤ ${formatNumber(aim)}${unit}`,
  measured: `${formatNumber(measured)}${unit}`,
  met: measured <= aim,
});

/** A numeric target where larger is better. */
export const atLeast = (what: string, aim: number, measured: number, unit = ""): Target => ({
  what,
  aim: `≥ ${formatNumber(aim)}${unit}`,
  measured: `${formatNumber(measured)}${unit}`,
  met: measured >= aim,
});

/** Formats a number for display: whole from 100 on, else with three significant digits. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

export const ratio = (value: number, base: number): string => `${formatNumber(value / base)} ×`;
