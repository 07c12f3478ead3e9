import { notFound } from "../../../kernel/errors.ts";
import type { OwnerScope, Ports, Queries } from "../../../ports/ports.ts";
import type { EvalRunRow } from "../../evals/model/queries.ts";
import type { RunRow } from "../../reviews/model/queries.ts";
import type { ReviewRecorded } from "../../reviews/model/review-recorded.ts";
import { fetchRun } from "../../reviews/operations/show.ts";
import { isOfRevision } from "../model/revision.ts";

/** A review run: its index row and its full recorded data. */
export type Side = Readonly<{ row: RunRow; recorded: ReviewRecorded }>;
/** The scope of runs for a report. */
export type ReportScope = Readonly<{ project: string; agent?: string | undefined }>;
type ReportRequest = Readonly<{ scope: ReportScope; whose: OwnerScope; against: string }>;

/** Keyword for the previous run. */
export const previous = "previous";

/** Maximum number of runs whose facts are read: only the fact contains the revision. */
const maxRunsRead = 1_000;
const pageSize = 100;

const readSide = async ({ ledger }: Ports, row: RunRow): Promise<Side> => ({ row, recorded: await fetchRun(ledger, row) });

/** Returns the run to report on: the named one, else the latest; null if there is none. @throws not_found for an unknown name */
export async function reportedRun(ports: Ports, { scope, whose }: ReportRequest, name: string | undefined): Promise<Side | null> {
  const row = await ports.ledger.ask(
    ({ review }) =>
      name === undefined ? review.history({ ...scope, limit: 1 })[0] : review.runsById({ ...scope, runId: name })[0],
    whose,
  );
  if (row === undefined && name !== undefined) {
    throw notFound(`run ${name} of ${scope.project}`, `\`reward-ledger history --project ${scope.project}\` lists its runs.`);
  }
  return row === undefined ? null : readSide(ports, row);
}

/** Returns the latest run of a revision before another run. */
async function findLatest(ports: Ports, { scope, whose, against }: ReportRequest, after: RunRow): Promise<Side | null> {
  let last = after;
  for (let done = 0; done < maxRunsRead; done += pageSize) {
    const before = { at: last.at, factId: last.factId };
    const rows = await ports.ledger.ask(({ review }) => review.history({ ...scope, before, limit: pageSize }), whose);
    for (const row of rows.toReversed()) {
      const side = await readSide(ports, row);
      if (isOfRevision(side.recorded, against)) return side;
    }
    const [oldest] = rows;
    if (oldest === undefined) return null;
    last = oldest;
  }
  return null;
}

/** Returns the run to compare with: the previous one, one named by its id, or the latest earlier one of a branch or commit. */
export async function comparedRun(ports: Ports, request: ReportRequest, { row: after }: Side): Promise<Side | null> {
  const { scope, whose, against } = request;
  const candidate = await ports.ledger.ask(({ review }) => {
    if (against !== previous) return review.runsById({ ...scope, runId: against }).find((one) => one.factId !== after.factId);
    return review.history({ ...scope, before: { at: after.at, factId: after.factId }, limit: 1 })[0];
  }, whose);
  if (candidate !== undefined) return readSide(ports, candidate);
  return against === previous ? null : findLatest(ports, request, after);
}

const revisionOf = ({ branch, sha }: EvalRunRow) => ({ branch, commit: sha });

/**
 * Returns the eval run to compare with. For a branch or commit: its latest earlier run, else the latest earlier one that states
 * no revision, like results of test runners. For `previous`: the baseline, else the previous run.
 */
export function comparedEval({ eval: evals }: Queries, after: EvalRunRow, against: string): EvalRunRow | undefined {
  const { project, tier, at } = after;
  if (against === previous) {
    const baseline = evals.baseline(project, tier);
    return baseline === undefined || baseline.id === after.id ? evals.previousRun(after) : baseline;
  }
  const earlier = evals.runs({ project: project ?? undefined, tier, to: at, whole: true, dated: true, limit: maxRunsRead });
  return (
    earlier.find((row) => isOfRevision(revisionOf(row), against)) ??
    earlier.find(({ branch, sha }) => branch === "" && sha === "")
  );
}

/**
 * Whether an eval run is of other code than the reported review: recorded before the compared run, or a run of the base itself.
 * Compares fact ids, which begin with the recording time, because stated times may come from any clock.
 */
function isOfOtherCode(evaluated: EvalRunRow, against: string, after: Side | null, before: Side | null): boolean {
  if (before !== null && evaluated.id < before.row.factId) return true;
  if (after === null || against === previous) return false;
  return isOfRevision(revisionOf(evaluated), against) && !isOfRevision(after.recorded, against);
}

/** Returns the latest eval run of each tier that belongs to the report. */
export function reportedEvals(
  { eval: evals }: Queries,
  { scope: { project }, against }: ReportRequest,
  tier: string | undefined,
  [after, before]: readonly [Side | null, Side | null],
): readonly EvalRunRow[] {
  const tiers = tier === undefined ? evals.choices().tiers : [tier];
  return tiers
    .flatMap((one) => evals.runs({ project, tier: one, whole: true, dated: true, limit: 1 }))
    .filter((row) => !isOfOtherCode(row, against, after, before));
}
