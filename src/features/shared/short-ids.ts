const minDigits = 8;

/** Shortens ids as far as they stay distinct. Ids of the same moment begin alike, because they begin with their time. */
export function shortIds(ids: readonly string[]): (id: string) => string {
  const distinct = [...new Set(ids)];
  let length = minDigits;
  while (length < 36 && new Set(distinct.map((id) => id.slice(0, length))).size < distinct.length) length += 1;
  return (id) => id.slice(0, length);
}
