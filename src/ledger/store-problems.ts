import type { MissingFacts, StoreProblem } from "../ports/fact-log.ts";

/** The problem that `verify` and `doctor` report for a log that has lost facts at its end. */
export function missingProblem({ device, ends, facts, path }: MissingFacts): StoreProblem {
  const what = facts === 1 ? "1 recorded fact is" : `${facts} recorded facts are`;
  return {
    kind: "missing",
    device,
    segment: null,
    offset: null,
    seq: ends + 1,
    message: `${what} missing in the log of device ${device}, which ends with fact ${ends}: a sync fetches back what the team has, and removing ${path} accepts the loss`,
  };
}

/** The problem of a total in the index, the summary or a file that differs from the journal. */
export const totalProblem = (message: string): StoreProblem => ({
  kind: "total",
  device: null,
  segment: null,
  offset: null,
  seq: null,
  message,
});
