/** Compares two texts by UTF-16 code units: the same order on every machine, independent of its language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
