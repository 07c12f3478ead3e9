const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Values as bars in one line, the lowest bar for the minimum. If minimum and maximum are equal, all bars are half high. */
export function sparkline(
  values: readonly number[],
  { minimum, maximum }: Readonly<{ minimum: number; maximum: number }>,
): string {
  const barOf = (value: number): string => {
    const share = minimum === maximum ? 0.5 : (value - minimum) / (maximum - minimum);
    return bars[Math.min(bars.length, Math.max(1, Math.ceil(share * bars.length))) - 1] ?? "";
  };
  return values.map(barOf).join("");
}
