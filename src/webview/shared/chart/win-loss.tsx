import type { JSX } from "preact";

/**
 * Results as a row of bars: low for a pass, high for a fail, none if a test did not run. Hidden from screen readers; its row has
 * the numbers.
 */
export function WinLoss({ results, of }: Readonly<{ results: string; of: number }>): JSX.Element {
  const start = of - results.length;
  const bars = (mark: string, top: number): string =>
    [...results]
      .map((one, at) => (one === mark || one === "~" ? `M${start + at + 0.1} 16V${top}H${start + at + 0.9}V16Z` : ""))
      .join("");
  return (
    <svg class="win-loss" viewBox={`0 0 ${of} 16`} preserveAspectRatio="none" aria-hidden="true">
      <path class="base" d={`M0 15.5H${of}`} />
      <path class="fail" d={bars("-", 1)} />
      <path class="pass" d={bars("+", 10)} />
    </svg>
  );
}
