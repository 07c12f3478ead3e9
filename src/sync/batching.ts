import type { Cursor, Fact } from "../kernel/fact.ts";
import type { HashOf } from "./rechain.ts";
import type { RemoteHead } from "./remote.ts";

/** Maximum number of facts per request; `batchCharacters`: characters of JSON at which a batch is closed. */
export const batchFacts = 500;
const batchCharacters = 1024 * 1024;

/** Groups a stream of items into batches, limited by number and size. */
export async function* toBatches<T>(
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

/** Range of a device's facts to fetch, both ends inclusive. */
export type Range = Readonly<{ device: string; from: number; to: number }>;

/** Number of facts in the first page, while their size is unknown; `maxPageFacts`: the maximum. */
export const firstPageFacts = 25;
const maxPageFacts = 1000;
/** Target size of a page in characters of JSON: small enough to hold several pages in memory, and for slow networks. */
const pageCharacters = 512 * 1024;

/** Number of facts to request next, given the number of facts and characters of the last page. */
export const nextPageFacts = (facts: number, characters: number): number =>
  facts === 0
    ? firstPageFacts
    : Math.max(1, Math.min(maxPageFacts, 2 * facts, Math.floor((pageCharacters * facts) / characters)));

/** What to do for one device of the team: nothing, fetch facts, or report that two logs use its id. */
export type PullStep =
  | Readonly<{ do: "nothing" }>
  | Readonly<{ do: "fetch"; range: Range }>
  | Readonly<{ do: "report"; device: string; seq: number }>;

/** Compares the local log of a device with the team's. */
export function pullStep(head: RemoteHead, local: Pick<Cursor, "seq" | "hash"> | undefined): PullStep {
  const seq = local?.seq ?? 0;
  if (head.seq > seq) return { do: "fetch", range: { device: head.device, from: seq + 1, to: head.seq } };
  if (head.seq === seq && seq > 0 && head.hash !== local?.hash) return { do: "report", device: head.device, seq };
  return { do: "nothing" };
}

/** The first seq missing from a page; null if it has its whole range in order. */
export function gapIn({ from, to }: Range, facts: readonly Pick<Fact, "seq">[]): number | null {
  let expected = from;
  for (const { seq } of facts) {
    if (seq !== expected) return expected;
    expected += 1;
  }
  return expected > to ? null : expected;
}

/** Length of the prefix of `facts` that continues the log and has correct hashes. */
export function validPrefixLength(
  end: Readonly<{ seq: number; hash: string | null }>,
  facts: readonly Fact[],
  hashOf: HashOf,
): number {
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
    // Content that canonical JSON cannot represent has no hash, so it cannot match.
    return false;
  }
}

/** Maximum delay between two retries, in ms. */
export const maxDelayMs = 30 * 60_000;

/**
 * Backoff delay in ms after a number of consecutive failures: 5 s, 10 s, 20 s … up to 30 minutes, reduced randomly by up to half,
 * so that many machines that lost the same server do not return at once.
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, random: number): number {
  const longest = Math.min(5_000 * 2 ** Math.min(failures - 1, 20), maxDelayMs);
  return Math.round(longest * (1 - random / 2));
}
