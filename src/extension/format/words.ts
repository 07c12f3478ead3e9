import type { Words } from "../../kernel/document.ts";
import { fullTime, type TimeStyle } from "./time-text.ts";
import type { Translate } from "./translate.ts";

const steps = [
  { unit: "year", ms: 365.25 * 86_400_000 },
  { unit: "month", ms: 30.44 * 86_400_000 },
  { unit: "week", ms: 7 * 86_400_000 },
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;

/** Below a cent with four decimals, so that a small bill is not zero. */
const amountFormat = (locale: string, amount: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    ...(amount !== 0 && Math.abs(amount) < 0.01 ? { minimumFractionDigits: 4, maximumFractionDigits: 4 } : {}),
  });

/** How VS Code words documents: in the display language, with times in the ledger's zone. */
export function editorWords(style: TimeStyle, t: Translate): Words {
  const numbers = new Intl.NumberFormat(style.locale);
  const relative = new Intl.RelativeTimeFormat(style.locale, { numeric: "auto" });
  return {
    t,
    number: numbers.format,
    usd: (amount) => amountFormat(style.locale, amount).format(amount),
    time: (iso) => fullTime(iso, style),
    ago: (iso) => {
      const ms = Date.parse(iso) - style.now.getTime();
      const { unit, ms: length } = steps.find((step) => Math.abs(ms) >= step.ms) ?? { unit: "minute", ms: 60_000 };
      return relative.format(Math.trunc(ms / length), unit);
    },
    interactive: false,
  };
}
