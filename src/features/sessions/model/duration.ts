const minuteMs = 60_000;

/** Returns the duration of a session in ms; null while it is running. */
export const durationMs = ({
  started_at: from,
  ended_at: to,
}: Readonly<{ started_at: string; ended_at: string | null }>): number | null =>
  to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from));

/**
 * Formats a duration in hours and minutes: `<1m`, `45m`, `1h59m`, `2h`. Partial minutes are dropped, so that an hour never has
 * 60.
 */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  if (minutes === 0) return "<1m";
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest}m`;
  return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
}
