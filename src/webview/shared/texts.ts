import { defaultStrings, type PluralStem, type StringKey } from "./strings.ts";

type Values = Readonly<Record<string, string | number>>;

/** Texts, numbers and times in the display language and in the ledger's time zone. */
export type Texts = Readonly<{
  locale: string;
  /** IANA name of the time zone; undefined: the machine's zone. */
  zone: string | undefined;
  t(key: StringKey, values?: Values): string;
  /** The plural form for `n`, with `{n}` filled in. */
  count(stem: PluralStem, n: number, values?: Values): string;
  number(value: number): string;
  /** Coins with two decimals. */
  coins(value: number): string;
  /** Coins with two decimals and their sign, `+1.40`; zero has none. */
  signedCoins(value: number): string;
  /** A whole number with its sign, `+3`; zero has none. */
  signed(value: number): string;
  /** A share (0 to 1) in whole per cent. */
  percent(share: number): string;
  /** A share (0 to 1) in per cent with at most one decimal; values other than 0 and 1 are never rounded to 0 or 100 per cent. */
  share(share: number): string;
  /** A difference of two shares (0 to 1) in percentage points with its sign. */
  points(difference: number): string;
  /** A length of time (ms) in its two largest units, `2 min 5 s`. */
  duration(ms: number): string;
  /** A share as a change in whole per cent, with its sign. */
  signedPercent(share: number): string;
  dateTime(time: number): string;
  date(time: number): string;
  /** The local day `YYYY-MM-DD` of a time (ms) in the zone. */
  day(time: number): string;
  /** A day `YYYY-MM-DD` in words. */
  dayName(day: string): string;
  /** The month of a day `YYYY-MM-DD` in words. */
  monthName(day: string): string;
  /** US dollars with enough decimals for the size of the amount. */
  money(usd: number): string;
  /** US dollars with a sign, zero without one. */
  signedMoney(usd: number): string;
  /** Creates a format for US dollars with a fixed number of decimals, for columns and axes. */
  moneyOf(decimals: number): (usd: number) => string;
  /** A rate or ratio with two decimals; infinity as `∞`. */
  rate(value: number): string;
  list(items: readonly string[]): string;
}>;

/** Whether the browser knows a zone or language; if not, the caller uses a fallback, so that times stay readable. */
function isSupported(make: () => Intl.DateTimeFormat): boolean {
  try {
    make();
    return true;
  } catch (error) {
    // Intl throws RangeError for unknown names; any other error is a defect.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const timeUnits = ["hour", "minute", "second", "millisecond"] as const;
type TimeUnit = (typeof timeUnits)[number];

/** A length of time as one unit or two neighbouring ones: seconds with one decimal under ten, whole ones above. */
function durationParts(ms: number): readonly Readonly<{ value: number; unit: TimeUnit }>[] {
  if (ms < 1000) return [{ value: Math.round(ms), unit: "millisecond" }];
  if (ms < 10_000) return [{ value: Math.round(ms / 100) / 10, unit: "second" }];
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return [{ value: seconds, unit: "second" }];
  const parts = (value: number, unit: TimeUnit, rest: number, next: TimeUnit) => [
    { value, unit },
    ...(rest === 0 ? [] : [{ value: rest, unit: next }]),
  ];
  const minutes = Math.round(seconds / 60);
  return seconds < 3600
    ? parts(Math.floor(seconds / 60), "minute", seconds % 60, "second")
    : parts(Math.floor(minutes / 60), "hour", minutes % 60, "minute");
}

/** Replaces the hyphen by a minus sign as wide as the plus, so that columns of changes align. */
const withMinus = (number: string): string => number.replace("-", "\u2212");

function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/**
 * Creates the formatters for one language and zone, once for the whole panel.
 * @param strings translations by their English text; missing ones stay English
 * @param locale BCP 47
 * @param zone IANA name, as the ledger gives it
 */
export function createTexts(strings: Readonly<Record<string, string>>, locale: string, zone: string | null): Texts {
  const language = isSupported(() => new Intl.DateTimeFormat(locale)) ? locale : "en";
  const timeZone = zone !== null && isSupported(() => new Intl.DateTimeFormat("en", { timeZone: zone })) ? zone : undefined;
  const inZone = timeZone === undefined ? {} : { timeZone };
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const coins = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "negative" });
  const signedCoins = new Intl.NumberFormat(language, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: "exceptZero",
  });
  const signed = new Intl.NumberFormat(language, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const finePercent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const points = new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
  const unit = (name: TimeUnit): Intl.NumberFormat =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 });
  const units = { hour: unit("hour"), minute: unit("minute"), second: unit("second"), millisecond: unit("millisecond") };
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const signedPercent = new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: 0,
    signDisplay: "exceptZero",
  });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", ...inZone });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", ...inZone });
  // This locale formats dates as ISO 8601; parts and calendar are set explicitly, so that no other calendar is used.
  const day = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    calendar: "gregory",
    ...inZone,
  });
  const dayName = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const monthName = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
  const dollars = (options: Intl.NumberFormatOptions): Intl.NumberFormat =>
    new Intl.NumberFormat(language, { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", ...options });
  const cents = dollars({ signDisplay: "negative" });
  const small = dollars({ signDisplay: "negative", maximumFractionDigits: 4 });
  const tiny = dollars({ signDisplay: "negative", maximumFractionDigits: 6 });
  const signedCents = dollars({ signDisplay: "exceptZero" });
  const signedSmall = dollars({ signDisplay: "exceptZero", maximumFractionDigits: 4 });
  const money = (usd: number): string => {
    const size = Math.abs(usd);
    return (size === 0 || size >= 1 ? cents : size >= 0.0001 ? small : tiny).format(usd);
  };
  const list = new Intl.ListFormat(language, { type: "conjunction" });

  const t = (key: StringKey, values: Values = {}): string => fill(strings[defaultStrings[key]] ?? defaultStrings[key], values);
  return {
    locale: language,
    zone: timeZone,
    t,
    count: (stem, n, values = {}) =>
      t(plural.select(n) === "one" ? `${stem}.one` : `${stem}.other`, { n: number.format(n), ...values }),
    number: (value) => number.format(value),
    coins: (value) => withMinus(coins.format(value)),
    signedCoins: (value) => withMinus(signedCoins.format(value)),
    signed: (value) => withMinus(signed.format(value)),
    percent: (share) => percent.format(share),
    share: (share) => finePercent.format(share > 0 && share < 1 ? Math.min(0.999, Math.max(0.001, share)) : share),
    points: (difference) => withMinus(points.format(difference * 100)),
    duration: (ms) =>
      durationParts(ms)
        .map(({ value, unit }) => units[unit].format(value))
        .join(" "),
    signedPercent: (share) => withMinus(signedPercent.format(share)),
    dateTime: (time) => dateTime.format(time),
    date: (time) => date.format(time),
    day: (time) => day.format(time),
    monthName: (date) => monthName.format(Date.parse(date)),
    money: (usd) => withMinus(money(usd)),
    signedMoney: (usd) => withMinus((Math.abs(usd) >= 1 ? signedCents : signedSmall).format(usd)),
    moneyOf: (decimals) => {
      const format = dollars({ signDisplay: "negative", minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      return (usd) => withMinus(format.format(usd));
    },
    dayName: (date) => dayName.format(Date.parse(date)),
    rate: (value) => coins.format(value),
    list: (items) => list.format(items),
  };
}
