import type { JSX } from "preact";
import type { Verdict } from "../../features/reviews/model/report.ts";

function shape(verdict: Verdict): JSX.Element {
  return {
    PASS: <circle cx="6" cy="6" r="4.5" />,
    PASS_WITH_ADVISORY: <path d="M6 1 11.2 10.5H.8Z" />,
    FAIL: <rect x="1.5" y="1.5" width="9" height="9" />,
  }[verdict];
}

/** A verdict's mark as in the chart. Hidden from screen readers, because the verdict's text is beside it. */
export function VerdictMark({ verdict, hollow = false }: Readonly<{ verdict: Verdict; hollow?: boolean }>): JSX.Element {
  return (
    <svg class={`mark mark-${verdict}${hollow ? " hollow" : ""}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {shape(verdict)}
    </svg>
  );
}
