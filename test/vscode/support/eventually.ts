import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again until the answer is something other than undefined, false or null, and gives that answer.
 * An exception ends the waiting at once.
 */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | undefined | false | null>,
  everyMs = 50,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(everyMs);
  }
}
