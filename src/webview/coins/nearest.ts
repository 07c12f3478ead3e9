import { type CoinLine, lowerBound, type Place } from "../shared/chart/lines.ts";

/** Screen coordinates of chart values, CSS pixels in the plotting area. */
export type Projection = Readonly<{ left(x: number): number; top(coins: number): number; time(left: number): number }>;

/** Maximum distance along the time axis at which the pointer selects a point, CSS pixels. */
const maxDistance = 48;

/**
 * The point nearest to the pointer. Only the two neighbours in time of each line are compared, so the cost does not grow with
 * the number of points. Vertical distance counts half, because people follow a line mostly along the time axis.
 */
export function nearestPlace(
  lines: readonly CoinLine[],
  shown: (line: number) => boolean,
  at: Readonly<{ left: number; top: number }>,
  projection: Projection,
): Place | null {
  let best: Place | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  const time = projection.time(at.left);
  for (const [line, { xs, points }] of lines.entries()) {
    if (!shown(line)) continue;
    const right = lowerBound(xs, time);
    for (const point of [right - 1, right]) {
      const x = xs[point];
      const coins = points[point]?.coins;
      if (x === undefined || coins === undefined) continue;
      const horizontal = Math.abs(projection.left(x) - at.left);
      if (horizontal > maxDistance) continue;
      const distance = Math.hypot(horizontal, (projection.top(coins) - at.top) / 2);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = { line, point };
      }
    }
  }
  return best;
}
