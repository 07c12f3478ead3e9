import { colorsFor, type Style } from "../../src/render/terminal/style.ts";

/** The style of output to a pipe. */
export const pipeStyle: Style = {
  interactive: false,
  width: null,
  colors: colorsFor(false),
  now: new Date("2026-03-20T12:00:00.000Z"),
  zone: "UTC",
};

/** A terminal without colours, of the given width. */
export const terminalStyle = (width: number): Style => ({ ...pipeStyle, interactive: true, width });

/** A terminal with colours. */
export const coloredStyle = (width: number): Style => ({ ...terminalStyle(width), colors: colorsFor(true) });
