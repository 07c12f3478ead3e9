import type { ScopeState, StoredDevice } from "../../index/lookup-cache.ts";
import type { Verdict } from "../model/report.ts";

/** Changes in the sums of one scope and day. */
export type DayDelta = {
  readonly scope: number;
  readonly day: number;
  runs: number;
  passes: number;
  advisories: number;
  fails: number;
  coins: number;
  bonuses: number;
  penalties: number;
  scores: number;
  findings: number;
};

/**
 * Changes in the sums of one scope, day and rule. `first` and `last` bound the times that were added (+∞ and −∞ if none),
 * `lostFirst` and `lostLast` those that were removed, unless a time at or beyond them was added again. A stored bound among the
 * removed times has to be looked up again.
 */
export type RuleDelta = {
  readonly scope: number;
  readonly day: number;
  readonly rule: number;
  errors: number;
  warnings: number;
  infos: number;
  runs: number;
  first: number;
  last: number;
  lostFirst: number;
  lostLast: number;
};

/** Changes that are not in the database yet. Sums are deltas; scopes and devices are the new contents of their rows. */
export type Deltas = Readonly<{
  days: Map<string, DayDelta>;
  rules: Map<string, RuleDelta>;
  scopes: Map<number, ScopeState>;
  devices: Map<string, StoredDevice>;
}>;

export const emptyDeltas = (): Deltas => ({ days: new Map(), rules: new Map(), scopes: new Map(), devices: new Map() });

export const hasNoDeltas = (deltas: Deltas): boolean =>
  deltas.days.size + deltas.rules.size + deltas.scopes.size + deltas.devices.size === 0;

export function clearDeltas(deltas: Deltas): void {
  for (const changes of [deltas.days, deltas.rules, deltas.scopes, deltas.devices]) changes.clear();
}

/** The parts of a run that count in the sums of a scope and day. */
export type DayShare = Readonly<{
  verdict: Verdict;
  score: number;
  rewardDelta: number;
  bonusTenths: number;
  findings: number;
}>;

function dayDelta(deltas: Deltas, scope: number, day: number): DayDelta {
  const key = `${scope}:${day}`;
  const known = deltas.days.get(key);
  if (known !== undefined) return known;
  const fresh: DayDelta = {
    scope,
    day,
    runs: 0,
    passes: 0,
    advisories: 0,
    fails: 0,
    coins: 0,
    bonuses: 0,
    penalties: 0,
    scores: 0,
    findings: 0,
  };
  deltas.days.set(key, fresh);
  return fresh;
}

/** Adds a run to the sums of its day (`sign` 1) or subtracts it (−1). */
export function shiftDay(deltas: Deltas, scope: number, day: number, run: DayShare, sign: 1 | -1): void {
  const delta = dayDelta(deltas, scope, day);
  delta.runs += sign;
  if (run.verdict === "PASS") delta.passes += sign;
  else if (run.verdict === "FAIL") delta.fails += sign;
  else delta.advisories += sign;
  delta.coins += sign * (run.rewardDelta + run.bonusTenths);
  if (run.bonusTenths > 0) delta.bonuses += sign;
  if (run.bonusTenths < 0) delta.penalties += sign;
  delta.scores += sign * run.score;
  delta.findings += sign * run.findings;
}

/** Changes the bonus of a run that keeps its place. */
export function shiftBonus(deltas: Deltas, scope: number, day: number, before: number, after: number): void {
  const delta = dayDelta(deltas, scope, day);
  delta.coins += after - before;
  delta.bonuses += Number(after > 0) - Number(before > 0);
  delta.penalties += Number(after < 0) - Number(before < 0);
}

export type RuleShare = Readonly<{ rule: number; errors: number; warnings: number; infos: number }>;

/** The sum over no runs. */
export const noRuleSum = {
  errors: 0,
  warnings: 0,
  infos: 0,
  runs: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
} as const;

/** Adds a run's findings of one rule to the sums of its day (`sign` 1) or subtracts them (−1). */
export function shiftRule(deltas: Deltas, scope: number, day: number, at: number, share: RuleShare, sign: 1 | -1): void {
  const key = `${scope}:${day}:${share.rule}`;
  let delta = deltas.rules.get(key);
  if (delta === undefined) {
    delta = {
      scope,
      day,
      rule: share.rule,
      ...noRuleSum,
      lostFirst: Number.POSITIVE_INFINITY,
      lostLast: Number.NEGATIVE_INFINITY,
    };
    deltas.rules.set(key, delta);
  }
  delta.errors += sign * share.errors;
  delta.warnings += sign * share.warnings;
  delta.infos += sign * share.infos;
  delta.runs += sign;
  if (sign === 1) {
    delta.first = Math.min(delta.first, at);
    delta.last = Math.max(delta.last, at);
    if (at <= delta.lostFirst) delta.lostFirst = Number.POSITIVE_INFINITY;
    if (at >= delta.lostLast) delta.lostLast = Number.NEGATIVE_INFINITY;
  } else {
    delta.lostFirst = Math.min(delta.lostFirst, at);
    delta.lostLast = Math.max(delta.lostLast, at);
  }
}
