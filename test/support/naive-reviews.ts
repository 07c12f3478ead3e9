import { intakeUndone } from "../../src/features/intake/model/undo.ts";
import type {
  AgentDay,
  ResetMark,
  ReviewQueries,
  RuleTally,
  RunRow,
  RunScope,
} from "../../src/features/reviews/model/queries.ts";
import { reviewReset } from "../../src/features/reviews/model/reset-facts.ts";
import { noTeam, type Team } from "../../src/features/reviews/model/resets-in-force.ts";
import { type ReviewRecorded, reviewRecorded } from "../../src/features/reviews/model/review-recorded.ts";
import type { FactPlace, PlacedFact } from "../../src/kernel/fact.ts";
import type { Calendar } from "../../src/ports/ports.ts";

/*
 * The answers to every query about reviews, computed from the facts in the simplest way, with loops over all runs and without
 * the product's folds. The index must give the same answers.
 */

type Fact = PlacedFact["fact"];
type Run = Readonly<{
  fact: Fact;
  place: FactPlace;
  data: ReviewRecorded;
  at: number;
  stated: number;
  hiddenBy: string | undefined;
  counts: boolean;
}>;
type Reset = Readonly<{ id: string; agent: unknown; team: boolean; at: number; hides(fact: Fact): boolean }>;

const tolerance = 5 * 60_000;
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const blocks = ({ findings }: ReviewRecorded["report"]): boolean =>
  findings.some((one) => one.severity === "error" && !one.fixable);

const clockTime = ({ at, clock }: Fact): number => Date.parse(typeof clock === "string" ? clock : at);
const kindOf = (facts: readonly PlacedFact[], kind: string): readonly Fact[] =>
  facts.map(({ fact }) => fact).filter((fact) => fact.kind === kind);

/** When runs and resets were recorded, according to the clocks, corrected by later facts of the same log. */
function recordedAt(facts: readonly PlacedFact[]): ReadonlyMap<Fact, number> {
  const all = facts.map(({ fact }) => fact);
  const isLater = (fact: Fact) => (other: Fact) => other.device === fact.device && other.seq >= fact.seq;
  const lowest = new Map(all.map((fact) => [fact, Math.min(...all.filter(isLater(fact)).map(clockTime))]));
  const isClockRight = (fact: Fact): boolean => clockTime(fact) === lowest.get(fact);
  const timed = [...kindOf(facts, "review.recorded"), ...kindOf(facts, "review.reset")];
  return new Map(
    timed.map((fact) => {
      const before = timed.filter((other) => other.device === fact.device && other.seq < fact.seq && isClockRight(other));
      const bound = (lowest.get(fact) ?? 0) - tolerance;
      return [fact, isClockRight(fact) ? clockTime(fact) : Math.max(bound, ...before.map(clockTime))];
    }),
  );
}

/** Facts with the project in composed form (NFC). Names in a fact's data are composed by the schema of its kind. */
const composeProjects = (facts: readonly PlacedFact[]): readonly PlacedFact[] =>
  facts.map((one) => ({ ...one, fact: { ...one.fact, project: one.fact.project?.normalize("NFC") ?? null } }));

function deriveRuns(recordedFacts: readonly PlacedFact[], team: Team) {
  const facts = composeProjects(recordedFacts);
  const times = recordedAt(facts);
  const timeOf = (fact: Fact): number => times.get(fact) ?? Number.NaN;
  const order = (a: Fact, b: Fact): number => timeOf(a) - timeOf(b) || byCode(a.device, b.device) || a.seq - b.seq;
  const person = ({ device }: Pick<Fact, "device">): string => team.owners.get(device) ?? "the user";
  const undos = kindOf(facts, "review.reset_undone");
  const ownResets = kindOf(facts, "review.reset")
    .filter((reset) => !undos.some((undo) => undo.data["reset"] === reset.id && person(undo) === person(reset)))
    .sort(order)
    .map((reset): Reset => {
      const { agent, heads } = reviewReset.data.parse(reset.data);
      return {
        id: reset.id,
        agent,
        team: false,
        at: timeOf(reset),
        hides(fact) {
          if (person(fact) !== person(reset)) return false;
          if (fact.device === reset.device) return fact.seq < reset.seq;
          return heads === undefined ? order(fact, reset) < 0 : fact.seq <= (heads[fact.device] ?? 0);
        },
      };
    });
  const teamResets = team.resets.map(
    (reset): Reset => ({
      id: reset.id,
      agent: reset.agent,
      team: true,
      at: Date.parse(reset.at),
      hides: (fact) => fact.seq <= (reset.heads.get(fact.device) ?? 0),
    }),
  );
  const resets = [...ownResets, ...teamResets];
  const recorded = facts
    .filter(({ fact }) => fact.kind === "review.recorded")
    .map(({ fact, place }) => {
      const data = reviewRecorded.data.parse(fact.data);
      const stated = Date.parse(data.report.timestamp);
      const hiddenBy = resets.find((one) => (one.agent ?? data.agent) === data.agent && one.hides(fact))?.id;
      return { fact, place, data, stated, at: stated > timeOf(fact) + tolerance ? timeOf(fact) : stated, hiddenBy };
    });
  const isSameRun = (a: (typeof recorded)[number], b: (typeof recorded)[number]): boolean =>
    a.fact.project === b.fact.project && a.data.agent === b.data.agent && a.data.report.run_id === b.data.report.run_id;
  const redos = kindOf(facts, "intake.redone");
  const undosOfIntake = kindOf(facts, "intake.undone").filter(
    (undo) => !redos.some((redo) => redo.data["undo"] === undo.data["undo"] && person(redo) === person(undo)),
  );
  const isTakenBack = (fact: Fact): boolean =>
    undosOfIntake.some((undo) => {
      const { ids } = intakeUndone.data.parse(undo.data);
      return ids.includes(fact.id) && person(undo) === person(fact);
    });
  const remaining = recorded.filter(({ fact }) => !isTakenBack(fact));
  const firsts = remaining.filter(
    (one) =>
      !remaining.some(
        (other) => isSameRun(one, other) && person(one.fact) === person(other.fact) && order(other.fact, one.fact) < 0,
      ),
  );
  const visible = firsts.filter(({ hiddenBy }) => hiddenBy === undefined);
  const runs = recorded
    .map((one): Run => {
      const isFirst = firsts.includes(one);
      const counts = visible.includes(one) && !visible.some((other) => isSameRun(one, other) && order(other.fact, one.fact) < 0);
      return { ...one, hiddenBy: isFirst ? one.hiddenBy : undefined, counts };
    })
    .sort((a, b) => a.at - b.at || byCode(a.fact.id, b.fact.id));
  return { runs, resets, firsts: new Set(firsts.map(({ fact }) => fact.id)), person, order, isTakenBack };
}

/** Runs of one agent (in one project), oldest first, with coins and streaks that start at zero. */
function toRunRows(runs: readonly Run[]): readonly RunRow[] {
  let coinTenths = 0;
  let streakPass = 0;
  let streakBlock = 0;
  return runs.map(({ fact, place, data: { agent, report, mode, issue_number }, at, stated }) => {
    const fails = report.overall_verdict === "FAIL";
    // The worst verdict in a report counts; a fail because of missing evidence earns nothing.
    const unproven = report.assurance_status === "UNKNOWN";
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
      stated,
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

/** Answers all queries over a set of facts in any order. */
export function naiveReviews(facts: readonly PlacedFact[], calendar: Calendar, team: Team = noTeam): ReviewQueries {
  const { runs: all, resets, firsts, person, order, isTakenBack } = deriveRuns(facts, team);
  const visible = all.filter((run) => run.counts);
  const findingsOf = new Map(all.map((run) => [run.fact.id, run.data.report.findings]));
  const agentsIn = (project?: string): readonly string[] =>
    [
      ...new Set(visible.filter((run) => project === undefined || run.fact.project === project).map((run) => run.data.agent)),
    ].sort(byCode);
  const rowCache = new Map<string, readonly RunRow[]>();
  const runsOfAgent = (agent: string, project?: string): readonly RunRow[] => {
    const key = JSON.stringify([agent, project]);
    const rows = rowCache.get(key) ?? computeRows(agent, project);
    rowCache.set(key, rows);
    return rows;
  };
  const computeRows = (agent: string, project?: string): readonly RunRow[] =>
    toRunRows(visible.filter((run) => run.data.agent === agent && (project === undefined || run.fact.project === project)));
  const byTime = (a: Pick<RunRow, "at" | "factId">, b: Pick<RunRow, "at" | "factId">): number =>
    a.at - b.at || byCode(a.factId, b.factId);
  const rows = ({ agent, project, from, to }: RunScope): readonly RunRow[] =>
    (agent === undefined ? agentsIn(project) : [agent])
      .flatMap((one) => runsOfAgent(one, project))
      .filter((row) => (from === undefined || row.at >= from) && (to === undefined || row.at < to))
      .sort(byTime);

  const rowOf = (factId: string): RunRow | undefined => {
    const run = all.find((one) => one.fact.id === factId);
    if (run === undefined) return undefined;
    const row = runsOfAgent(run.data.agent).find((one) => one.factId === factId);
    if (row !== undefined) return row;
    const [single] = toRunRows([run]);
    return single && { ...single, bonusTenths: 0, coinDeltaTenths: 0, coinTenths: 0, streakPass: 0, streakBlock: 0 };
  };

  const standing: ReviewQueries["standing"] = (agent, project) => {
    const runs = runsOfAgent(agent, project);
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
        const matching = runs.filter((run) => findingsOf.get(run.factId)?.some((one) => one.rule === rule));
        const findings = matching.flatMap((run) => findingsOf.get(run.factId) ?? []).filter((one) => one.rule === rule);
        const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
        return {
          rule,
          count: findings.length,
          runs: matching.length,
          firstSeen: Math.min(...matching.map((run) => run.at)),
          lastSeen: Math.max(...matching.map((run) => run.at)),
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
    runsById: ({ runId, agent, project }) =>
      rows({ agent })
        .filter((row) => row.runId === runId && (project === undefined || row.project === project))
        .toReversed(),
    recordedAgents: () => [...new Set(all.map(({ data }) => data.agent))].sort(byCode),
    runsAhead: ({ lastRuns, agent, project }) =>
      (agent === undefined ? agentsIn(project) : [agent])
        .flatMap((one) => {
          const runs = runsOfAgent(one, project);
          return runs.filter((row) => row.stated > row.at && runs.filter(({ at }) => at > row.at).length < lastRuns);
        })
        .map(({ factId, runId, agent: agentName, project: projectName, at, stated }) => ({
          factId,
          runId,
          agent: agentName,
          project: projectName,
          at,
          stated,
        }))
        .sort(byTime)
        .toReversed(),
    overruledRuns: () =>
      all
        .filter((run) => firsts.has(run.fact.id) && run.hiddenBy === undefined && !run.counts)
        .flatMap((run) => {
          const counterpart = visible.find(
            ({ data, fact }) =>
              fact.project === run.fact.project && data.agent === run.data.agent && data.report.run_id === run.data.report.run_id,
          );
          const [one, other] = [rowOf(run.fact.id), counterpart && rowOf(counterpart.fact.id)];
          return one === undefined || other === undefined ? [] : [{ run: one, counts: other }];
        })
        .toReversed(),
    isTakenBack: (factId) => all.some(({ fact }) => fact.id === factId && isTakenBack(fact)),
    latestRecording: () => null,
    runByFact: (factId) => rowOf(factId),
    recordedRun: (project, agent, runId) => {
      const found = all
        .filter(({ fact, data }) => fact.project === project && data.agent === agent && data.report.run_id === runId)
        .toSorted((x, y) => Number(isTakenBack(x.fact)) - Number(isTakenBack(y.fact)) || order(x.fact, y.fact));
      const run = found.find(({ fact }) => person(fact) === "the user") ?? found.find(({ counts }) => counts);
      return (
        run && { factId: run.fact.id, place: run.place, hidden: run.hiddenBy !== undefined, takenBack: isTakenBack(run.fact) }
      );
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
        const last = runsOfAgent(agent, project).findLast((row) => row.at < instant);
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
    resets: (agent) =>
      resets
        .map(
          ({ id, agent: agentName, team: ofTeam, at }): ResetMark => ({
            factId: id,
            agent: typeof agentName === "string" ? agentName : null,
            at,
            hiddenRuns: all.filter(({ hiddenBy }) => hiddenBy === id).length,
            team: ofTeam,
          }),
        )
        .filter((mark) => agent === undefined || mark.agent === null || mark.agent === agent),
  };
}
