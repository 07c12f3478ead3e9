import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CacheSource,
  cacheKey,
  checkName,
  mayReadCache,
  mustClearCache,
  readCached,
  wrapCached,
} from "../../../../src/features/evals/model/cache.ts";
import { judgeKey } from "../../../../src/features/evals/model/judge.ts";
import { sha256 } from "./hash.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const key = (sources: readonly CacheSource[], input: string): string => cacheKey(sources, input, sha256);

describe("cache keys", () => {
  test("are full SHA-256 hashes", () => {
    expect(key([], "x")).toMatch(/^[0-9a-f]{64}$/);
  });

  test("do not depend on the order of sources, and leave the source list unchanged", () => {
    const [a, b] = [
      { path: "a.ts", content: bytes("1") },
      { path: "b.ts", content: bytes("2") },
    ];
    const sources = [b, a];
    expect(key(sources, "x")).toBe(key([a, b], "x"));
    expect(sources).toEqual([b, a]);
  });

  test("change when content moves to another file, to the input, or to a file of another name", () => {
    const keys = [
      key(
        [
          { path: "a", content: bytes("one") },
          { path: "b", content: bytes("two") },
        ],
        "in",
      ),
      key(
        [
          { path: "a", content: bytes("onet") },
          { path: "b", content: bytes("wo") },
        ],
        "in",
      ),
      key([{ path: "a", content: bytes("one") }], "twoin"),
      key(
        [
          { path: "c", content: bytes("one") },
          { path: "b", content: bytes("two") },
        ],
        "in",
      ),
      key([{ path: "ab", content: bytes("onetwo") }], "in"),
      key(
        [
          { path: "a", content: bytes("one") },
          { path: "b", content: bytes("two") },
        ],
        "",
      ),
      key([], "in"),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  const parts = fc.record({
    sources: fc.uniqueArray(fc.record({ path: fc.string(), content: fc.string().map(bytes) }), {
      maxLength: 4,
      selector: (source) => source.path,
    }),
    input: fc.string(),
  });

  test("are equal exactly when sources and input are equal", () => {
    const shape = (one: Readonly<{ sources: readonly CacheSource[]; input: string }>): string =>
      JSON.stringify([one.sources.map((source) => [source.path, [...source.content]]).sort(), one.input]);
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(key(one.sources, one.input) === key(other.sources, other.input)).toBe(shape(one) === shape(other));
      }),
    );
  });

  test("of a judge call depend on model and prompt", () => {
    expect(judgeKey("m", "p", sha256)).toBe(key([], "m:p"));
    expect(judgeKey("m", "q", sha256)).not.toBe(judgeKey("m", "p", sha256));
  });
});

describe("cache suite names", () => {
  test.each(["llm-judge", "a.b_c-1", "x", ".hidden"])("%s is accepted", (name) => {
    expect(checkName("suite", name)).toBe(name);
  });

  test.each(["", ".", "..", "a/b", "a\\b", "../x", "a b", "é", "a\0", "x".repeat(201)])("%j is rejected", (name) => {
    expect(() => checkName("suite", name)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});

describe("cache envelopes", () => {
  const at = new Date("2026-03-16T12:00:00.000Z");
  const hit = (data: unknown) => readCached(JSON.stringify(wrapCached("s", data, at, { model: "m" })), "s");

  test("contain the answer, suite, time and metadata", () => {
    expect(wrapCached("s", { a: 1 }, at, { model: "m" })).toEqual({
      _cache_version: 1,
      _cached_at: "2026-03-16T12:00:00.000Z",
      _suite: "s",
      model: "m",
      data: { a: 1 },
    });
  });

  test("a cached null, false or 0 is a hit", () => {
    for (const data of [null, false, 0, ""]) expect(hit(data)).toMatchObject({ hit: true, data });
  });

  test("reject metadata with reserved field names, and an invalid suite name", () => {
    expect(() => wrapCached("s", 1, at, { data: 2, _suite: "x" })).toThrow(expect.objectContaining({ code: "invalid_input" }));
    expect(() => wrapCached("..", 1, at)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test.each([
    ["{", "not JSON"],
    ["null", "not a cached answer"],
    ["[]", "not a cached answer"],
    ['{"_cache_version":2,"_cached_at":"x","_suite":"s","data":1}', "of version 2, not 1"],
    ['{"_cache_version":1,"_cached_at":"x","_suite":"s"}', "not a cached answer"],
    ['{"_cache_version":1,"_suite":"s","data":1}', "not a cached answer"],
    ['{"_cache_version":1,"_cached_at":"x","_suite":"other","data":1}', "written for the suite other"],
  ])("%s is a miss", (text, reason) => {
    expect(readCached(text, "s")).toEqual({ hit: false, reason });
  });
});

describe("cache environment variables", () => {
  test.each([
    [{}, true, true],
    [{ EVAL_CACHE: "0" }, false, false],
    [{ EVAL_CACHE: "" }, true, true],
    [{ EVAL_CACHE: "false" }, true, true],
    [{ EVAL_JUDGE_CACHE: "0" }, true, false],
  ])("%j", (environment, other, judge) => {
    expect(mayReadCache("other", environment)).toBe(other);
    expect(mayReadCache("llm-judge", environment)).toBe(judge);
  });

  test("only EVAL_CACHE_CLEAR=1 clears the cache before a run", () => {
    expect([{ EVAL_CACHE_CLEAR: "1" }, { EVAL_CACHE_CLEAR: "true" }, {}].map(mustClearCache)).toEqual([true, false, false]);
  });
});
