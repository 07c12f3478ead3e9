import type { CostPointView } from "../../features/costs/operations/views.ts";
import { type TierShape, tierShape, tierShapes } from "../shared/chart/tier-marks.ts";

/** Runs of one tier or model, with the look that its number gives; `name` is null for runs that name none. */
export type OutcomeGroup = Readonly<{ name: string | null; others: number }>;

/** A run on the chart: what it cost (USD) against the share of its tests that passed. */
export type Outcome = Readonly<{ point: CostPointView; x: number; y: number; group: number }>;

/** All runs by cost, then pass rate, with their groups. */
export type Outcomes = Readonly<{ groups: readonly OutcomeGroup[]; outcomes: readonly Outcome[] }>;

/** More groups than this cannot be told apart; the last then holds all others. */
const mostGroups = 8;

/** Files may state more passes than tests. */
const rateOf = ({ passed, total }: CostPointView): number => Math.min(1, Math.max(0, passed / total));

/** The runs as the chart has them. Groups with the most runs come first. */
export function outcomesOf(points: readonly CostPointView[], by: "tier" | "model"): Outcomes {
  const counted = [...Map.groupBy(points, (point) => point[by])].sort(
    ([a, one], [b, two]) => two.length - one.length || String(a).localeCompare(String(b)),
  );
  const own = counted.length <= mostGroups ? counted : counted.slice(0, mostGroups - 1);
  const others = counted.length - own.length;
  const groups: OutcomeGroup[] = own.map(([name]) => ({ name, others: 0 }));
  if (others > 0) groups.push({ name: null, others });
  const place = new Map(own.map(([name], index) => [name, index]));
  const outcomes = points
    .map((point) => ({ point, x: point.cost_usd, y: rateOf(point), group: place.get(point[by]) ?? own.length }))
    .sort((a, b) => a.x - b.x || a.y - b.y);
  return { groups, outcomes };
}

/** How the n-th group is told from the others: no two of the first eight have both colour and shape in common. */
export const groupLook = (group: number): Readonly<{ line: number; shape: TierShape }> => ({
  line: group,
  shape: tierShape(group + Math.floor(group / tierShapes.length)),
});

/** Farther than this from every point, the pointer means none of them. CSS pixels. */
const reach = 24;

/**
 * The run nearest to the pointer.
 * @param project places on the plotting area, CSS pixels
 */
export function nearestOutcome(
  outcomes: readonly Outcome[],
  at: Readonly<{ left: number; top: number }>,
  project: Readonly<{ left(x: number): number; top(y: number): number }>,
): number | null {
  let best: number | null = null;
  let least = reach;
  for (const [index, { x, y }] of outcomes.entries()) {
    const distance = Math.hypot(project.left(x) - at.left, project.top(y) - at.top);
    // Of runs on one place the last drawn is in sight.
    if (distance <= least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
