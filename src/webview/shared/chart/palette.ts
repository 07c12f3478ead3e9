/** Colours and fonts of the current theme for the canvas: resolved values of the style sheet's variables. */
export type Palette = Readonly<{
  background: string;
  foreground: string;
  muted: string;
  grid: string;
  /** Fill for parts without their own colour. */
  other: string;
  zero: string;
  pass: string;
  advisory: string;
  fail: string;
  /** Colours of lines, used in rotation. */
  lines: readonly [string, ...string[]];
  /** Whether a high-contrast theme is active. */
  contrast: boolean;
  font: string;
  smallFont: string;
}>;

/** Reads the palette of an element; must be called again when the theme changes. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const family = style.fontFamily;
  return {
    background: read("--rl-background"),
    foreground: read("--rl-foreground"),
    muted: read("--rl-muted"),
    grid: read("--rl-grid"),
    other: read("--rl-other"),
    zero: read("--rl-border"),
    pass: read("--rl-pass"),
    advisory: read("--rl-advisory"),
    fail: read("--rl-fail"),
    lines: [read("--rl-line-1"), read("--rl-line-2"), read("--rl-line-3"), read("--rl-line-4")],
    contrast: element.classList.contains("vscode-high-contrast") || element.classList.contains("vscode-high-contrast-light"),
    font: `12px ${family}`,
    smallFont: `11px ${family}`,
  };
}

/** The look of a line, which also distinguishes it without colour: dashes (CSS pixels), and filled or hollow marks. */
export type LineStyle = Readonly<{ colorIndex: number; dash: readonly number[]; hollow: boolean }>;

const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]] as const satisfies readonly (readonly number[])[];
const colors = 4;

/** The look of the n-th line; the first eight all differ. */
export function lineStyle(line: number): LineStyle {
  const round = Math.floor(line / colors);
  return { colorIndex: line % colors, dash: dashes[(line + round) % dashes.length] ?? [], hollow: line % 2 === 1 };
}

/** Colour of the n-th line in a palette. */
export const lineColor = (palette: Palette, line: number): string =>
  palette.lines[lineStyle(line).colorIndex] ?? palette.lines[0];
