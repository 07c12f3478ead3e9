import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReviewQueries, RunScope } from "../../../src/features/reviews/model/queries.ts";
import type { Team } from "../../../src/features/reviews/model/resets-in-force.ts";
import type { PlacedFact } from "../../../src/kernel/fact.ts";
import { calendarOf } from "../../../src/platform/calendar.ts";
import type { FactIndex } from "../../../src/ports/fact-index.ts";
import { testIndexFactory } from "../../support/index.ts";
import { naiveReviews } from "../../support/naive-reviews.ts";
import {
  type Arrival,
  agentNames,
  arrivals,
  instants,
  logsOf,
  projectNames,
  recordings,
  ruleNames,
  teams,
} from "../../support/review-facts.ts";

const calendar = calendarOf("Europe/Berlin");
const indexes = testIndexFactory(calendar);

const scopes: readonly Pick<RunScope, "agent" | "project">[] = [undefined, ...agentNames].flatMap((agent) =>
  [undefined, ...projectNames].map((project) => ({ agent, project })),
);
const periods: readonly Pick<RunScope, "from" | "to">[] = [
  {},
  { from: instants[1] },
  { to: instants[6] },
  { from: instants[1], to: instants[6] },
  { from: instants[2], to: instants[3] },
  { from: (instants[2] ?? 0) + 1, to: (instants[7] ?? 0) + 1 },
  { from: instants[5], to: instants[5] },
];

/** Every answer of one set of questions, by question. */
function answers(review: ReviewQueries): Readonly<Record<string, unknown>> {
  const entries: [string, unknown][] = [
    ["projects", review.projects()],
    ["resets", review.resets()],
  ];
  const addAnswer = (question: string, args: unknown, answer: unknown): void => {
    entries.push([`${question} ${JSON.stringify(args)}`, answer]);
  };
  for (const project of [undefined, ...projectNames]) {
    addAnswer("agents", project, review.agents(project));
    addAnswer("newestAgent", project, review.newestAgent(project));
    addAnswer("standings", project, review.standings(project));
    for (const agent of agentNames) addAnswer("standing", [agent, project], review.standing(agent, project));
  }
  for (const agent of agentNames) {
    addAnswer("resets", agent, review.resets(agent));
    for (const project of [null, ...projectNames]) {
      for (let run = 0; run <= 8; run++) {
        addAnswer("recordedRun", [project, agent, run], review.recordedRun(project, agent, `run ${run}`));
      }
    }
  }
  for (let run = 0; run <= 8; run++) {
    const runId = `run ${run}`;
    addAnswer("runsById", run, review.runsById({ runId }));
    addAnswer("runsById", [run, "ada"], review.runsById({ runId, agent: "ada" }));
    addAnswer("runsById", [run, "in"], review.runsById({ runId, project: projectNames[0] }));
  }
  addAnswer("recordedAgents", [], review.recordedAgents());
  addAnswer("overruledRuns", [], review.overruledRuns());
  for (const scope of scopes) {
    addAnswer("runsAhead", scope, review.runsAhead({ ...scope, lastRuns: 3 }));
    for (const period of periods) {
      const question = { ...scope, ...period };
      addAnswer("history", question, review.history(question));
      addAnswer("countRuns", question, review.countRuns(question));
      addAnswer("ruleTallies", question, review.ruleTallies(question));
      addAnswer("agentDays", question, review.agentDays(question));
      addAnswer("ruleDays", question, review.ruleDays(question));
    }
    const history = review.history(scope);
    const middle = history[Math.floor(history.length / 2)];
    const before = middle && { at: middle.at, factId: middle.factId };
    addAnswer("history", [scope, "newest"], review.history({ ...scope, limit: 3 }));
    addAnswer("history", [scope, "page"], review.history({ ...scope, limit: 2, before }));
    addAnswer("history", [scope, "page to"], review.history({ ...scope, to: instants[6], before }));
    addAnswer("ruleTallies", [scope, "last"], review.ruleTallies({ ...scope, lastRuns: 4 }));
    addAnswer("ruleTallies", [scope, "limit"], review.ruleTallies({ ...scope, limit: 2 }));
    for (const agent of [...agentNames, "unheard of"]) {
      addAnswer("streaksBefore", [agent, scope.project], review.streaksBefore(agent, scope.project, instants));
    }
    addAnswer("ruleDays", [scope, "some"], review.ruleDays({ ...scope, rules: ["E501", "unheard of"] }));
    for (const rule of [...ruleNames, "unheard of"]) {
      addAnswer("runsBreaking", [scope, rule], review.runsBreaking(rule, { ...scope, limit: 3 }));
      addAnswer(
        "runsBreaking",
        [scope, rule, "period"],
        review.runsBreaking(rule, { ...scope, from: instants[2], to: instants[7], limit: 50 }),
      );
    }
  }
  return Object.fromEntries(entries);
}

/** Feeds logs to an index as they arrive, with questions and checkpoints in between. */
async function feed(logs: readonly (readonly PlacedFact[])[], arrival: Arrival, team: Team): Promise<FactIndex> {
  let index = await indexes.create();
  const next = logs.map(() => 0);
  for (const { device, facts, after } of arrival) {
    const from = next[device] ?? 0;
    const batch = logs[device]?.slice(from, from + facts) ?? [];
    next[device] = from + batch.length;
    index.apply(batch);
    if (after === "learn the team") index.setTeam(team);
    if (after === "ask") index.queries().review.standings();
    if (after === "reopen") {
      const reopened = await indexes.open(index.export());
      if (reopened.state !== "ready") throw new Error(`the index is ${reopened.state}`);
      index.close();
      index = reopened.index;
    }
  }
  for (const [device, log] of logs.entries()) index.apply(log.slice(next[device]));
  index.setTeam(team);
  return index;
}

describe("the index, fed in any order", () => {
  it("answers every query like a plain recount of all facts", async () => {
    await fc.assert(
      fc.asyncProperty(recordings(60), arrivals, teams, async (recorded, arrival, team) => {
        const logs = logsOf(recorded);
        const index = await feed(logs, arrival, team);
        try {
          const { review } = index.queries();
          const naive = naiveReviews(logs.flat(), calendar, team);
          expect(answers(review)).toEqual(answers(naive));
          for (const { fact } of logs.flat()) expect(review.runByFact(fact.id)).toEqual(naive.runByFact(fact.id));
          expect(index.problems()).toEqual([]);
        } finally {
          index.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
