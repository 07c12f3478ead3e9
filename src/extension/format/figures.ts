import type { Verdict } from "../../features/reviews/model/report.ts";
import type { Translate } from "./translate.ts";

/** Formats coins with two decimals and a typographic minus: `12.40`, `−3.00`. */
export const coins = (value: number): string => `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;

/** Formats a change of coins, always with a sign: `+1.90`, `−1.00`. */
export const coinChange = (value: number): string => `${value < 0 ? "" : "+"}${coins(value)}`;

/** Formats score points above or below the baseline: `+20 points`, `−8 points`. The unit distinguishes them from coins. */
export function pointChange(value: number, t: Translate): string {
  const size = `${value < 0 ? "−" : "+"}${Math.abs(value)}`;
  return Math.abs(value) === 1 ? t("{0} point", size) : t("{0} points", size);
}

/** A streak in words: `6 passes in a row`, or undefined when there is none. */
export function streakText(pass: number, block: number, t: Translate): string | undefined {
  if (pass > 1) return t("{0} passes in a row", pass);
  if (pass === 1) return t("1 pass");
  if (block > 1) return t("{0} fails in a row", block);
  if (block === 1) return t("1 fail");
  return undefined;
}

/** A verdict as display text. */
export function verdictText(verdict: Verdict | "UNKNOWN", t: Translate): string {
  return {
    PASS: t("Pass"),
    PASS_WITH_ADVISORY: t("Pass with advisory"),
    FAIL: t("Fail"),
    UNKNOWN: t("Unknown"),
  }[verdict];
}

/** `1 finding`, `3 findings`. */
export const findingCount = (count: number, t: Translate): string => (count === 1 ? t("1 finding") : t("{0} findings", count));

/** `1 warning`, `12 warnings`. */
export const warningCount = (count: number, t: Translate): string => (count === 1 ? t("1 warning") : t("{0} warnings", count));

/** `1 run`, `12 runs`. */
export const runCount = (count: number, t: Translate): string => (count === 1 ? t("1 run") : t("{0} runs", count));
