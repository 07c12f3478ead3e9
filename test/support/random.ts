/** A seeded generator of numbers in [0, 1): the same seed produces the same sequence on every machine (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Returns a generator of numbers in [0, 1) that are spread evenly after any count, starting at a random one: each falls into a
 * widest gap between the previous ones (steps of the golden ratio).
 */
export function evenSpread(random: Random): () => number {
  const start = random();
  let count = 0;
  return () => (start + count++ * ((Math.sqrt(5) - 1) / 2)) % 1;
}

/** An integer in [from, to], both inclusive. */
export const between = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from + 1));

/** One element of a list that is not empty. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

/** A version 4 UUID. */
export function uuid4(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = "4";
  hex[16] = "89ab".charAt(Math.floor(random() * 4));
  const text = hex.join("");
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}
