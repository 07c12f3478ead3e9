import type { FactPlace, PlacedFact } from "../../src/domain/fact.ts";
import type { Calendar } from "../../src/domain/ports.ts";
import type { AgentDay, ResetMark, ReviewQueries, RuleTally, RunRow, RunScope } from "../../src/domain/review/queries.ts";
import { type ReviewRecorded, reviewRecorded } from "../../src/domain/review/recorded.ts";

/*
 * The answers to every question about reviews, worked out from the facts in the plainest way, with loops over all runs and without
 * the product's folds: what the index says must be the same.
 */

type Run = Readonly<{ fact: PlacedFact["fact"]; place: FactPlace; data: ReviewRecorded; at: number; hidden: boolean }>;

const earlier = (a: PlacedFact["fact"], b: PlacedFact["fact"]): boolean =>
  [a.at, a.device, String(a.seq).padStart(9, "0")].join() < [b.at, b.device, String(b.seq).padStart(9, "0")].join();

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const blocks = ({ findings }: ReviewRecorded["report"]): boolean =>
  findings.some((one) => one.severity === "error" && !one.fixable);

function visibleFirst(facts: readonly PlacedFact[]): readonly Run[] {
  const undone = new Set(facts.filter(({ fact }) => fact.kind === "review.reset_undone").map(({ fact }) => fact.data["reset"]));
  const resets = facts.filter(({ fact }) => fact.kind === "review.reset" && !undone.has(fact.id)).map(({ fact }) => fact);
  const runs = facts
    .filter(({ fact }) => fact.kind === "review.recorded")
    .map(({ fact, place }) => ({ fact, place, data: reviewRecorded.data.parse(fact.data) }));
  return runs
    .filter(
      (one) =>
        !runs.some(
          (other) =>
            other.data.agent === one.data.agent &&
            other.data.report.run_id === one.data.report.run_id &&
            earlier(other.fact, one.fact),
        ),
    )
    .map((one) => ({
      ...one,
      at: Date.parse(one.data.report.timestamp),
      hidden: resets.some(
        (reset) => earlier(one.fact, reset) && (reset.data["agent"] === null || reset.data["agent"] === one.data.agent),
      ),
    }))
    .sort((a, b) => a.at - b.at || byCode(a.fact.id, b.fact.id));
}

/** Runs of one agent (in one project), oldest first, with coins and streaks counted from zero. */
function counted(runs: readonly Run[]): readonly RunRow[] {
  let coinTenths = 0;
  let streakPass = 0;
  let streakBlock = 0;
  return runs.map(({ fact, place, data: { agent, report, mode, issue_number }, at }) => {
    const fails = report.overall_verdict === "FAIL";
    // Of the verdicts that a report names, the worst counts; a fail for nothing but want of evidence earns nothing.
    const unproven = report.assurance_status === "UNKNOWN" && !blocks(report);
    const reward = unproven && report.score > 80 ? 0 : report.score - 80;
    streakPass = fails ? 0 : streakPass + 1;
    streakBlock = fails ? streakBlock + 1 : 0;
    const bonusTenths = streakPass >= 5 ? 5 : streakBlock >= 3 ? -10 : 0;
    coinTenths += reward + bonusTenths;
    return {
      factId: fact.id,
      runId: report.run_id,
      agent,
      project: fact.project,
      at,
      score: report.score,
      rewardDelta: reward,
      verdict: report.overall_verdict,
      mode,
      disputed: report.assurance_status === "UNKNOWN" && report.score >= 50 && !blocks(report),
      findings: report.findings.length,
      blocking: report.findings.filter((one) => one.severity === "error" && !one.fixable).length,
      bonusTenths,
      coinDeltaTenths: reward + bonusTenths,
      coinTenths,
      streakPass,
      streakBlock,
      issueNumber: issue_number,
      place,
    };
  });
}

/** All questions over a set of facts, in any order. */
export function naiveReviews(facts: readonly PlacedFact[], calendar: Calendar): ReviewQueries {
  const all = visibleFirst(facts);
  const visible = all.filter((run) => !run.hidden);
  const findingsOf = new Map(all.map((run) => [run.fact.id, run.data.report.findings]));
  const agentsIn = (project?: string): readonly string[] =>
    [
      ...new Set(visible.filter((run) => project === undefined || run.fact.project === project).map((run) => run.data.agent)),
    ].sort(byCode);
  const known = new Map<string, readonly RunRow[]>();
  const ofAgent = (agent: string, project?: string): readonly RunRow[] => {
    const key = JSON.stringify([agent, project]);
    const rows = known.get(key) ?? recount(agent, project);
    known.set(key, rows);
    return rows;
  };
  const recount = (agent: string, project?: string): readonly RunRow[] =>
    counted(visible.filter((run) => run.data.agent === agent && (project === undefined || run.fact.project === project)));
  const byTime = (a: RunRow, b: RunRow): number => a.at - b.at || byCode(a.factId, b.factId);
  const rows = ({ agent, project, from, to }: RunScope): readonly RunRow[] =>
    (agent === undefined ? agentsIn(project) : [agent])
      .flatMap((one) => ofAgent(one, project))
      .filter((row) => (from === undefined || row.at >= from) && (to === undefined || row.at < to))
      .sort(byTime);

  const standing: ReviewQueries["standing"] = (agent, project) => {
    const runs = ofAgent(agent, project);
    const last = runs.at(-1);
    return {
      agent,
      project: project ?? null,
      coinTenths: last?.coinTenths ?? 0,
      streakPass: last?.streakPass ?? 0,
      streakBlock: last?.streakBlock ?? 0,
      bestStreakPass: Math.max(0, ...runs.map((run) => run.streakPass)),
      lastVerdict: last?.verdict ?? null,
      lastDelta: last?.rewardDelta ?? null,
      lastRunAt: last?.at ?? null,
      runs: runs.length,
    };
  };

  const tallies = (runs: readonly RunRow[]): readonly RuleTally[] => {
    const rules = new Set(runs.flatMap((run) => (findingsOf.get(run.factId) ?? []).map((one) => one.rule)));
    return [...rules]
      .map((rule) => {
        const breaking = runs.filter((run) => findingsOf.get(run.factId)?.some((one) => one.rule === rule));
        const findings = breaking.flatMap((run) => findingsOf.get(run.factId) ?? []).filter((one) => one.rule === rule);
        const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
        return {
          rule,
          count: findings.length,
          runs: breaking.length,
          firstSeen: Math.min(...breaking.map((run) => run.at)),
          lastSeen: Math.max(...breaking.map((run) => run.at)),
          bySeverity: { error: count("error"), warning: count("warning"), info: count("info") },
        };
      })
      .sort((a, b) => b.count - a.count || byCode(a.rule, b.rule));
  };

  return {
    agents: agentsIn,
    projects: () => [...new Set(visible.flatMap((run) => (run.fact.project === null ? [] : [run.fact.project])))].sort(byCode),
    newestAgent: (project) => rows({ project }).at(-1)?.agent,
    standing,
    standings: (project) =>
      agentsIn(project)
        .map((agent) => standing(agent, project))
        .sort((a, b) => b.coinTenths - a.coinTenths || byCode(a.agent, b.agent)),
    history: ({ limit, before, ...scope }) => {
      const found = rows(scope).filter(
        (row) => before === undefined || row.at < before.at || (row.at === before.at && row.factId < before.factId),
      );
      return limit === undefined ? found : found.slice(Math.max(0, found.length - limit));
    },
    runsById: (runId, agent) =>
      rows({ agent })
        .filter((row) => row.runId === runId)
        .toReversed(),
    runByFact: (factId) => {
      const run = all.find((one) => one.fact.id === factId);
      if (run === undefined) return undefined;
      const row = ofAgent(run.data.agent).find((one) => one.factId === factId);
      if (row !== undefined) return row;
      const [alone] = counted([run]);
      return alone && { ...alone, bonusTenths: 0, coinDeltaTenths: 0, coinTenths: 0, streakPass: 0, streakBlock: 0 };
    },
    recordedRun: (agent, runId) => {
      const run = all.find((one) => one.data.agent === agent && one.data.report.run_id === runId);
      return run && { factId: run.fact.id, place: run.place, hidden: run.hidden };
    },
    countRuns: (scope) => rows(scope).length,
    ruleTallies: ({ lastRuns, limit, ...scope }) => {
      const runs = rows(scope);
      return tallies(lastRuns === undefined ? runs : runs.slice(Math.max(0, runs.length - lastRuns))).slice(0, limit);
    },
    runsBreaking: (rule, { limit, ...scope }) =>
      rows(scope)
        .filter((row) => findingsOf.get(row.factId)?.some((one) => one.rule === rule))
        .toReversed()
        .slice(0, limit),
    agentDays: (scope) => {
      const days = new Map<string, RunRow[]>();
      for (const row of rows(scope)) {
        const key = JSON.stringify([calendar.dayOf(row.at), row.agent]);
        days.set(key, [...(days.get(key) ?? []), row]);
      }
      return [...days.values()]
        .flatMap((runs): AgentDay[] => {
          const [first] = runs;
          if (first === undefined) return [];
          const count = (test: (run: RunRow) => boolean): number => runs.filter(test).length;
          const sum = (value: (run: RunRow) => number): number => runs.reduce((total, run) => total + value(run), 0);
          return [
            {
              agent: first.agent,
              day: calendar.dayOf(first.at),
              runs: runs.length,
              passes: count((run) => run.verdict === "PASS"),
              advisories: count((run) => run.verdict === "PASS_WITH_ADVISORY"),
              fails: count((run) => run.verdict === "FAIL"),
              coinDeltaTenths: sum((run) => run.coinDeltaTenths),
              bonuses: count((run) => run.bonusTenths > 0),
              penalties: count((run) => run.bonusTenths < 0),
              scoreSum: sum((run) => run.score),
              findings: sum((run) => run.findings),
            },
          ];
        })
        .sort((a, b) => byCode(a.day, b.day) || byCode(a.agent, b.agent));
    },
    streaksBefore: (agent, project, instants) =>
      instants.map((instant) => {
        const last = ofAgent(agent, project).findLast((row) => row.at < instant);
        return { pass: last?.streakPass ?? 0, block: last?.streakBlock ?? 0 };
      }),
    ruleDays: ({ rules, ...scope }) => {
      const counts = new Map<string, { rule: string; day: string; count: number }>();
      for (const row of rows(scope)) {
        for (const { rule } of findingsOf.get(row.factId) ?? []) {
          if (rules !== undefined && !rules.includes(rule)) continue;
          const day = calendar.dayOf(row.at);
          const key = JSON.stringify([day, rule]);
          counts.set(key, { rule, day, count: (counts.get(key)?.count ?? 0) + 1 });
        }
      }
      return [...counts.values()].sort((a, b) => byCode(a.day, b.day) || byCode(a.rule, b.rule));
    },
    resets: (agent) => {
      const undone = new Set(
        facts.filter(({ fact }) => fact.kind === "review.reset_undone").map(({ fact }) => fact.data["reset"]),
      );
      const inForce = facts
        .map(({ fact }) => fact)
        .filter((fact) => fact.kind === "review.reset" && !undone.has(fact.id))
        .sort((a, b) => (earlier(a, b) ? -1 : 1));
      const concerns = (reset: (typeof inForce)[number], name: string): boolean =>
        reset.data["agent"] === null || reset.data["agent"] === name;
      return inForce
        .map((reset, position): ResetMark => {
          const hides = (run: Run, by: typeof reset): boolean => concerns(by, run.data.agent) && earlier(run.fact, by);
          const hiddenRuns = all.filter(
            (run) => hides(run, reset) && !inForce.slice(0, position).some((before) => hides(run, before)),
          ).length;
          const of = reset.data["agent"];
          return { factId: reset.id, agent: typeof of === "string" ? of : null, at: Date.parse(reset.at), hiddenRuns };
        })
        .filter((_, position) => {
          const reset = inForce[position];
          return agent === undefined || (reset !== undefined && concerns(reset, agent));
        });
    },
  };
}
