import { usdText } from "../features/evals/model/money.ts";
import { english, type Words } from "../kernel/document.ts";
import { grouped } from "../kernel/grouped.ts";
import type { Style } from "../render/terminal/style.ts";
import { absolute, relative, until } from "../render/terminal/time.ts";

/** How the command line words documents: in English, with times in the ledger's zone. */
export const terminalWords = (style: Style): Words => ({
  t: english,
  number: grouped,
  usd: usdText,
  time: (iso) => absolute(iso, style),
  ago: (iso) => relative(iso, style),
  until: (iso) => until(iso, style),
  interactive: style.interactive,
});
