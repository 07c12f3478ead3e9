/** A number as `toLocaleString("en-US")` writes it, without `Intl` for integers: loading that costs half an empty process. */
export const grouped = (value: number): string =>
  Number.isSafeInteger(value) ? String(value).replace(/\B(?=(?:\d{3})+$)/g, ",") : value.toLocaleString("en-US");
