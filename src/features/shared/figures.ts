import { action, type Block, bad, caution, counted, good, muted, type Text, type Words } from "../../kernel/document.ts";
import type { Verdict } from "../reviews/model/report.ts";

/** Coins with two decimals: `7.30`. */
export const coinText = (value: number): string => value.toFixed(2);

/** A change of coins, always with its sign: `+1.90`, `-1.00`, `+0.00`. */
export const coinChangeText = (value: number): string => `${value < 0 ? "" : "+"}${coinText(value)}`;

/** A change of coins in the tone of its direction. */
export function tonedCoinChange(value: number): Text {
  const text = coinChangeText(value);
  if (value === 0) return text;
  return value < 0 ? bad(text) : good(text);
}

/** A verdict in the tone of what it means. */
export function verdictText(value: Verdict | "UNKNOWN", { t }: Pick<Words, "t">): Text {
  return {
    PASS: good(t("PASS")),
    PASS_WITH_ADVISORY: caution(t("PASS_WITH_ADVISORY")),
    FAIL: bad(t("FAIL")),
    UNKNOWN: muted(t("UNKNOWN")),
  }[value];
}

/** A short form of a verdict, for a table. */
export const shortVerdict = (value: Verdict | "UNKNOWN", words: Pick<Words, "t">): Text =>
  value === "PASS_WITH_ADVISORY" ? caution(words.t("ADVISORY")) : verdictText(value, words);

/** A streak in one cell: `6 passes`, `2 blocks`, `-`. */
export function streakText(pass: number, block: number, words: Words): Text {
  if (block > 0) return bad(counted(words, block, "{0} block", "{0} blocks"));
  return pass > 0 ? counted(words, pass, "{0} pass", "{0} passes") : muted("-");
}

/** What to do if there is no run. */
export const recordRunAction = ({ t }: Words): Block =>
  action(t("Record a run"), "specfact code review run --json | reward-ledger update");
