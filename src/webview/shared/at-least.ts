import type { Texts } from "./texts.ts";

/** An amount as text; if it is incomplete because a part has no price, as "at least" the amount. */
export const atLeast = (texts: Texts, usd: number, complete: boolean): string =>
  complete ? texts.money(usd) : texts.t("costs.atLeast", { amount: texts.money(usd) });
