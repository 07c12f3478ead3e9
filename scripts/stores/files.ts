/** A file of `supabase/migrations` that was generated from the definition of a store. */
export type StoreFile = Readonly<{ name: string; number: string; store: string }>;

/** The files of single stores, in the order in which they are applied. */
export const storeFiles = (names: readonly string[]): readonly StoreFile[] =>
  names.toSorted().flatMap((name) => {
    const [, number, store] = /^(\d{14})_store_(\w+)\.sql$/.exec(name) ?? [];
    return number === undefined || store === undefined ? [] : [{ name, number, store }];
  });

/** The number of the next file: today's date, or the next number after the last file if that is not older. */
export function nextNumber(names: readonly string[], now: Date): string {
  const last =
    names
      .toSorted()
      .findLast((name) => name.endsWith(".sql"))
      ?.slice(0, 14) ?? "";
  const today = `${now.toISOString().slice(0, 10).replaceAll("-", "")}000100`;
  return today > last ? today : String(BigInt(last) + 100n);
}
