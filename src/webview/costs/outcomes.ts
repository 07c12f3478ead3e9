import type { CostPointView } from "../../features/costs/operations/views.ts";
import { type TierShape, tierShape, tierShapes } from "../shared/chart/tier-marks.ts";

/** A group of runs of one tier or model. Its index determines its look. `name` is null for runs that name none. */
export type OutcomeGroup = Readonly<{ name: string | null; others: number }>;

/** A run on the chart. `x`: its cost in USD; `y`: the share of its tests that passed. */
export type Outcome = Readonly<{ point: CostPointView; x: number; y: number; group: number }>;

/** All runs, ordered by cost, then by pass rate, with their groups. */
export type Outcomes = Readonly<{ groups: readonly OutcomeGroup[]; outcomes: readonly Outcome[] }>;

/** Maximum number of groups that can be distinguished; if there are more, the last one holds all others. */
const maxGroups = 8;

/** The pass rate of a run, limited to 1, as files may state more passes than tests. */
const rateOf = ({ passed, total }: CostPointView): number => Math.min(1, Math.max(0, passed / total));

/** Returns the runs as the chart shows them. Groups with the most runs come first. */
export function outcomesOf(points: readonly CostPointView[], by: "tier" | "model"): Outcomes {
  const counted = [...Map.groupBy(points, (point) => point[by])].sort(
    ([a, one], [b, two]) => two.length - one.length || String(a).localeCompare(String(b)),
  );
  const own = counted.length <= maxGroups ? counted : counted.slice(0, maxGroups - 1);
  const others = counted.length - own.length;
  const groups: OutcomeGroup[] = own.map(([name]) => ({ name, others: 0 }));
  if (others > 0) groups.push({ name: null, others });
  const place = new Map(own.map(([name], index) => [name, index]));
  const outcomes = points
    .map((point) => ({ point, x: point.cost_usd, y: rateOf(point), group: place.get(point[by]) ?? own.length }))
    .sort((a, b) => a.x - b.x || a.y - b.y);
  return { groups, outcomes };
}

/** The look of the n-th group. No two of the first eight groups have both colour and shape in common. */
export const groupStyle = (group: number): Readonly<{ line: number; shape: TierShape }> => ({
  line: group,
  shape: tierShape(group + Math.floor(group / tierShapes.length)),
});

/** Maximum distance of the pointer from a point that it selects, in CSS pixels. */
const maxDistance = 24;

/**
 * Returns the index of the run nearest to the pointer; null if none is within reach.
 * @param project converts values to positions on the plotting area, in CSS pixels
 */
export function nearestOutcome(
  outcomes: readonly Outcome[],
  at: Readonly<{ left: number; top: number }>,
  project: Readonly<{ left(x: number): number; top(y: number): number }>,
): number | null {
  let best: number | null = null;
  let bestDistance = maxDistance;
  for (const [index, { x, y }] of outcomes.entries()) {
    const distance = Math.hypot(project.left(x) - at.left, project.top(y) - at.top);
    // Of several runs at one position, the one that is drawn last is visible.
    if (distance <= bestDistance) {
      bestDistance = distance;
      best = index;
    }
  }
  return best;
}
