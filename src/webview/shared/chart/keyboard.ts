import type { Span } from "../state.ts";
import { lowerBound, type Place } from "./lines.ts";

/** The part of a line that keyboard navigation needs: positions of its points on the axis, ascending. */
type Walkable = Readonly<{ xs: readonly number[] }>;

/** What a key does on the chart. */
export type ChartCommand =
  | Readonly<{ type: "move"; place: Place }>
  | Readonly<{ type: "open" }>
  | Readonly<{ type: "zoom"; factor: number }>
  | Readonly<{ type: "resetZoom" }>;

const pageOfPoints = 10;

function clampPoint(line: Walkable | undefined, point: number): number | null {
  if (line === undefined || line.xs.length === 0) return null;
  return Math.min(line.xs.length - 1, Math.max(0, point));
}

/** Index of the point of a line that is nearest in time to `x`. */
function nearestInTime(line: Walkable, x: number): number {
  const right = lowerBound(line.xs, x);
  const before = line.xs[right - 1];
  const after = line.xs[right];
  if (before === undefined) return 0;
  if (after === undefined) return right - 1;
  return x - before <= after - x ? right - 1 : right;
}

const isReachableLine = (lines: readonly Walkable[], shown: (line: number) => boolean, line: number): boolean =>
  shown(line) && (lines[line]?.xs.length ?? 0) > 0;

function moveToLine(
  lines: readonly Walkable[],
  shown: (line: number) => boolean,
  place: Place,
  step: 1 | -1,
): ChartCommand | null {
  const x = lines[place.line]?.xs[place.point];
  for (let line = place.line + step; line >= 0 && line < lines.length; line += step) {
    const target = lines[line];
    if (target !== undefined && x !== undefined && isReachableLine(lines, shown, line)) {
      return { type: "move", place: { line, point: nearestInTime(target, x) } };
    }
  }
  return null;
}

function moveAlong(lines: readonly Walkable[], line: number, point: number): ChartCommand | null {
  const clamped = clampPoint(lines[line], point);
  return clamped === null ? null : { type: "move", place: { line, point: clamped } };
}

/**
 * Maps a key to its command while the chart has the focus; null if the chart does not use the key.
 * @param place position of the cursor; null before its first move, which goes to the newest point (or, forward, to the oldest)
 */
export function chartCommand(
  key: string,
  lines: readonly Walkable[],
  shown: (line: number) => boolean,
  place: Place | null,
): ChartCommand | null {
  const first = lines.findIndex((_, line) => isReachableLine(lines, shown, line));
  const current = place !== null && isReachableLine(lines, shown, place.line) ? place : null;
  const line = current?.line ?? first;
  const last = Number.MAX_SAFE_INTEGER;
  switch (key) {
    case "ArrowLeft":
      return moveAlong(lines, line, current === null ? last : current.point - 1);
    case "ArrowRight":
      return moveAlong(lines, line, current === null ? 0 : current.point + 1);
    case "PageUp":
      return moveAlong(lines, line, current === null ? last : current.point - pageOfPoints);
    case "PageDown":
      return moveAlong(lines, line, current === null ? 0 : current.point + pageOfPoints);
    case "Home":
      return moveAlong(lines, line, 0);
    case "End":
      return moveAlong(lines, line, last);
    case "ArrowUp":
      return current === null ? moveAlong(lines, line, last) : moveToLine(lines, shown, current, -1);
    case "ArrowDown":
      return current === null ? moveAlong(lines, line, last) : moveToLine(lines, shown, current, 1);
    case "Enter":
    case " ":
      return current === null ? null : { type: "open" };
    case "+":
    case "=":
      return { type: "zoom", factor: 0.5 };
    case "-":
      return { type: "zoom", factor: 2 };
    case "Escape":
    case "0":
      return { type: "resetZoom" };
    default:
      return null;
  }
}

/** Maps a key to its command on a chart without zoom, which always shows all of its points. */
export function walkCommand(
  key: string,
  lines: readonly Walkable[],
  place: Place | null,
): Exclude<ChartCommand, { type: "zoom" | "resetZoom" }> | null {
  const command = chartCommand(key, lines, () => true, place);
  return command === null || command.type === "zoom" || command.type === "resetZoom" ? null : command;
}

const minZoom = 60;

/**
 * Zooms by a factor around a time, inside the domain and never shorter than a minute; null if it would show the whole domain.
 * @param around time in seconds, which keeps its relative position in the span
 */
export function zoomAround(span: Span, domain: Span, around: number, factor: number): Span | null {
  const width = Math.max(minZoom, (span.max - span.min) * factor);
  if (width >= domain.max - domain.min) return null;
  const share = Math.min(1, Math.max(0, (around - span.min) / (span.max - span.min)));
  const min = Math.min(Math.max(domain.min, around - width * share), domain.max - width);
  return { min, max: min + width };
}

/** Moves a zoom without changing its width, just far enough that a time is inside with some padding. */
export function panTo(zoom: Span, domain: Span, x: number): Span {
  const width = zoom.max - zoom.min;
  const padding = width * 0.05;
  if (x >= zoom.min && x <= zoom.max) return zoom;
  const wanted = x < zoom.min ? x - padding : x + padding - width;
  const min = Math.min(Math.max(domain.min, wanted), domain.max - width);
  return { min, max: min + width };
}
