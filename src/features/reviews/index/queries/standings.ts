import { compareNames } from "../../../../kernel/compare-names.ts";
import type { ScopeState } from "../../../index/lookup-cache.ts";
import { type AgentStanding, noStanding } from "../../model/coins-and-streaks.ts";
import type { ReviewQueries } from "../../model/queries.ts";
import { compareRuns } from "../../model/run.ts";
import { type QueryContext, scopesOf } from "./context.ts";

const standingOf = (scope: ScopeState): AgentStanding => ({
  agent: scope.agent,
  project: scope.project,
  coinTenths: scope.coins,
  streakPass: Math.max(scope.streak, 0),
  streakBlock: Math.max(-scope.streak, 0),
  bestStreakPass: scope.best,
  lastVerdict: scope.last?.verdict ?? null,
  lastDelta: scope.last?.rewardDelta ?? null,
  lastRunAt: scope.last?.at ?? null,
  runs: scope.runs,
});

export const standing =
  (context: QueryContext): ReviewQueries["standing"] =>
  (agent, project) => {
    const [scope] = scopesOf(context, { agent, project });
    return scope === undefined ? noStanding(agent, project ?? null) : standingOf(scope);
  };

/** By coins, descending, then by name. */
export const standings =
  (context: QueryContext): ReviewQueries["standings"] =>
  (project) =>
    scopesOf(context, { project })
      .map(standingOf)
      .sort((a, b) => b.coinTenths - a.coinTenths || compareNames(a.agent, b.agent));

export const agents =
  (context: QueryContext): ReviewQueries["agents"] =>
  (project) =>
    scopesOf(context, { project })
      .map((scope) => scope.agent)
      .sort(compareNames);

export const recordedAgents =
  ({ memory }: QueryContext): ReviewQueries["recordedAgents"] =>
  () =>
    [...memory.scopes.values()]
      .filter(({ project }) => project === null)
      .map(({ agent }) => agent)
      .sort(compareNames);

export const projects =
  ({ memory }: QueryContext): ReviewQueries["projects"] =>
  () => {
    const names = [...memory.scopes.values()].flatMap(({ project, runs }) => (project === null || runs === 0 ? [] : [project]));
    return [...new Set(names)].sort(compareNames);
  };

/** The agent of the latest run, by event time. */
export const newestAgent =
  (context: QueryContext): ReviewQueries["newestAgent"] =>
  (project) => {
    const runs = scopesOf(context, { project }).flatMap(({ agent, last }) => (last === null ? [] : [{ agent, ...last }]));
    return runs.sort(compareRuns).at(-1)?.agent;
  };
