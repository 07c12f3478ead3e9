const steps = [
  { unit: "year", ms: 365.25 * 86_400_000 },
  { unit: "month", ms: 30.44 * 86_400_000 },
  { unit: "week", ms: 7 * 86_400_000 },
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;

/**
 * Expresses a time difference in its largest unit, negative for the past; at least one minute.
 * A value that rounds up to the next unit uses that unit: 59.7 minutes are an hour.
 */
export function relativeTime(ms: number): Readonly<{ amount: number; unit: (typeof steps)[number]["unit"] }> {
  const { unit, ms: length } = steps.find((step) => Math.abs(ms) >= step.ms * 0.99) ?? { unit: "minute", ms: 60_000 };
  return { amount: Math.trunc(ms / length) || Math.sign(ms), unit };
}
