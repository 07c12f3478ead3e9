import * as z from "zod";
import { invalidInput } from "../../../kernel/errors.ts";

/** Format version of cached answers; answers of any other version are misses. */
const cacheVersion = 1;

const safeName = /^[A-Za-z0-9._-]{1,200}$/;

/**
 * Validates the name of a suite or a key, which becomes the name of a folder or a file.
 * @param what `suite` or `key`, for the message
 * @throws invalid_input
 */
export function checkName(what: string, name: string): string {
  if (safeName.test(name) && name !== "." && name !== "..") return name;
  throw invalidInput(`the cache ${what} ${JSON.stringify(name)}`, [
    "a name has 1 to 200 of the characters A-Z a-z 0-9 . _ - and is not . or ..",
  ]);
}

/** A file whose content determines the answer: its path as the caller names it (relative, with `/`), and its bytes. */
export type CacheSource = Readonly<{ path: string; content: Uint8Array }>;

/** SHA-256 of the concatenation of the chunks, 64 hex digits. */
export type Sha256 = (chunks: readonly Uint8Array[]) => string;

/** Returns the length as eight bytes, then the bytes themselves, so that no two lists of parts have the same concatenation. */
function withLengthPrefix(part: Uint8Array): readonly Uint8Array[] {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(part.length));
  return [length, part];
}

/**
 * Returns the key of an answer: 64 hex digits, hashed from the paths and contents of the sources in order of their paths, then
 * the input. Every part is prefixed with its length and the number of sources comes first, so that no bytes can move from one
 * part to another. The given list is not modified.
 */
export function cacheKey(sources: readonly CacheSource[], input: string, sha256: Sha256): string {
  const text = new TextEncoder();
  const ordered = [...sources].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const parts = [
    text.encode(`reward-ledger eval cache ${cacheVersion}, ${ordered.length} sources`),
    ...ordered.flatMap((source) => [text.encode(source.path), source.content]),
    text.encode(input),
  ];
  return sha256(parts.flatMap(withLengthPrefix));
}

const envelope = z
  .looseObject({ _cache_version: z.literal(cacheVersion), _cached_at: z.string(), _suite: z.string(), data: z.unknown() })
  .refine((value) => Object.hasOwn(value, "data"), "has no data");

/** Content of a cache file; additional fields are metadata of the writer. */
export type CacheEnvelope = Readonly<z.infer<typeof envelope>>;

const reservedFields: readonly string[] = ["_cache_version", "_cached_at", "_suite", "data"];

/**
 * Wraps an answer. `data` is any JSON value, including null.
 * @throws invalid_input when the metadata uses a field name of the envelope
 */
export function wrapCached(suite: string, data: unknown, at: Date, meta: Readonly<Record<string, unknown>> = {}): CacheEnvelope {
  const conflicts = Object.keys(meta).filter((name) => reservedFields.includes(name));
  if (conflicts.length > 0)
    throw invalidInput(
      "the meta data of a cached answer",
      conflicts.map((name) => `${name} is reserved`),
    );
  return { _cache_version: cacheVersion, _cached_at: at.toISOString(), _suite: checkName("suite", suite), ...meta, data };
}

/** A cached answer, or the reason why there is none. A cached null is a hit. */
export type CacheRead =
  | Readonly<{ hit: true; data: unknown; envelope: CacheEnvelope }>
  | Readonly<{ hit: false; reason: string }>;

/** Parses the content of a cache file. Unusable content is a miss, with the reason that `verify` reports. */
export function readCached(text: string, suite: string): CacheRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A damaged answer is a miss: it is computed again and overwritten.
    return { hit: false, reason: "not JSON" };
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) return { hit: false, reason: reasonOf(value) };
  if (parsed.data._suite !== suite) return { hit: false, reason: `written for the suite ${parsed.data._suite}` };
  return { hit: true, data: parsed.data.data, envelope: parsed.data };
}

function reasonOf(value: unknown): string {
  const version = z.object({ _cache_version: z.unknown() }).safeParse(value);
  return version.success && version.data._cache_version !== cacheVersion
    ? `of version ${String(version.data._cache_version)}, not ${cacheVersion}`
    : "not a cached answer";
}

/** Environment variables that control the cache. */
export type CacheEnvironment = Readonly<{
  EVAL_CACHE?: string | undefined;
  EVAL_JUDGE_CACHE?: string | undefined;
  EVAL_CACHE_CLEAR?: string | undefined;
}>;

/** Suite of the judge's cached answers. */
export const judgeSuite = "llm-judge";

/**
 * Whether answers of a suite may be read: not with `EVAL_CACHE=0`, and answers of the judge not with `EVAL_JUDGE_CACHE=0` either.
 * Answers are written in any case.
 */
export const mayReadCache = (suite: string, environment: CacheEnvironment): boolean =>
  environment.EVAL_CACHE !== "0" && !(suite === judgeSuite && environment.EVAL_JUDGE_CACHE === "0");

/** Whether the cache must be cleared before a run. */
export const mustClearCache = (environment: CacheEnvironment): boolean => environment.EVAL_CACHE_CLEAR === "1";
