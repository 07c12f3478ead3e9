import { clockToleranceMs } from "../../kernel/clock-tolerance.ts";
import type { Words } from "../../kernel/document.ts";
import { relativeTime } from "../../kernel/relative-time.ts";

/** How times are formatted: the display language (BCP 47), the ledger's zone (undefined: the machine's) and the present. */
export type TimeStyle = Readonly<{ locale: string; zone: string | undefined; now: Date }>;

/** Date and time of an instant in the medium form of the display language. */
export const fullTime = (iso: string, style: TimeStyle): string =>
  new Intl.DateTimeFormat(style.locale, { timeZone: style.zone, dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

/** Returns messages in the language of a table of translations; a message that it lacks stays English. */
export const createTranslate =
  (texts: Readonly<Record<string, string>>): Words["t"] =>
  (message, ...args) =>
    (texts[message] ?? message).replaceAll(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));

/**
 * An amount in the format of the display language; below a cent with four decimals, so that a small bill is not shown as zero.
 */
export const formatUsd = (amount: number, { locale }: Pick<TimeStyle, "locale">): string =>
  new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    ...(amount !== 0 && Math.abs(amount) < 0.01 ? { minimumFractionDigits: 4, maximumFractionDigits: 4 } : {}),
  }).format(amount);

/** How VS Code words documents: in the display language, with times in the ledger's zone. */
export function editorWords(style: TimeStyle, t: Words["t"]): Words {
  const numbers = new Intl.NumberFormat(style.locale);
  const relative = new Intl.RelativeTimeFormat(style.locale, { numeric: "auto" });
  return {
    t,
    number: numbers.format,
    usd: (amount) => formatUsd(amount, style),
    time: (iso) => fullTime(iso, style),
    ago: (iso) => {
      const ms = Date.parse(iso) - style.now.getTime();
      // An event cannot be in the future: the clock that dated it was wrong, and the time itself is more informative.
      if (ms > clockToleranceMs) return fullTime(iso, style);
      if (ms > -30_000) return relative.format(0, "second");
      const { amount, unit } = relativeTime(ms);
      return relative.format(amount, unit);
    },
    until: (iso) => {
      const ms = Math.max(0, Date.parse(iso) - style.now.getTime());
      if (ms < 60_000) return relative.format(Math.ceil(ms / 1000), "second");
      const { amount, unit } = relativeTime(ms);
      return relative.format(amount, unit);
    },
    interactive: false,
  };
}
