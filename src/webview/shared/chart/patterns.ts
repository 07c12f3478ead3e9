import type { Palette } from "./palette.ts";

/*
 * Looks that distinguish the parts of a bar without relying on colour: each colour has a pattern, and a different one when the
 * colour repeats. Style sheets define the same looks as `.part-0` to `.part-9`.
 */

/** The look of all parts beyond those with their own look. */
export const otherFill = 8;
/** The look of amounts that are not attributed to anything: an outline. */
export const hollowFill = 9;

const patterns = ["plain", "stripes", "dots", "lines"] as const;
type Pattern = (typeof patterns)[number];

type FillStyle = Readonly<{ color: string; pattern: Pattern | "hollow" }>;

/** The look of a fill. The first eight all differ, and neighbours differ in both colour and pattern. */
function fillStyleFor(palette: Palette, fill: number): FillStyle {
  if (fill === hollowFill) return { color: palette.muted, pattern: "hollow" };
  if (fill >= otherFill) return { color: palette.other, pattern: "plain" };
  const round = Math.floor(fill / palette.lines.length);
  return {
    color: palette.lines[fill % palette.lines.length] ?? palette.lines[0],
    pattern: patterns[(fill + round) % patterns.length] ?? "plain",
  };
}

const tileSize = 6;

function drawTile(ctx: CanvasRenderingContext2D, pattern: Pattern, size: number): void {
  ctx.lineWidth = size / 4;
  ctx.beginPath();
  switch (pattern) {
    case "plain":
      return;
    case "stripes":
      // Draws across the corners too, so that the stripes of adjacent tiles join.
      for (const shift of [-size, 0, size]) {
        ctx.moveTo(shift, size);
        ctx.lineTo(shift + size, 0);
      }
      ctx.stroke();
      return;
    case "dots":
      ctx.arc(size / 2, size / 2, size / 4, 0, 2 * Math.PI);
      ctx.fill();
      return;
    case "lines":
      ctx.moveTo(0, size / 2);
      ctx.lineTo(size, size / 2);
      ctx.stroke();
      return;
    default:
      pattern satisfies never;
  }
}

/** The gaps of a pattern, drawn in the background's colour over the fill. */
function gapPattern(ctx: CanvasRenderingContext2D, palette: Palette, pattern: Pattern, ratio: number): CanvasPattern | null {
  const tile = document.createElement("canvas");
  const size = tileSize * ratio;
  tile.width = size;
  tile.height = size;
  const tileContext = tile.getContext("2d");
  if (tileContext === null) return null;
  tileContext.strokeStyle = palette.background;
  tileContext.fillStyle = palette.background;
  drawTile(tileContext, pattern, size);
  return ctx.createPattern(tile, "repeat");
}

export type Box = Readonly<{ x: number; y: number; width: number; height: number }>;

/**
 * Creates a function that draws bar parts; it creates each pattern once.
 * @param ratio canvas pixels per CSS pixel
 */
export function fillPainter(ctx: CanvasRenderingContext2D, palette: Palette, ratio: number): (fill: number, box: Box) => void {
  const patternCache = new Map<Pattern, CanvasPattern | null>();
  return (fill, { x, y, width, height }) => {
    const { color, pattern } = fillStyleFor(palette, fill);
    if (pattern === "hollow") {
      ctx.strokeStyle = color;
      ctx.lineWidth = ratio;
      ctx.strokeRect(x + ratio / 2, y + ratio / 2, Math.max(0, width - ratio), Math.max(0, height - ratio));
      return;
    }
    ctx.fillStyle = color;
    ctx.fillRect(x, y, width, height);
    if (pattern === "plain") return;
    if (!patternCache.has(pattern)) patternCache.set(pattern, gapPattern(ctx, palette, pattern, ratio));
    const gaps = patternCache.get(pattern) ?? null;
    if (gaps === null) return;
    ctx.fillStyle = gaps;
    ctx.fillRect(x, y, width, height);
  };
}
