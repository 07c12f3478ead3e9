import { counted } from "../../../kernel/counted.ts";

/*
 * How a test is doing, for people: what its results say of now. The status of a trend weighs all results alike; health looks at the
 * last change and asks whether it stayed. Evidence that nothing but chance decides counts most: attempts of one run, or runs of one
 * commit, that disagree.
 */

/** In the order in which tests need a look. */
export const healthStates = ["broken", "degrading", "flaky", "recovering", "too-few", "healthy"] as const;
export type HealthState = (typeof healthStates)[number];

/** What needs a look first. */
export const compareHealth = (a: HealthState, b: HealthState): number => healthStates.indexOf(a) - healthStates.indexOf(b);

/** Why a test is in a state; `count` and `before` are lengths of rows of equal results, the last one and the one before it. */
export type HealthReason =
  | Readonly<{ kind: "few" | "all-passed" | "all-failed"; results: number }>
  | Readonly<{ kind: "turned-red" | "turned-green"; count: number; before: number }>
  | Readonly<{ kind: "one-fail" | "one-pass"; count: number }>
  | Readonly<{ kind: "changes"; changes: number; results: number }>
  | Readonly<{ kind: "disagrees"; times: number }>;

/** `turned` is the position of the first result of the row that made the state; null where no change did. */
export type Health = Readonly<{ state: HealthState; reason: HealthReason; turned: number | null }>;

/** How a list of results is read. `commit` names the commit that was tested; null where it is not known. */
export type ResultReader<Result> = Readonly<{
  passed(result: Result): boolean;
  /** Whether attempts within the run disagreed. */
  mixed(result: Result): boolean;
  commit(result: Result): string | null;
}>;

/** Fewer results tell nothing. */
const fewest = 3;
/** So many equal results in a row settle what was before. */
const settled = 5;
/** So many fails in a row after a change are no accident: the test is broken. */
const broken = 4;
/** After so many passes nothing of earlier fails is left to tell. */
const healed = 10;

/** Where attempts of a run, or runs of a commit, disagreed: how often, and where for the last time. */
function disagreements<Result>(
  results: readonly Result[],
  read: ResultReader<Result>,
): Readonly<{ times: number; last: number }> {
  const commits = new Map<string, boolean>();
  let [times, last] = [0, -1];
  let [inCommits, lastInCommit] = [0, -1];
  for (const [index, result] of results.entries()) {
    const commit = read.commit(result);
    const before = commit === null ? undefined : commits.get(commit);
    if (before !== undefined && before !== read.passed(result)) {
      inCommits += 1;
      lastInCommit = index;
    }
    if (commit !== null) commits.set(commit, read.passed(result));
    if (read.mixed(result)) {
      times += 1;
      last = index;
    }
  }
  // Where every run names the same commit, the name tells nothing: something else was changed and tested.
  return commits.size > 1 ? { times: times + inCommits, last: Math.max(last, lastInCommit) } : { times, last };
}

type Rows = Readonly<{ results: number; passed: boolean; count: number; before: number; changes: number }>;

/** The last row of equal results, the one before it, and how often results changed. */
function rowsOf<Result>(results: readonly Result[], passed: (result: Result) => boolean): Rows {
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

/** A test that passes now, after one row of fails or several. */
function afterFails({ results, count, before, changes }: Rows): Health {
  const turned = results - count;
  if (before === 1 && (changes === 2 || (changes === 1 && count >= settled)))
    return { state: "healthy", reason: { kind: "one-fail", count }, turned: null };
  const over = count >= healed || (changes === 2 && count >= Math.max(settled, 2 * before));
  return { state: over ? "healthy" : "recovering", reason: { kind: "turned-green", count, before }, turned };
}

/** A test that fails now, after one row of passes or several. */
function afterPasses({ results, count, before, changes }: Rows): Health {
  const turned = results - count;
  if (before === 1 && changes === 2) return { state: "broken", reason: { kind: "one-pass", count }, turned };
  return { state: count >= broken ? "broken" : "degrading", reason: { kind: "turned-red", count, before }, turned };
}

/**
 * The health of a test. The first rule that holds:
 * 1 attempts or runs of one commit disagreed, and fewer than five equal results followed: flaky · 2 fewer than three results: too
 * few · 3 all alike: healthy or broken · 4 three changes or more, and fewer than five equal results at the end: flaky · 5 two changes
 * around a single result: too few below five results, else that result was an exception · 6 failing now: degrading, from the fourth
 * fail on broken · 7 passing now: recovering, healthy after enough passes.
 * @param results oldest first; runs in which the test did not run are not among them
 * @returns undefined without results
 */
export function healthOf<Result>(results: readonly Result[], read: ResultReader<Result>): Health | undefined {
  if (results.length === 0) return undefined;
  const rows = rowsOf(results, read.passed);
  const { times, last } = disagreements(results, read);
  const isSettled = rows.count >= settled && last < results.length - settled;
  if (times > 0 && !isSettled && results.length > 1)
    return { state: "flaky", reason: { kind: "disagrees", times }, turned: null };
  if (results.length < fewest) return { state: "too-few", reason: { kind: "few", results: results.length }, turned: null };
  if (rows.changes === 0)
    return rows.passed
      ? { state: "healthy", reason: { kind: "all-passed", results: results.length }, turned: null }
      : { state: "broken", reason: { kind: "all-failed", results: results.length }, turned: 0 };
  if (rows.changes >= 3 && !isSettled)
    return { state: "flaky", reason: { kind: "changes", changes: rows.changes, results: results.length }, turned: null };
  if (rows.changes === 2 && rows.before === 1 && results.length < settled)
    return { state: "too-few", reason: { kind: "changes", changes: rows.changes, results: results.length }, turned: null };
  return rows.passed ? afterFails(rows) : afterPasses(rows);
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
