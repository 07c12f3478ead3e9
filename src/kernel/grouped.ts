/**
 * Formats a number like `toLocaleString("en-US")`, without `Intl` for integers: loading it takes half the time of an empty
 * process.
 */
export const formatNumber = (value: number): string =>
  Number.isSafeInteger(value) ? String(value).replace(/\B(?=(?:\d{3})+$)/g, ",") : value.toLocaleString("en-US");
