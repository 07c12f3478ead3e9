import type { Cursor, Fact } from "../kernel/fact.ts";
import type { HashOf } from "./rechain.ts";
import type { RemoteHead } from "./remote.ts";

/** Facts in one request at most, and the characters of JSON after which a batch is closed. */
export const batchFacts = 500;
const batchCharacters = 1024 * 1024;

/** Cuts what comes one after another into batches to be sent, by number and by size. */
export async function* batched<T>(
  all: AsyncIterable<T>,
  charactersOf: (one: T) => number,
): AsyncGenerator<readonly T[], void, undefined> {
  let batch: T[] = [];
  let characters = 0;
  for await (const one of all) {
    const size = charactersOf(one);
    if (batch.length > 0 && (batch.length === batchFacts || characters + size > batchCharacters)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(one);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}

/** Facts of one device to ask for, both ends inclusive. */
export type Range = Readonly<{ device: string; from: number; to: number }>;

/** Facts asked for at once: at first, as long as nobody knows their size, and at most. */
export const firstPageFacts = 25;
const longestPageFacts = 1000;
/** Characters of JSON that a page should have: few enough to be held several times, and for a slow network. */
const pageCharacters = 512 * 1024;

/** How many facts to ask for next, after a page of so many with so many characters. */
export const nextPageFacts = (facts: number, characters: number): number =>
  facts === 0
    ? firstPageFacts
    : Math.max(1, Math.min(longestPageFacts, 2 * facts, Math.floor((pageCharacters * facts) / characters)));

/** What to do about one device of the team: nothing, fetch facts, or report that two logs stand under its id. */
export type PullStep =
  | Readonly<{ do: "nothing" }>
  | Readonly<{ do: "fetch"; range: Range }>
  | Readonly<{ do: "report"; device: string; seq: number }>;

/** Compares what is here of a device with what the team has of it. */
export function pullStep(head: RemoteHead, have: Pick<Cursor, "seq" | "hash"> | undefined): PullStep {
  const seq = have?.seq ?? 0;
  if (head.seq > seq) return { do: "fetch", range: { device: head.device, from: seq + 1, to: head.seq } };
  if (head.seq === seq && seq > 0 && head.hash !== have?.hash) return { do: "report", device: head.device, seq };
  return { do: "nothing" };
}

/** The first seq that a page lacks; null when it has all of its range in order. */
export function gapIn({ from, to }: Range, facts: readonly Pick<Fact, "seq">[]): number | null {
  let expected = from;
  for (const { seq } of facts) {
    if (seq !== expected) return expected;
    expected += 1;
  }
  return expected > to ? null : expected;
}

/** How many facts, from the first on, continue a log and have the right hash. */
export function soundPrefix(end: Readonly<{ seq: number; hash: string | null }>, facts: readonly Fact[], hashOf: HashOf): number {
  let last = end;
  for (const [position, fact] of facts.entries()) {
    if (fact.seq !== last.seq + 1 || fact.prev !== last.hash || !isHashed(fact, hashOf)) return position;
    last = fact;
  }
  return facts.length;
}

function isHashed({ hash, ...content }: Fact, hashOf: HashOf): boolean {
  try {
    return hashOf(content) === hash;
  } catch {
    // What canonical JSON cannot carry has no hash, and so not this one.
    return false;
  }
}

/** The longest time between two tries, ms. */
export const longestDelayMs = 30 * 60_000;

/**
 * When to try again after failures in a row: 5 s, 10 s, 20 s … at most 30 minutes, less up to half of it, so that many machines
 * that lost the same server do not come back at once.
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, random: number): number {
  const longest = Math.min(5_000 * 2 ** Math.min(failures - 1, 20), longestDelayMs);
  return Math.round(longest * (1 - random / 2));
}
