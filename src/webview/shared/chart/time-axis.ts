import type { Texts } from "../texts.ts";

const day = 86_400;

/**
 * Labels of the time axis in the ledger's zone and the display language, with a resolution that fits the distance between splits.
 * The first label of each day or year also names it.
 * @param splits seconds since the epoch
 * @param increment distance between two splits, seconds
 */
export function timeLabels(splits: readonly number[], increment: number, texts: Texts): readonly string[] {
  const zone = texts.zone === undefined ? {} : { timeZone: texts.zone };
  const format = (options: Intl.DateTimeFormatOptions): ((seconds: number) => string) => {
    const formatter = new Intl.DateTimeFormat(texts.locale, { ...options, ...zone });
    return (seconds) => formatter.format(new Date(seconds * 1000));
  };
  const year = format({ year: "numeric" });
  if (increment >= 365 * day) return splits.map(year);
  const fine =
    increment >= 28 * day
      ? format({ month: "short" })
      : increment >= day
        ? format({ day: "numeric", month: "short" })
        : format({
            hour: "numeric",
            ...(increment < 3600 ? { minute: "2-digit" } : {}),
            ...(increment < 60 ? { second: "2-digit" } : {}),
          });
  const coarse = increment >= day ? year : format({ day: "numeric", month: "short" });
  let before: string | null = null;
  return splits.map((split) => {
    const name = coarse(split);
    const named = before !== name;
    const first = before === null;
    before = name;
    // A year is named only where it starts within the axis, because most axes lie within one year.
    return named && !(first && increment >= day) ? `${fine(split)}\n${name}` : fine(split);
  });
}
