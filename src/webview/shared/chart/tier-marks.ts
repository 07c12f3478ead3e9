type Canvas = CanvasRenderingContext2D;

/** Shapes of tiers, used in rotation, so that tiers are distinguishable without colour. */
export const tierShapes = ["circle", "square", "triangle", "diamond"] as const;
export type TierShape = (typeof tierShapes)[number];

/** The shape of the n-th tier. */
export const tierShape = (line: number): TierShape => tierShapes[line % tierShapes.length] ?? "circle";

/** Traces a shape around a position. Canvas pixels. */
function traceShape(canvas: Canvas, shape: TierShape, x: number, y: number, radius: number): void {
  canvas.beginPath();
  switch (shape) {
    case "circle":
      canvas.arc(x, y, radius, 0, 2 * Math.PI);
      return;
    case "square":
      canvas.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
      return;
    case "triangle":
      canvas.moveTo(x, y - radius * 1.3);
      canvas.lineTo(x + radius * 1.25, y + radius);
      canvas.lineTo(x - radius * 1.25, y + radius);
      canvas.closePath();
      return;
    case "diamond":
      canvas.moveTo(x, y - radius * 1.35);
      canvas.lineTo(x + radius * 1.35, y);
      canvas.lineTo(x, y + radius * 1.35);
      canvas.lineTo(x - radius * 1.35, y);
      canvas.closePath();
      return;
    default:
      shape satisfies never;
  }
}

/** Draws the mark of a point of a tier, with an edge that separates it from its line. */
export function drawTierMark(
  canvas: Canvas,
  mark: Readonly<{ shape: TierShape; color: string; edge: string; x: number; y: number; radius: number; ratio: number }>,
): void {
  traceShape(canvas, mark.shape, mark.x, mark.y, mark.radius);
  canvas.strokeStyle = mark.edge;
  canvas.lineWidth = mark.ratio;
  canvas.fillStyle = mark.color;
  canvas.stroke();
  canvas.fill();
}
