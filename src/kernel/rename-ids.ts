import type { Fact } from "./fact.ts";

/** Data in which facts are named by the ids that they have got. Facts name others in fields of their own, never deeper. */
export function renameIds(data: Fact["data"], ids: ReadonlyMap<unknown, string>): Fact["data"] {
  const named = Object.entries(data).flatMap(([field, value]): readonly (readonly [string, unknown])[] => {
    if (Array.isArray(value) && value.some((one) => ids.has(one)))
      return [[field, value.map((one: unknown) => ids.get(one) ?? one)]];
    const id = ids.get(value);
    return id === undefined ? [] : [[field, id]];
  });
  return named.length === 0 ? data : { ...data, ...Object.fromEntries(named) };
}
