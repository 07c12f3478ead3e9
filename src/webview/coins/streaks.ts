import type { CoinPointView } from "../../features/reviews/operations/views.ts";
import type { CoinLine } from "../shared/chart/lines.ts";

/** Consecutive passes or fails of one agent, until the run that ends them. Times are in seconds. */
export type Streak = Readonly<{
  kind: "pass" | "block";
  from: number;
  to: number;
  /** Final length, including runs before the first point. */
  length: number;
  firstPoint: number;
  lastPoint: number;
}>;

const standingOf = (point: CoinPointView): Readonly<{ kind: Streak["kind"]; length: number }> | null => {
  if (point.streak_pass > 0) return { kind: "pass", length: point.streak_pass };
  return point.streak_block > 0 ? { kind: "block", length: point.streak_block } : null;
};

/**
 * The streaks of a line, oldest first. Where a point covers a day or week, only the streak at its end is known, so
 * shorter ones inside it are missing.
 * @param end where the newest streak's bar ends, seconds
 */
export function streaksOf(line: CoinLine, end: number): readonly Streak[] {
  const streaks: Streak[] = [];
  for (const [index, point] of line.points.entries()) {
    const x = line.xs[index] ?? end;
    const last = streaks.at(-1);
    if (last !== undefined && last.to > x) streaks[streaks.length - 1] = { ...last, to: x };
    const standing = standingOf(point);
    if (standing === null) continue;
    if (last !== undefined && last.kind === standing.kind && last.lastPoint === index - 1 && standing.length > last.length) {
      streaks[streaks.length - 1] = { ...last, to: end, length: standing.length, lastPoint: index };
    } else {
      streaks.push({ ...standing, from: x, to: end, firstPoint: index, lastPoint: index });
    }
  }
  return streaks;
}
