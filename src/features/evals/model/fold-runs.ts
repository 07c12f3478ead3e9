import { compareRecording, type Fact, type Recording } from "../../../kernel/fact.ts";
import type { TakenBackCheck } from "../../intake/model/undo.ts";
import { orderingTime, recordingOf, settledTimes } from "../../reviews/model/clock.ts";
import type { PricedEntry } from "./cost.ts";
import { priceRun } from "./estimate.ts";
import { type ProjectedRun, projectRun, type RunProjection } from "./projection.ts";

/** A recorded eval run without its raw results: the data that an index should have of it. */
export type FoldedRun = Omit<RunProjection, "results"> &
  Readonly<{
    id: string;
    project: string | null;
    recording: Recording;
    /** The same, with the time that the device's clock showed. */
    shown: Recording;
    /** Every result as `tier, suite, name, passed`, sorted, as one text. */
    results: string;
    costs: readonly PricedEntry[];
  }>;

/** Serializes results to a text that does not depend on their order. */
export const resultsText = (results: RunProjection["results"]): string =>
  results
    .map(({ key, passed }) => JSON.stringify([key.tier, key.suite, key.name, passed]))
    .sort()
    .join("\n");

/** Reduces an eval fact to the data that the fold needs. @param digest returns a short text for a long one */
export function toFoldedRun(
  fact: Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project"> & { clock?: unknown }>,
  data: ProjectedRun,
  digest: (text: string) => string,
): FoldedRun {
  const costs = priceRun(data.run, data.estimates);
  const shown = recordingOf(fact);
  const { results, ...projection } = projectRun(data, shown.at, costs);
  return {
    ...projection,
    id: fact.id.toLowerCase(),
    project: fact.project,
    recording: { at: fact.at, device: fact.device, seq: fact.seq },
    shown,
    results: digest(resultsText(results)),
    costs,
  };
}

/**
 * Returns the runs that count, by id: of several runs of one project with the same content, the one recorded first that was not
 * taken back. The time of each run is corrected as far as the logs allow.
 * @param readings facts of any kind at which a clock had gone back
 */
export function foldEvalRuns<Run extends FoldedRun>(
  runs: readonly Run[],
  isTakenBack: TakenBackCheck,
  readings: readonly Recording[] = [],
): ReadonlyMap<string, Run> {
  const first = new Map<string, Run>();
  for (const run of runs.toSorted((a, b) => compareRecording(a.recording, b.recording))) {
    if (isTakenBack(run.id, run.recording.device)) continue;
    const key = JSON.stringify([run.project, run.contentSha256]);
    if (!first.has(key)) first.set(key, run);
  }
  const times = settledTimes(
    runs.map(({ shown }) => shown),
    readings,
  );
  return new Map(
    [...first.values()].map((run) => [run.id, { ...run, at: orderingTime(run.stated, times.get(run.shown) ?? run.shown.at) }]),
  );
}
