import * as z from "zod";
import { pushAll } from "../../evals/operations/push.ts";
import { draftOf, parseReview } from "../../reviews/importers/review.ts";
import { defineOperation } from "../../shared/operation.ts";
import { sampleEvals, sampleReviews } from "../model/history.ts";

const project = "acme/storefront";

/** Numbers of recorded runs; 0 if the home has them already. */
export type SampleView = Readonly<{ reviews: number; evals: number }>;

export const sampleFill = defineOperation({
  name: "sample fill",
  summary: "Record a made-up history to try the product on",
  input: z.object({}),
  effect: "write",
  async run(ports, _, context): Promise<SampleView> {
    const now = ports.clock.now();
    const drafts = sampleReviews(now).map(({ agent, report }) =>
      draftOf(parseReview({ schema_version: "1.0", ...report }, "the sample", now), { agent, project, branch: "main" }),
    );
    const outcomes = await ports.ledger.record(drafts, { signal: context.signal });
    const sources = sampleEvals(now).map((run, index) => ({
      file: `sample-${index + 1}.json`,
      content: async () => JSON.stringify(run),
    }));
    const evals = await pushAll(ports, sources, { project, label: undefined }, context);
    return {
      reviews: outcomes.filter(({ recorded }) => recorded).length,
      evals: evals.filter(({ recorded }) => recorded).length,
    };
  },
});
