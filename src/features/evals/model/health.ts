import { counted } from "../../../kernel/counted.ts";

/*
 * Health: the current state of a test, for people. The status of a trend weighs all results equally; health looks at the last
 * change and whether it persisted. Evidence of randomness takes precedence: attempts of one run, or runs of one commit, that
 * disagree.
 */

/** In the order in which tests need attention. */
export const healthStates = ["broken", "degrading", "flaky", "recovering", "too-few", "healthy"] as const;
export type HealthState = (typeof healthStates)[number];

/** Compares two states; the one that needs more attention comes first. */
export const compareHealth = (a: HealthState, b: HealthState): number => healthStates.indexOf(a) - healthStates.indexOf(b);

/**
 * Why a test is in its state. `count` is the length of the last streak of equal results, `before` that of the streak before it.
 */
export type HealthReason =
  | Readonly<{ kind: "few" | "all-passed" | "all-failed"; results: number }>
  | Readonly<{ kind: "turned-red" | "turned-green"; count: number; before: number }>
  | Readonly<{ kind: "one-fail" | "one-pass"; count: number }>
  | Readonly<{ kind: "changes"; changes: number; results: number }>
  | Readonly<{ kind: "disagrees"; times: number }>;

/** `turned` is the index of the first result of the streak that led to the state; null when no single change did. */
export type Health = Readonly<{ state: HealthState; reason: HealthReason; turned: number | null }>;

/** How to read a list of results. `commit` returns the commit that was tested; null when it is not known. */
export type ResultReader<Result> = Readonly<{
  passed(result: Result): boolean;
  /** Whether attempts within the run disagreed. */
  mixed(result: Result): boolean;
  commit(result: Result): string | null;
}>;

/** Minimum number of results needed to judge a test. */
const minResults = 3;
/** Number of equal results in a row that outweigh earlier disagreements and changes. */
const settledCount = 5;
/** Number of fails in a row after a change that make a test broken: that many are not an accident. */
const brokenCount = 4;
/** Number of passes in a row after which earlier fails have no effect. */
const healedCount = 10;

/**
 * Counts how often attempts of a run, or runs of a commit, disagreed. `last` is the index of the last such result, -1 for none.
 */
function disagreements<Result>(
  results: readonly Result[],
  reader: ResultReader<Result>,
): Readonly<{ times: number; last: number }> {
  const commits = new Map<string, boolean>();
  let [times, last] = [0, -1];
  let [inCommits, lastInCommit] = [0, -1];
  for (const [index, result] of results.entries()) {
    const commit = reader.commit(result);
    const before = commit === null ? undefined : commits.get(commit);
    if (before !== undefined && before !== reader.passed(result)) {
      inCommits += 1;
      lastInCommit = index;
    }
    if (commit !== null) commits.set(commit, reader.passed(result));
    if (reader.mixed(result)) {
      times += 1;
      last = index;
    }
  }
  // When all runs name the same commit, its name carries no information: something else was changed and tested.
  return commits.size > 1 ? { times: times + inCommits, last: Math.max(last, lastInCommit) } : { times, last };
}

type Streaks = Readonly<{ results: number; passed: boolean; count: number; before: number; changes: number }>;

/** Returns the lengths of the last two streaks of equal results, and how often the result changed. */
function streaksOf<Result>(results: readonly Result[], passed: (result: Result) => boolean): Streaks {
  let [count, before, changes, last] = [0, 0, 0, false];
  for (const [index, result] of results.entries()) {
    const now = passed(result);
    if (index > 0 && now !== last) {
      changes += 1;
      before = count;
      count = 0;
    }
    count += 1;
    last = now;
  }
  return { results: results.length, passed: last, count, before, changes };
}

/** Health of a test whose last result passed, after one or more streaks of fails. */
function afterFails({ results, count, before, changes }: Streaks): Health {
  const turned = results - count;
  if (before === 1 && (changes === 2 || (changes === 1 && count >= settledCount)))
    return { state: "healthy", reason: { kind: "one-fail", count }, turned: null };
  const isHealed = count >= healedCount || (changes === 2 && count >= Math.max(settledCount, 2 * before));
  return { state: isHealed ? "healthy" : "recovering", reason: { kind: "turned-green", count, before }, turned };
}

/** Health of a test whose last result failed, after one or more streaks of passes. */
function afterPasses({ results, count, before, changes }: Streaks): Health {
  const turned = results - count;
  if (before === 1 && changes === 2) return { state: "broken", reason: { kind: "one-pass", count }, turned };
  return { state: count >= brokenCount ? "broken" : "degrading", reason: { kind: "turned-red", count, before }, turned };
}

/**
 * Returns the health of a test by the first rule that holds:
 * 1. Attempts or runs of one commit disagreed, and fewer than five equal results followed: flaky.
 * 2. Fewer than three results: too few.
 * 3. All results equal: healthy or broken.
 * 4. Three or more changes, and fewer than five equal results at the end: flaky.
 * 5. Two changes around a single result: too few below five results, else that result was an exception.
 * 6. The last result failed: degrading, broken from the fourth fail in a row.
 * 7. The last result passed: recovering, healthy after enough passes.
 * @param results oldest first; runs in which the test did not run are not included
 * @returns undefined without results
 */
export function healthOf<Result>(results: readonly Result[], reader: ResultReader<Result>): Health | undefined {
  if (results.length === 0) return undefined;
  const streaks = streaksOf(results, reader.passed);
  const { times, last } = disagreements(results, reader);
  const isSettled = streaks.count >= settledCount && last < results.length - settledCount;
  if (times > 0 && !isSettled && results.length > 1)
    return { state: "flaky", reason: { kind: "disagrees", times }, turned: null };
  if (results.length < minResults) return { state: "too-few", reason: { kind: "few", results: results.length }, turned: null };
  if (streaks.changes === 0)
    return streaks.passed
      ? { state: "healthy", reason: { kind: "all-passed", results: results.length }, turned: null }
      : { state: "broken", reason: { kind: "all-failed", results: results.length }, turned: 0 };
  if (streaks.changes >= 3 && !isSettled)
    return { state: "flaky", reason: { kind: "changes", changes: streaks.changes, results: results.length }, turned: null };
  if (streaks.changes === 2 && streaks.before === 1 && results.length < settledCount)
    return { state: "too-few", reason: { kind: "changes", changes: streaks.changes, results: results.length }, turned: null };
  return streaks.passed ? afterFails(streaks) : afterPasses(streaks);
}

/** A reason in words. */
export function healthReasonText(reason: HealthReason): string {
  switch (reason.kind) {
    case "few":
      return `only ${counted(reason.results, "result")}`;
    case "all-passed":
      return `passed in all ${reason.results} results`;
    case "all-failed":
      return `failed in all ${reason.results} results`;
    case "turned-red":
      return `${reason.count === 1 ? "1 fail" : `${reason.count} fails in a row`} after ${counted(reason.before, "pass", "passes")}`;
    case "turned-green":
      return `${reason.count === 1 ? "1 pass" : `${reason.count} passes in a row`} after ${counted(reason.before, "fail")}`;
    case "one-fail":
      return `one fail, ${counted(reason.count, "pass", "passes")} since`;
    case "one-pass":
      return `one pass, ${counted(reason.count, "fail")} since`;
    case "changes":
      return `changed ${counted(reason.changes, "time")} in ${reason.results} results`;
    case "disagrees":
      return `passed and failed on the same code ${counted(reason.times, "time")}`;
    default:
      return reason satisfies never;
  }
}
