import type { JSX } from "preact";
import type { HealthState } from "../../features/evals/model/health.ts";
import { healthPaths } from "./health-marks.ts";

/** The mark of a test's health, shown beside the words. */
export function HealthMark({ health }: Readonly<{ health: HealthState }>): JSX.Element {
  return (
    <svg class={`mark health-${health}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={healthPaths[health]} />
    </svg>
  );
}
