import { styleText } from "node:util";

type StyleName = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Functions that each draw a text in one look. */
export type Colors = Readonly<Record<StyleName, (text: string) => string>>;

/** Colours as escape sequences, or unchanged texts. */
export function colorsFor(coloured: boolean): Colors {
  const paint = (name: StyleName) => (text: string) =>
    // Whether the terminal supports colours is known already, and another check would load its stream.
    coloured ? styleText(name, text, { validateStream: false }) : text;
  return {
    bold: paint("bold"),
    dim: paint("dim"),
    red: paint("red"),
    green: paint("green"),
    yellow: paint("yellow"),
    cyan: paint("cyan"),
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
