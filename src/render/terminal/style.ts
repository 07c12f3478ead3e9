import { styleText } from "node:util";

type Look = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Functions that each draw a text in one look. */
export type Colors = Readonly<Record<Look, (text: string) => string>>;

/** Colours as escape sequences, or unchanged texts. */
export function colorsFor(coloured: boolean): Colors {
  const draw = (look: Look) => (text: string) =>
    // Whether the terminal supports colours is known already, and another check would load its stream.
    coloured ? styleText(look, text, { validateStream: false }) : text;
  return {
    bold: draw("bold"),
    dim: draw("dim"),
    red: draw("red"),
    green: draw("green"),
    yellow: draw("yellow"),
    cyan: draw("cyan"),
  };
}

/** How a command's answer is drawn: decided once from the terminal, the environment and the flags. */
export type Style = Readonly<{
  /**
   * Whether standard output is a terminal: text is cut to its width, and sparklines are drawn. A pipe gets complete, plain text.
   */
  interactive: boolean;
  /** Columns of the terminal; null without a limit. */
  width: number | null;
  colors: Colors;
  now: Date;
  /** IANA name of the zone in which times are shown; null for the one of the machine's clock. */
  zone: string | null;
  /** Formats an instant in that zone; prepared once for many uses. */
  times?: (iso: string) => string;
}>;
