/** What a run of the benches is given. */
export type Setting = Readonly<{
  /** Runs in the histories that are measured, ascending. */
  sizes: readonly [number, ...number[]];
  /** An empty folder on a real disk, of this bench alone. */
  folder: string;
  /** Tells what is being done, as it may take a while. */
  say(message: string): void;
}>;

/** A figure beside what was aimed for. */
export type Target = Readonly<{ what: string; aim: string; measured: string; met: boolean }>;

/** What a bench found: a table, targets that can be judged by it, and what has to be known to read them. */
export type Findings = Readonly<{
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  targets: readonly Target[];
  notes: readonly string[];
}>;

/** One question about speed or size. */
export type Bench = Readonly<{ name: string; title: string; run(setting: Setting): Promise<Findings> }>;

/** A target that is a number, smaller being better; `unit` follows it in print. */
export const atMost = (what: string, aim: number, measured: number, unit = ""): Target => ({
  what,
  aim: `≤ ${figure(aim)}${unit}`,
  measured: `${figure(measured)}${unit}`,
  met: measured <= aim,
});

/** A target that is a number, larger being better. */
export const atLeast = (what: string, aim: number, measured: number, unit = ""): Target => ({
  what,
  aim: `≥ ${figure(aim)}${unit}`,
  measured: `${figure(measured)}${unit}`,
  met: measured >= aim,
});

/** A number for people: whole from a hundred on, else with the digits that tell something. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

export const ratio = (value: number, of: number): string => `${figure(value / of)} ×`;
