import type { ReviewQueries } from "../../model/queries.ts";
import { recordedRun } from "../run-rows.ts";
import { agentDays } from "./agent-days.ts";
import type { QueryContext } from "./context.ts";
import { countRuns } from "./count-runs.ts";
import { isTakenBack, latestRecording, overruledRuns, runByFact, runsAhead, runsById } from "./find-runs.ts";
import { history } from "./history.ts";
import { resets } from "./resets.ts";
import { ruleDays } from "./rule-days.ts";
import { ruleTallies } from "./rule-tallies.ts";
import { runsBreaking } from "./runs-breaking.ts";
import { agents, newestAgent, projects, recordedAgents, standing, standings } from "./standings.ts";
import { streaksBefore } from "./streaks-before.ts";

/** All queries about reviews, from the files of this folder. */
export const reviewQueries = (context: QueryContext): ReviewQueries => ({
  agents: agents(context),
  projects: projects(context),
  newestAgent: newestAgent(context),
  standing: standing(context),
  standings: standings(context),
  history: history(context),
  runsById: runsById(context),
  runByFact: runByFact(context),
  recordedRun: (project, agent, runId) => recordedRun(context.db, context.memory, { project, agent, runId }),
  isTakenBack: isTakenBack(context),
  recordedAgents: recordedAgents(context),
  overruledRuns: overruledRuns(context),
  runsAhead: runsAhead(context),
  latestRecording: latestRecording(context),
  countRuns: countRuns(context),
  ruleTallies: ruleTallies(context),
  runsBreaking: runsBreaking(context),
  agentDays: agentDays(context),
  streaksBefore: streaksBefore(context),
  ruleDays: ruleDays(context),
  resets: resets(context),
});
