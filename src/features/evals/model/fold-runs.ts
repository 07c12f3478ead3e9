import { compareRecording, type Fact } from "../../../kernel/fact.ts";
import type { TakenBack } from "../../intake/model/undo.ts";
import type { PricedEntry } from "./cost.ts";
import { priceRun } from "./estimate.ts";
import { projectRun, type RunProjection } from "./projection.ts";
import type { EvalRecorded } from "./recorded.ts";

/** A recorded eval run without its raw results: what an index should have of it. */
export type FoldedRun = Omit<RunProjection, "results"> &
  Readonly<{
    id: string;
    project: string | null;
    recording: Readonly<Pick<Fact, "at" | "device" | "seq">>;
    /** Every result as `tier, suite, name, passed`, sorted, in one text. */
    results: string;
    costs: readonly PricedEntry[];
  }>;

/** Results in one text that is the same whatever order they come in. */
export const resultsText = (results: RunProjection["results"]): string =>
  results
    .map(({ key, passed }) => JSON.stringify([key.tier, key.suite, key.name, passed]))
    .sort()
    .join("\n");

/** What is kept of an eval fact for the fold. @param digest makes a short text of a long one */
export function foldedRun(
  fact: Pick<Fact, "id" | "at" | "device" | "seq" | "project">,
  data: EvalRecorded,
  digest: (text: string) => string,
): FoldedRun {
  const costs = priceRun(data.run, data.estimates);
  const { results, ...projection } = projectRun(data, costs);
  return {
    ...projection,
    id: fact.id.toLowerCase(),
    project: fact.project,
    recording: { at: fact.at, device: fact.device, seq: fact.seq },
    results: digest(resultsText(results)),
    costs,
  };
}

/**
 * The runs that count: of several of one project with the same content the one recorded first, of those that were not taken back. By
 * id.
 */
export function foldEvalRuns<Run extends FoldedRun>(runs: readonly Run[], isTakenBack: TakenBack): ReadonlyMap<string, Run> {
  const first = new Map<string, Run>();
  for (const run of runs.toSorted((a, b) => compareRecording(a.recording, b.recording))) {
    if (isTakenBack(run.id, run.recording.device)) continue;
    const key = JSON.stringify([run.project, run.contentSha256]);
    if (!first.has(key)) first.set(key, run);
  }
  return new Map([...first.values()].map((run) => [run.id, run]));
}
