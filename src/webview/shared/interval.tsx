import type { JSX } from "preact";

/** A rate as a dot on its interval, on a track from 0 to 1. The text beside it shows its numbers. */
export function Interval({ rate, low, high }: Readonly<{ rate: number; low: number; high: number }>): JSX.Element {
  const at = (share: number): number => 2 + share * 96;
  return (
    <svg class="interval" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" x="0" y="3" width="100" height="2" />
      <rect class="band" x={at(low)} y="2" width={Math.max(1, at(high) - at(low))} height="4" />
      <rect class="dot" x={at(rate) - 0.75} y="0" width="1.5" height="8" />
    </svg>
  );
}
