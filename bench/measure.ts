/** Times in microseconds, ascending. */
export type Samples = readonly number[];

/** Runs each task in turn, `rounds` times (A B C A B C …), so that drift of the machine's speed affects all tasks equally. */
export async function interleave(
  rounds: number,
  tasks: Readonly<Record<string, (round: number) => void | Promise<void>>>,
): Promise<Readonly<Record<string, Samples>>> {
  const names = Object.keys(tasks);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      const start = process.hrtime.bigint();
      await task(round);
      times.get(name)?.push(Number(process.hrtime.bigint() - start) / 1000);
    }
  }
  return Object.fromEntries([...times].map(([name, samples]) => [name, samples.sort((a, b) => a - b)]));
}

/** The duration of a task in milliseconds, and its result. */
export async function timed<T>(task: () => T | Promise<T>): Promise<Readonly<{ ms: number; value: T }>> {
  const start = process.hrtime.bigint();
  const value = await task();
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, value };
}

export function quantile(samples: Samples, q: number): number {
  const index = Math.min(samples.length - 1, Math.floor(samples.length * q));
  return samples[index] ?? Number.NaN;
}

export const median = (samples: Samples): number => quantile(samples, 0.5);
