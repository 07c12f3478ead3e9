import type { Texts } from "./texts.ts";

/** An amount, or that it is at least so much where something in it has no price. */
export const atLeast = (texts: Texts, usd: number, complete: boolean): string =>
  complete ? texts.money(usd) : texts.t("costs.atLeast", { amount: texts.money(usd) });
