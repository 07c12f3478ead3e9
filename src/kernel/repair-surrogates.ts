import { formatPath } from "./zod-messages.ts";

/*
 * A text that was cut by length may end in one half of a surrogate pair. JSON can represent it (`"\ud83d"`); UTF-8, canonical
 * JSON and databases cannot. All input is repaired here: the half becomes U+FFFD, and its place is reported.
 */

/** A value with well-formed texts, and the places (`findings[3].message`) of the texts and keys that were repaired. */
export type RepairedTexts = Readonly<{ value: unknown; replaced: readonly string[] }>;

/** Maximum nesting depth. No format that is read nests deeper; values that do are refused elsewhere. */
const maxDepth = 200;

/** Maximum number of places that are listed: a file of broken texts needs no list of all of them. */
const maxListedPlaces = 20;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A unique well-formed key: two keys may be the same once their halves are replaced. */
function freeKey(key: string, taken: ReadonlySet<string>): string {
  let free = key.toWellFormed();
  while (taken.has(free)) free += "\uFFFD";
  return free;
}

/** Whether nothing has to be repaired; checks without collecting places. */
function isWellFormed(value: unknown, depth: number): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (!isObject(value) || depth > maxDepth) return true;
  if (Array.isArray(value)) return value.every((item) => isWellFormed(item, depth + 1));
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isWellFormed(inner, depth + 1));
}

function repair(value: unknown, path: readonly PropertyKey[], replaced: string[]): unknown {
  if (typeof value === "string") {
    if (value.isWellFormed()) return value;
    replaced.push(formatPath(path));
    return value.toWellFormed();
  }
  if (!isObject(value) || path.length > maxDepth) return value;
  const before = replaced.length;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => repair(item, [...path, index], replaced));
    return replaced.length === before ? value : items;
  }
  const keys = new Set(Object.keys(value).filter((key) => key.isWellFormed()));
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key.isWellFormed()) return [key, repair(inner, [...path, key], replaced)] as const;
    const free = freeKey(key, keys);
    keys.add(free);
    replaced.push(formatPath([...path, free]));
    return [free, repair(inner, [...path, free], replaced)] as const;
  });
  return replaced.length === before ? value : Object.fromEntries(entries);
}

/** Repairs all texts and keys of a JSON value; a value that needs no repair is returned itself. */
export function repairTexts(value: unknown): RepairedTexts {
  if (isWellFormed(value, 0)) return { value, replaced: [] };
  const replaced: string[] = [];
  return { value: repair(value, [], replaced), replaced };
}

/** An escape of a surrogate in JSON text, of a pair or alone. */
const surrogateEscape = /\\u[dD][89a-fA-F]/;

/** Whether the value of a JSON text may contain lone surrogates, so that a check is worthwhile. */
export const mayHoldSurrogates = (json: string): boolean => surrogateEscape.test(json) || !json.isWellFormed();

/** Warnings for people, one line per place. */
export function replacementWarnings(places: readonly string[]): readonly string[] {
  const lines = places
    .slice(0, maxListedPlaces)
    .map((place) => `${place}: half a character (a cut emoji) was replaced by U+FFFD`);
  const more = places.length - maxListedPlaces;
  return more > 0 ? [...lines, `and ${more} more places like that`] : lines;
}
