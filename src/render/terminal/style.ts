import { styleText } from "node:util";

type Look = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Each draws a text in its way. */
export type Colors = Readonly<Record<Look, (text: string) => string>>;

/** Colours as escape sequences, or texts as they are. */
export function colorsFor(coloured: boolean): Colors {
  const draw = (look: Look) => (text: string) =>
    // Whether the terminal takes colours is known by now, and asking once more would load its stream.
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
  /** Standard output is a terminal: cut to its width, draw sparklines. A pipe gets whole, plain text. */
  interactive: boolean;
  /** Columns of the terminal; null without a limit. */
  width: number | null;
  colors: Colors;
  now: Date;
  /** IANA name of the zone that times are shown in; null for the one that the machine's clock shows. */
  zone: string | null;
  /** Writes an instant in that zone, made once for many. */
  times?: (iso: string) => string;
}>;
