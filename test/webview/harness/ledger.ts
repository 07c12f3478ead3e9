import { type Standing, step, zeroStanding } from "../../../src/features/reviews/model/coins-and-streaks.ts";
import type { Finding, Severity } from "../../../src/features/reviews/model/finding.ts";
import { isBlocking } from "../../../src/features/reviews/model/is-blocking.ts";
import { deriveVerdict, rewardBaseline, type Verdict } from "../../../src/features/reviews/model/report.ts";
import type {
  CoinLineView,
  CoinPointView,
  RunDetailView,
  RunView,
  TrendsView,
} from "../../../src/features/reviews/operations/views.ts";
import type { TrendsFilter } from "../../../src/protocol/trends-panel.ts";
import type { FixtureRun } from "../../support/fixtures.ts";
import type { Scenario } from "./scenario.ts";

/*
 * A small ledger in memory that answers like the panel's host. Runs are folded by the product's own rules; this file implements
 * only the choice of resolutions and periods.
 */

type CountedRun = Readonly<{ source: FixtureRun; view: RunView; before: number }>;

const dayMs = 86_400_000;
const zone = "Europe/Berlin";
/** Maximum number of points in a line. More points are summed by day, or by week if they span more than 200 days with runs. */
const maxPoints = 2000;

/** Notes about a report that contradicts its own verdict. */
const disputeNotes = [
  "The report states PASS, which its findings contradict: FAIL counts",
  "Its assurance is UNKNOWN, so it earns nothing",
];

const factId = (index: number): string => `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;

function verdictOf(run: FixtureRun): Verdict {
  return deriveVerdict(run.report.score, run.report.findings);
}

/** Every run with its coins and streaks, counted over the runs of one project or of all. */
function record(runs: readonly FixtureRun[], project: string | null): readonly CountedRun[] {
  const standings = new Map<string, Standing>();
  return runs.flatMap((source, index) => {
    if (project !== null && source.project !== project) return [];
    const before = standings.get(source.agent) ?? zeroStanding;
    const verdict = verdictOf(source);
    const { after, earning } = step(before, { rewardDelta: source.report.reward_delta, verdict });
    standings.set(source.agent, after);
    const view: RunView = {
      run_id: source.report.run_id,
      fact_id: factId(index),
      agent: source.agent,
      project: source.project,
      created_at: source.report.timestamp,
      score: source.report.score,
      reward_delta: source.report.reward_delta,
      verdict,
      mode: "enforce",
      disputed: false,
      coin_delta: earning.coinDeltaTenths / 10,
      bonus: earning.bonusTenths / 10,
      coins: after.coinTenths / 10,
      streak_pass: after.streakPass,
      streak_block: after.streakBlock,
      findings: source.report.findings.length,
      blocking: source.report.findings.filter(isBlocking).length,
      issue_number: source.issue_number,
    };
    return [{ source, view, before: before.coinTenths / 10 }];
  });
}

/** The bounds of a filter, in UTC. */
export function boundsOf(filter: TrendsFilter, now: string): Readonly<{ from: string | null; to: string | null }> {
  if (filter.period === "all") return { from: null, to: null };
  if (filter.period === "custom") {
    return {
      from: filter.since === null ? null : `${filter.since}T00:00:00.000Z`,
      to: filter.until === null ? null : new Date(Date.parse(`${filter.until}T00:00:00.000Z`) + dayMs).toISOString(),
    };
  }
  const days = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 }[filter.period];
  return { from: new Date(Date.parse(now) - days * dayMs).toISOString(), to: now };
}

const within = (at: string, from: string | null, to: string | null): boolean =>
  (from === null || at >= from) && (to === null || at < to);

const round = (coins: number): number => Math.round(coins * 10) / 10;

function pointOf(runs: readonly CountedRun[], at: string, single: boolean): CoinPointView {
  const last = runs.at(-1)?.view;
  const sum = (value: (run: RunView) => number): number => round(runs.reduce((total, { view }) => total + value(view), 0));
  const count = (verdict: Verdict): number => runs.filter(({ view }) => view.verdict === verdict).length;
  return {
    at,
    coins: last?.coins ?? 0,
    delta: sum((run) => run.coin_delta),
    bonuses: sum((run) => Math.max(0, run.bonus)),
    penalties: sum((run) => Math.min(0, run.bonus)),
    runs: runs.length,
    passes: count("PASS"),
    advisories: count("PASS_WITH_ADVISORY"),
    fails: count("FAIL"),
    score: round(sum((run) => run.score) / runs.length),
    streak_pass: last?.streak_pass ?? 0,
    streak_block: last?.streak_block ?? 0,
    fact_id: single ? (last?.fact_id ?? null) : null,
    run_id: single ? (last?.run_id ?? null) : null,
    verdict: single ? (last?.verdict ?? null) : null,
  };
}

const bucketStart = (at: string, unit: "day" | "week" | "month"): string => {
  const day = new Date(`${at.slice(0, 10)}T00:00:00.000Z`);
  if (unit === "week") day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  if (unit === "month") day.setUTCDate(1);
  return day.toISOString();
};

function lineOf(agent: string, all: readonly CountedRun[], from: string | null, to: string | null): CoinLineView {
  const own = all.filter(({ view }) => view.agent === agent);
  const inSpan = own.filter(({ view }) => within(view.created_at, from, to));
  const coinsBefore = inSpan[0]?.before ?? (own.length > 0 ? (own.at(-1)?.view.coins ?? 0) : 0);
  if (inSpan.length <= maxPoints) {
    const points = inSpan.map((run) => pointOf([run], run.view.created_at, true));
    return { agent, resolution: "run", coins_before: coinsBefore, points };
  }
  const days = Map.groupBy(inSpan, ({ view }) => bucketStart(view.created_at, "day"));
  const unit = days.size <= 200 ? "day" : "week";
  const buckets = unit === "day" ? days : Map.groupBy(inSpan, ({ view }) => bucketStart(view.created_at, "week"));
  const points = [...buckets].map(([start, runs]) => pointOf(runs, start, false));
  return { agent, resolution: unit, coins_before: coinsBefore, points };
}

function violationsOf(
  runs: readonly CountedRun[],
  before: readonly CountedRun[] | null,
): Pick<TrendsView, "violations" | "violation_buckets"> {
  const first = runs[0]?.view.created_at ?? "";
  const last = runs.at(-1)?.view.created_at ?? "";
  const days = runs.length === 0 ? 0 : (Date.parse(last) - Date.parse(first)) / dayMs;
  const unit = days <= 45 ? "day" : days <= 200 ? "week" : "month";
  const starts = [...new Set(runs.map(({ view }) => bucketStart(view.created_at, unit)))].sort();
  const previous = before === null ? null : new Map<string, number>();
  for (const { source } of before ?? []) {
    for (const { rule } of source.report.findings) previous?.set(rule, (previous.get(rule) ?? 0) + 1);
  }
  const rules = new Map<string, { runs: number; severities: Record<Severity, number>; spark: number[] }>();
  for (const { source, view } of runs) {
    const bucket = starts.indexOf(bucketStart(view.created_at, unit));
    for (const rule of new Set(source.report.findings.map((finding) => finding.rule))) {
      const own = rules.get(rule) ?? { runs: 0, severities: { error: 0, warning: 0, info: 0 }, spark: starts.map(() => 0) };
      rules.set(rule, own);
      own.runs += 1;
      for (const finding of source.report.findings.filter((one) => one.rule === rule)) {
        own.severities[finding.severity] += 1;
        own.spark[bucket] = (own.spark[bucket] ?? 0) + 1;
      }
    }
  }
  const violations = [...rules]
    .map(([rule, own]) => ({
      rule,
      count: own.severities.error + own.severities.warning + own.severities.info,
      runs: own.runs,
      previous: previous === null ? null : (previous.get(rule) ?? 0),
      by_severity: own.severities,
      spark: own.spark,
    }))
    .sort((a, b) => b.count - a.count || a.rule.localeCompare(b.rule));
  return { violations, violation_buckets: { unit, starts } };
}

/** The 95 % Wilson score interval of a share. */
function wilson(passed: number, total: number): Readonly<{ low: number; high: number }> {
  const z = 1.959964;
  const rate = passed / total;
  const center = rate + (z * z) / (2 * total);
  const spread = z * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return { low: Math.max(0, (center - spread) / scale), high: Math.min(1, (center + spread) / scale) };
}

function tilesOf(
  lines: readonly CoinLineView[],
  runs: readonly CountedRun[],
  violations: TrendsView["violations"],
): TrendsView["tiles"] {
  const newest = runs.slice(-20);
  const passed = newest.filter(({ view }) => view.verdict !== "FAIL").length;
  const ends = lines.map(({ points, coins_before: before }) => ({ before, end: points.at(-1)?.coins ?? before }));
  const last = runs.at(-1)?.view;
  const top = violations[0];
  return {
    coins: {
      value: round(ends.reduce((sum, { end }) => sum + end, 0)),
      change: round(ends.reduce((sum, { end, before }) => sum + end - before, 0)),
    },
    streak: {
      agent: last?.agent ?? null,
      pass: last?.streak_pass ?? 0,
      block: last?.streak_block ?? 0,
      best: Math.max(0, ...runs.map(({ view }) => view.streak_pass)),
    },
    pass_rate:
      newest.length === 0
        ? null
        : { passed, total: newest.length, rate: passed / newest.length, ...wilson(passed, newest.length) },
    top_rule: top === undefined ? null : { rule: top.rule, count: top.count, previous: top.previous },
  };
}

export type Ledger = Readonly<{
  trends(filter: TrendsFilter): TrendsView;
  run(factId: string): RunDetailView | undefined;
  runsBreaking(rule: string, filter: TrendsFilter, limit: number): readonly RunView[];
}>;

/** Answers queries over the runs of a scenario. */
export function ledgerOf({ runs, now, resets }: Scenario): Ledger {
  const agents = [...new Set(runs.map(({ agent }) => agent))].sort();
  const projects = [...new Set(runs.map(({ project }) => project))].sort();
  const selectedAgents = (filter: TrendsFilter): readonly string[] =>
    filter.agent === null ? agents : [filter.agent, ...(filter.compare_with === null ? [] : [filter.compare_with])];
  const allRuns = record(runs, null);

  return {
    trends(filter) {
      const { from, to } = boundsOf(filter, now);
      const all = filter.project === null ? allRuns : record(runs, filter.project);
      const lines = selectedAgents(filter).map((agent) => lineOf(agent, all, from, to));
      const main = all.filter(
        ({ view }) => (filter.agent === null || view.agent === filter.agent) && within(view.created_at, from, to),
      );
      const length = from === null ? null : Date.parse(to ?? now) - Date.parse(from);
      const earlier = from === null || length === null ? null : new Date(Date.parse(from) - length).toISOString();
      const before =
        from === null || earlier === null
          ? null
          : all.filter(
              ({ view }) => (filter.agent === null || view.agent === filter.agent) && within(view.created_at, earlier, from),
            );
      const { violations, violation_buckets } = violationsOf(main, before);
      const own = filter.agent === null ? lines : lines.slice(0, 1);
      return {
        zone,
        filter: { agent: filter.agent, compare_with: filter.compare_with, project: filter.project, from, to },
        agents,
        projects,
        members: [],
        tiles: tilesOf(own, main, violations),
        lines,
        resets: resets.map((at) => ({ agent: null, at })),
        violations,
        violation_buckets,
      };
    },
    run(wanted) {
      const found = allRuns.find(({ view }) => view.fact_id === wanted);
      if (found === undefined) return undefined;
      const { source, view, before } = found;
      return {
        run: view,
        hidden: false,
        summary: source.report.summary,
        branch: "feature/checkout-discounts",
        commit: "4f2a9c1e8b7d6a5f4e3d2c1b0a9f8e7d6c5b4a39",
        changed_files: source.changed_files,
        house_rules_version: 3,
        findings: source.report.findings.map((finding: Finding) => ({ ...finding, blocking: isBlocking(finding) })),
        warnings: allRuns[0]?.source === source ? disputeNotes : [],
        assurance_status: allRuns[0]?.source === source ? "UNKNOWN" : null,
        existing: [],
        existing_count: 0,
        base: null,
        formula: {
          score: view.score,
          baseline: rewardBaseline,
          reward: view.reward_delta / 10,
          streak_pass: view.streak_pass,
          streak_block: view.streak_block,
          bonus: view.bonus,
          total: view.coin_delta,
          coins_before: before,
          coins_after: view.coins,
          text: "",
        },
      };
    },
    runsBreaking(rule, filter, limit) {
      const { from, to } = boundsOf(filter, now);
      return allRuns
        .filter(
          ({ source, view }) =>
            (filter.agent === null || view.agent === filter.agent) &&
            (filter.project === null || view.project === filter.project) &&
            within(view.created_at, from, to) &&
            source.report.findings.some((finding) => finding.rule === rule),
        )
        .map(({ view }) => view)
        .reverse()
        .slice(0, limit);
    },
  };
}
