import sparkly from "sparkly";
import type { Style } from "../../render/terminal/style.ts";

/** Coins with two decimals: `7.30`. */
export const coins = (value: number): string => value.toFixed(2);

/** A change of coins, always with its sign: `+1.90`, `-1.00`, `+0.00`. */
export const coinChange = (value: number): string => `${value < 0 ? "" : "+"}${value.toFixed(2)}`;

/** A change of coins in the colour of its direction. */
export function coloredChange(value: number, { colors }: Style): string {
  const text = coinChange(value);
  if (value === 0) return text;
  return value < 0 ? colors.red(text) : colors.green(text);
}

/** A verdict in words, coloured by what it means. */
export function verdict(value: "PASS" | "PASS_WITH_ADVISORY" | "FAIL" | "UNKNOWN", { colors }: Style): string {
  switch (value) {
    case "PASS":
      return colors.green("PASS");
    case "PASS_WITH_ADVISORY":
      return colors.yellow("PASS_WITH_ADVISORY");
    case "FAIL":
      return colors.red("FAIL");
    case "UNKNOWN":
      return colors.dim("UNKNOWN");
    default:
      return value satisfies never;
  }
}

/** A verdict in few letters, for a table. */
export const shortVerdict = (value: Parameters<typeof verdict>[0], style: Style): string =>
  value === "PASS_WITH_ADVISORY" ? style.colors.yellow("ADVISORY") : verdict(value, style);

/** Scores drawn as a line of blocks on their scale of 0 to 120, newest last; at most `most` of them. */
export const scoreLine = (scores: readonly number[], most: number): string =>
  sparkly(scores.slice(-most), { minimum: 0, maximum: 120 });

/** A streak in one cell: `6 passes`, `2 blocks`, `-`. */
export function streak(pass: number, block: number, { colors }: Style): string {
  if (block > 0) return colors.red(`${block} ${block === 1 ? "block" : "blocks"}`);
  return pass > 0 ? `${pass} ${pass === 1 ? "pass" : "passes"}` : colors.dim("-");
}
