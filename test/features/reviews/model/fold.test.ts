import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFact } from "../../../../src/features/facts/decode-fact.ts";
import { collect, emptyCollected } from "../../../../src/features/facts/kinds.ts";
import { recordingOf } from "../../../../src/features/reviews/model/clock.ts";
import { foldReviews, type ReviewFacts } from "../../../../src/features/reviews/model/fold.ts";
import { noTeam, type Team } from "../../../../src/features/reviews/model/resets-in-force.ts";
import type { PlacedFact } from "../../../../src/kernel/fact.ts";
import { calendarOf } from "../../../../src/platform/calendar.ts";
import { naiveReviews } from "../../../support/naive-reviews.ts";
import { logsOf, recordings, teams } from "../../../support/review-facts.ts";

function factsOf(placed: readonly PlacedFact[], team: Team = noTeam): ReviewFacts {
  const collected = emptyCollected(() => "");
  for (const { fact } of placed) {
    const decoded = decodeFact(fact);
    if (decoded.state === "known") collect(collected, decoded.fact);
  }
  return {
    ...collected,
    readings: placed.map(({ fact }) => recordingOf(fact)),
    team,
  };
}

/** The fold's scopes in a fixed order: the fold gives them in the order of their first runs. */
const sorted = (fold: ReturnType<typeof foldReviews>) =>
  fold.scopes.toSorted((a, b) =>
    JSON.stringify([a.standing.agent, a.standing.project]) < JSON.stringify([b.standing.agent, b.standing.project]) ? -1 : 1,
  );

describe("a full fold of review facts", () => {
  it("equals a naive recount", () => {
    fc.assert(
      fc.property(recordings(80), teams, (recorded, team) => {
        const facts = logsOf(recorded).flat();
        const naive = naiveReviews(facts, calendarOf("UTC"), team);
        const fold = foldReviews(factsOf(facts, team));
        expect(fold.resets).toEqual(naive.resets());
        expect(fold.runs.map(({ run }) => run.factId)).toEqual(naive.history({}).map((row) => row.factId));
        for (const { standing, tallies } of fold.scopes) {
          const project = standing.project ?? undefined;
          expect(standing).toEqual(naive.standing(standing.agent, project));
          expect(tallies).toEqual(naive.ruleTallies({ agent: standing.agent, project }));
        }
        expect(fold.scopes.length).toBe(
          naive.agents().length + naive.projects().reduce((sum, project) => sum + naive.agents(project).length, 0),
        );
      }),
    );
  });

  it("does not depend on the order of facts", () => {
    const shuffled = recordings(60).chain((recorded) => {
      const facts = logsOf(recorded).flat();
      return fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }));
    });
    fc.assert(
      fc.property(shuffled, ([facts, other]) => {
        const [one, two] = [foldReviews(factsOf(facts)), foldReviews(factsOf(other))];
        expect([two.runs, two.hidden, two.resets]).toEqual([one.runs, one.hidden, one.resets]);
        expect(sorted(two)).toEqual(sorted(one));
      }),
    );
  });
});
