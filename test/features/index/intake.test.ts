import * as fc from "fast-check";
import { expect, it } from "vitest";
import { calendarOf } from "../../../src/platform/calendar.ts";
import { byId, evalLogs, foldCountedEvals, inArrivalOrder, toCountedEval } from "../../support/eval-undos.ts";
import { testIndexFactory } from "../../support/index.ts";

const indexes = testIndexFactory(calendarOf("UTC"));

it("the index counts the same eval runs as the fold, in any order of recordings, undos and redos", async () => {
  await fc.assert(
    fc.asyncProperty(evalLogs, fc.nat(24), async (made, known) => {
      const index = await indexes.create();
      try {
        const facts = inArrivalOrder(made);
        index.apply(facts.slice(0, known));
        index.setTeam(made.team);
        index.apply(facts.slice(known));
        expect(index.queries().eval.everyRun().map(toCountedEval).sort(byId)).toEqual(foldCountedEvals(made));
        expect(index.problems()).toEqual([]);
      } finally {
        index.close();
      }
    }),
    { numRuns: 60 },
  );
});
