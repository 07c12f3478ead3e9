import { composedKey } from "../kernel/composed-key.ts";
import type { Cursor } from "../kernel/fact.ts";
import type { FactIndex, IndexFactory } from "../ports/fact-index.ts";
import type { FactLog } from "../ports/fact-log.ts";
import { cursorsOf } from "./engine.ts";

/**
 * Indexes over the facts of selected devices, beside the ledger's own, so that every query can be asked about one person. Each is
 * built from the journal on first use, caught up before each use, and cached in memory.
 */
export interface DeviceIndexCache {
  /** The index of exactly these devices, with everything in their logs. */
  of(devices: readonly string[]): Promise<FactIndex>;
  drop(): void;
}

/** Maximum number of cached indexes; the least recently used one is dropped. */
const maxIndexes = 3;

export function createDeviceIndexCache(log: FactLog, indexes: IndexFactory): DeviceIndexCache {
  const cache = new Map<string, FactIndex>();

  /** Applies the facts that the index lacks. @returns false when a log was rewound behind the index's cursor */
  const catchUp = async (index: FactIndex, devices: readonly string[]): Promise<boolean> => {
    const heads = new Map(cursorsOf(index).map((cursor) => [cursor.device, cursor]));
    for (const device of devices) {
      const after: Cursor | string = heads.get(device) ?? device;
      for await (const chunk of log.readDevice(after)) {
        if (chunk.rewound && typeof after !== "string") return false;
        index.apply(chunk.facts);
        index.skip(chunk.cursor, chunk.problems);
      }
    }
    return true;
  };

  const build = async (devices: readonly string[]): Promise<FactIndex> => {
    const index = await indexes.create();
    try {
      if (await catchUp(index, devices)) return index;
      throw new Error("a log went back while it was read from its start");
    } catch (error) {
      index.close();
      throw error;
    }
  };

  return {
    async of(devices) {
      const key = composedKey(...devices.toSorted());
      const cached = cache.get(key);
      cache.delete(key);
      try {
        const index = cached !== undefined && (await catchUp(cached, devices)) ? cached : await build(devices);
        if (index !== cached) cached?.close();
        cache.set(key, index);
        const [oldest] = cache.keys();
        if (cache.size > maxIndexes && oldest !== undefined) {
          cache.get(oldest)?.close();
          cache.delete(oldest);
        }
        return index;
      } catch (error) {
        if (!cache.has(key)) cached?.close();
        throw error;
      }
    },
    drop() {
      for (const index of cache.values()) index.close();
      cache.clear();
    },
  };
}
