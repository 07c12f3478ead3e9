import type { JSX } from "preact";

/** Counts over time as small bars of equal width. Hidden from screen readers, as its row contains the numbers as text. */
export function Sparkline({ counts, max }: Readonly<{ counts: readonly number[]; max: number }>): JSX.Element {
  const height = 20;
  const bars = counts
    .map((count, index) => {
      if (count === 0) return "";
      const size = Math.max(1.5, (count / Math.max(1, max)) * height);
      return `M${index + 0.1} ${height}V${height - size}H${index + 0.9}V${height}Z`;
    })
    .join("");
  return (
    <svg class="sparkline" viewBox={`0 0 ${Math.max(1, counts.length)} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="base" d={`M0 ${height - 0.5}H${Math.max(1, counts.length)}`} />
      <path d={bars} />
    </svg>
  );
}
