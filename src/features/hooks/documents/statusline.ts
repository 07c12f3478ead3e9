import { counted, type Words } from "../../../kernel/document.ts";
import { coinText } from "../../shared/figures.ts";
import type { StatuslineView } from "../operations/views.ts";

/** One line of plain text: status lines of agents show it unchanged. */
export function statuslineText({ agent_status: status, spend }: StatuslineView, words: Words): string {
  const { t } = words;
  const parts: string[] = [];
  if (status === null) parts.push(t("Reward Ledger: no runs yet"));
  else {
    parts.push(t("{0} coins", coinText(status.coins)));
    if (status.streak_block > 0) parts.push(counted(words, status.streak_block, "{0} fail in a row", "{0} fails in a row"));
    else if (status.streak_pass > 0) parts.push(counted(words, status.streak_pass, "{0} pass in a row", "{0} passes in a row"));
  }
  if (spend !== null) {
    const amount = t("{0} of {1} today", words.usd(spend.spent_today_usd), words.usd(spend.limit_today_usd));
    parts.push(spend.level === "exhausted" ? `${amount} (${t("limit reached")})` : amount);
  }
  return parts.join(" · ");
}
