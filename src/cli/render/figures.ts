import type { Style } from "../../render/terminal/style.ts";

/** Coins with two decimals: `7.30`. */
export const coins = (value: number): string => value.toFixed(2);

/** A change of coins, always with its sign: `+1.90`, `-1.00`, `+0.00`. */
export const coinChange = (value: number): string => `${value < 0 ? "" : "+"}${value.toFixed(2)}`;

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
