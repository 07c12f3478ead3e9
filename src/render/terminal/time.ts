import { clockToleranceMs } from "../../kernel/clock-tolerance.ts";
import { formatNumber } from "../../kernel/grouped.ts";
import { relativeTime } from "../../kernel/relative-time.ts";
import type { Style } from "./style.ts";

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** The machine's local time at an instant, without `Intl`, which takes longer to load than a short answer takes to draw. */
function localTime(iso: string): string {
  const at = new Date(iso);
  const day = [String(at.getFullYear()).padStart(4, "0"), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join("-");
  return `${day} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

/**
 * Returns a formatter for instants (`2026-03-16 01:00`) in a zone, or in the machine's zone. Creating one for a zone
 * costs more than a hundred uses.
 */
export function timeFormatter(zone: string | null): (iso: string) => string {
  if (zone === null) return localTime;
  // The Swedish locale writes dates in ISO format.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return (iso) => format.format(new Date(iso));
}

/** `2026-03-16 01:00` in the style's zone. */
export const absoluteText = (iso: string, style: Pick<Style, "zone" | "times">): string =>
  (style.times ?? timeFormatter(style.zone))(iso);

/** Words a distance in time as `Intl.RelativeTimeFormat` does in English; `amount` is negative for the past. */
function distanceText(amount: number, unit: string): string {
  const size = Math.abs(amount);
  const distance = `${formatNumber(size)} ${unit}${size === 1 ? "" : "s"}`;
  return amount < 0 ? `${distance} ago` : `in ${distance}`;
}

function toWords(ms: number): string {
  const { amount, unit } = relativeTime(ms);
  return distanceText(amount, unit);
}

/**
 * How long ago something happened: `3 days ago`, `just now` within half a minute. A time in the future comes from a clock that
 * differs: `just now` within the tolerance for clocks, else `2 hours ahead`.
 */
export function relativeText(iso: string, style: Pick<Style, "now">): string {
  const ms = new Date(iso).getTime() - style.now.getTime();
  if (ms > clockToleranceMs) return `${toWords(ms).replace(/^in /, "")} ahead`;
  return ms > -30_000 ? "just now" : toWords(ms);
}

/** When something is due: `in 40 seconds`, `in 2 hours`; `due` when its time has come. */
export function untilText(iso: string, style: Pick<Style, "now">): string {
  const ms = new Date(iso).getTime() - style.now.getTime();
  if (ms <= 0) return "due";
  return ms < 60_000 ? distanceText(Math.ceil(ms / 1000), "second") : toWords(ms);
}
