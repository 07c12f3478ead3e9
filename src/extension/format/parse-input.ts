/*
 * Parsers for what users type into input boxes; each returns undefined for invalid text.
 */

/** Parses an amount above 0 (with `allowZero` also 0) with a decimal point or comma. */
export function parseDollars(text: string, allowZero = false): number | undefined {
  const amount = /^\s*\d{1,7}([.,]\d{1,6})?\s*$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
  return amount > 0 || (allowZero && amount === 0) ? amount : undefined;
}

/** Parses a whole number of at least 0. */
export const parseWhole = (text: string): number | undefined => (/^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined);

/** Checks that a text is a JSON object, and returns it trimmed. */
export function parseObjectText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? text.trim() : undefined;
  } catch {
    // Not JSON; the input box reports it.
    return undefined;
  }
}
