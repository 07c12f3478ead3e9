import { usdText } from "../features/evals/model/money.ts";
import { english, type Words } from "../kernel/document.ts";
import { formatNumber } from "../kernel/grouped.ts";
import type { Style } from "../render/terminal/style.ts";
import { absoluteText, relativeText, untilText } from "../render/terminal/time.ts";

/** How the command line words documents: in English, with times in the ledger's zone. */
export const terminalWords = (style: Style): Words => ({
  t: english,
  number: formatNumber,
  usd: usdText,
  time: (iso) => absoluteText(iso, style),
  ago: (iso) => relativeText(iso, style),
  until: (iso) => untilText(iso, style),
  interactive: style.interactive,
});
