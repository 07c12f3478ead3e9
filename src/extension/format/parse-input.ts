/*
 * What users type into input boxes, as values; undefined for what is none.
 */

/** An amount above 0 (or, `orNothing`, 0) as a user writes it, with a point or a comma; undefined for anything else. */
export function dollarsOf(text: string, orNothing = false): number | undefined {
  const amount = /^\s*\d{1,7}([.,]\d{1,6})?\s*$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
  return amount > 0 || (orNothing && amount === 0) ? amount : undefined;
}

/** A whole number from 0 on. */
export const wholeOf = (text: string): number | undefined => (/^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined);

/** The text of a JSON object. */
export function objectTextOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? text.trim() : undefined;
  } catch {
    // No JSON; the input box says so.
    return undefined;
  }
}
