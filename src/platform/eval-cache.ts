import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type CacheRead, checkName, readCached } from "../features/evals/model/cache.ts";
import type { CacheFault, CacheSuite, EvalCache } from "../ports/evals.ts";
import { ifMissing, inputFailure, writeFailure } from "./disk/failure.ts";
import { replaceFile, sweepAbandoned } from "./disk/replace-file.ts";

const extension = ".json";

const defaultIfMissing = <T>(path: string, none: T) => ifMissing(none, (error) => inputFailure(path, error));

/** Cached answers below a folder: `<suite>/<key>.json`. Written by atomic rename, so that a reader never sees half an answer. */
export function createEvalCache(root: string): EvalCache {
  // A suite has many small files: leftovers in its folder are swept once, not with each answer.
  const swept = new Set<string>();
  const folderOf = (suite: string): string => join(root, checkName("suite", suite));
  const fileOf = (suite: string, key: string): string => join(folderOf(suite), `${checkName("key", key)}${extension}`);

  const suites = async (only: string | undefined): Promise<readonly string[]> => {
    if (only !== undefined) return [checkName("suite", only)];
    const entries = await readdir(root, { withFileTypes: true }).catch(defaultIfMissing(root, []));
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  };
  const filesOf = async (suite: string): Promise<readonly string[]> => {
    const names = await readdir(folderOf(suite)).catch(defaultIfMissing(folderOf(suite), []));
    return names.filter((name) => name.endsWith(extension)).sort();
  };
  const readFileOf = async (suite: string, name: string): Promise<CacheRead> => {
    const text = await readFile(join(folderOf(suite), name), "utf8").catch(defaultIfMissing(name, undefined));
    return text === undefined ? { hit: false, reason: "nothing is cached under this key" } : readCached(text, suite);
  };

  const statsOf = async (suite: string): Promise<CacheSuite> => {
    let bytes = 0;
    const times: string[] = [];
    const names = await filesOf(suite);
    for (const name of names) {
      bytes += (await stat(join(folderOf(suite), name)).catch(defaultIfMissing(name, { size: 0 }))).size;
      const found = await readFileOf(suite, name);
      if (found.hit) times.push(found.envelope._cached_at);
    }
    times.sort();
    return { suite, entries: names.length, bytes, oldest: times[0] ?? null, newest: times.at(-1) ?? null };
  };

  return {
    read: async (suite, key) => readFileOf(suite, `${checkName("key", key)}${extension}`),
    async write(suite, key, envelope) {
      const path = fileOf(suite, key);
      try {
        await mkdir(folderOf(suite), { recursive: true, mode: 0o700 });
        await replaceFile(path, `${JSON.stringify(envelope)}\n`, { mode: 0o600, sweep: false });
        if (!swept.has(suite)) await sweepAbandoned(folderOf(suite));
        swept.add(suite);
      } catch (error) {
        throw writeFailure(path, error);
      }
    },
    async stats(only) {
      const all: CacheSuite[] = [];
      for (const suite of await suites(only)) all.push(await statsOf(suite));
      return all;
    },
    async clear(only) {
      let cleared = 0;
      for (const suite of await suites(only)) {
        cleared += (await filesOf(suite)).length;
        try {
          await rm(folderOf(suite), { recursive: true, force: true });
        } catch (error) {
          throw writeFailure(folderOf(suite), error);
        }
      }
      return cleared;
    },
    async verify(only) {
      let valid = 0;
      const faults: CacheFault[] = [];
      for (const suite of await suites(only)) {
        for (const file of await filesOf(suite)) {
          const found = await readFileOf(suite, file);
          if (found.hit) valid += 1;
          else faults.push({ suite, file, reason: found.reason });
        }
      }
      return { valid, faults };
    },
  };
}
