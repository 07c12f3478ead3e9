/** Events that were counted over a number of units, such as hits over runs. */
export type EventCount = Readonly<{ events: number; units: number }>;

/**
 * How the rate of events changed: `ratio` is the later rate over the earlier one (null where the earlier one is 0), with the
 * bounds of its 95 % interval (`high` null: without bound); `p`: probability of counts at least as uneven if the rate stayed the
 * same.
 */
export type RateChange = Readonly<{ ratio: number | null; low: number; high: number | null; p: number }>;

/** Logarithms of 0! to n!. */
function logFactorials(n: number): readonly number[] {
  const logs = [0];
  for (let at = 1; at <= n; at += 1) logs.push((logs[at - 1] ?? 0) + Math.log(at));
  return logs;
}

/** Chances of 0 to n successes in n trials that each succeed with chance `share`. */
function binomial(logs: readonly number[], share: number): readonly number[] {
  const n = logs.length - 1;
  const [yes, no] = [Math.log(share), Math.log1p(-share)];
  return logs.map((log, k) =>
    Math.exp((logs[n] ?? 0) - log - (logs[n - k] ?? 0) + (k === 0 ? 0 : k * yes) + (k === n ? 0 : (n - k) * no)),
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** The share at which a falling function crosses a level. */
function findCrossing(decreasing: (share: number) => number, level: number): number {
  let [low, high] = [0, 1];
  // Each step halves the interval: after 60 steps it is as narrow as the precision of numbers.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (decreasing(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Compares the rates of events before and after, both over at least one unit. Given how many events there were in all, those
 * after are binomial: the test is exact (two-sided: all counts that are no likelier than the one found), the interval is Clopper
 * and Pearson's. Sources: J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series", 1940;
 * C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", 1934.
 */
export function rateChange(before: EventCount, after: EventCount): RateChange {
  const all = before.events + after.events;
  if (all === 0) return { ratio: null, low: 0, high: null, p: 1 };
  const logs = logFactorials(all);
  const chances = binomial(logs, after.units / (before.units + after.units));
  const found = chances[after.events] ?? 0;
  // Counts that are as likely as the one found differ from it by rounding only.
  const p = Math.min(1, sum(chances.filter((chance) => chance <= found * (1 + 1e-9))));
  const ratioOf = (share: number): number => (share / (1 - share)) * (before.units / after.units);
  const atMost = (share: number): number => sum(binomial(logs, share).slice(0, after.events + 1));
  const fewer = (share: number): number => sum(binomial(logs, share).slice(0, after.events));
  return {
    ratio: before.events === 0 ? null : ratioOf(after.events / all),
    low: after.events === 0 ? 0 : ratioOf(findCrossing(fewer, 0.975)),
    high: before.events === 0 ? null : ratioOf(findCrossing(atMost, 0.025)),
    p,
  };
}
