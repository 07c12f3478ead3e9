import type { createColors } from "picocolors";

/** How a command's answer is drawn: decided once from the terminal, the environment and the flags. */
export type Style = Readonly<{
  /** Standard output is a terminal: cut to its width, draw sparklines. A pipe gets whole, plain text. */
  interactive: boolean;
  /** Columns of the terminal; null without a limit. */
  width: number | null;
  colors: ReturnType<typeof createColors>;
  now: Date;
  /** IANA name of the zone that times are shown in; null for the one that the machine's clock shows. */
  zone: string | null;
  /** Writes an instant in that zone, made once for many. */
  times?: (iso: string) => string;
}>;
