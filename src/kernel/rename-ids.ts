import type { Fact } from "./fact.ts";

/** Replaces the ids of facts in data by their new ids. Facts refer to others in top-level fields, never deeper. */
export function renameIds(data: Fact["data"], ids: ReadonlyMap<unknown, string>): Fact["data"] {
  const renamed = Object.entries(data).flatMap(([field, value]): readonly (readonly [string, unknown])[] => {
    if (Array.isArray(value) && value.some((one) => ids.has(one)))
      return [[field, value.map((one: unknown) => ids.get(one) ?? one)]];
    const id = ids.get(value);
    return id === undefined ? [] : [[field, id]];
  });
  return renamed.length === 0 ? data : { ...data, ...Object.fromEntries(renamed) };
}
