import type { JSX } from "preact";
import type { TrendStatus } from "../../domain/eval/trend.ts";
import { statusPaths } from "../chart/status-marks.ts";

/** The mark of a test's status; its words stand beside it. */
export function StatusMark({ status }: Readonly<{ status: TrendStatus }>): JSX.Element {
  return (
    <svg class={`mark status-${status}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={statusPaths[status]} />
    </svg>
  );
}
