import { notFound, usage } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { parseEval, toEvalRecorded } from "../importers/eval-file.ts";
import { type EvalRecorded, evalRecorded } from "../model/eval-recorded.ts";
import { projectRun } from "../model/projection.ts";
import type { EvalRunRow, EvalScope } from "../model/queries.ts";

/** A run that a command refers to: its figures, and all data recorded of it. A run from a file has no place in the journal. */
export type ResolvedRun = Readonly<{
  row: Omit<EvalRunRow, "place">;
  data: EvalRecorded;
  recorded: boolean;
  warnings: readonly string[];
}>;

const listHint = "`reward-ledger eval list` shows the runs.";

/** Fetches the whole recorded run of a row. @throws store_unreadable */
export async function fetchRecordedRun({ ledger }: Ports, row: EvalRunRow): Promise<ResolvedRun> {
  const { place, ...rest } = row;
  const data = evalRecorded.data.parse((await ledger.fetch(place)).data);
  return { row: rest, data, recorded: true, warnings: [] };
}

/** Reads a run from a file, as it would be recorded. @throws unreadable_file, invalid_json, invalid_eval */
async function readFileRun({ files, clock, evals }: Ports, path: string): Promise<ResolvedRun> {
  const parsed = parseEval(await files.text(path), path);
  const now = clock.now();
  const data = toEvalRecorded(parsed, { source: path, prices: await evals.prices(), now });
  const { results: _, ...row } = projectRun(data, now.toISOString());
  return { row: { ...row, id: path, project: null }, data, recorded: false, warnings: parsed.warnings };
}

/** The runs among which a run is searched; `whole` excludes partial runs. */
export type RunScope = EvalScope & Readonly<{ whole?: boolean }>;

const looksLikeFile = (reference: string): boolean => /[\\/]/.test(reference) || reference.endsWith(".json");

/** Whether a reference can be the start of an id. */
const isIdStart = (reference: string): boolean => /^[0-9a-f-]{4,36}$/i.test(reference);

async function findById({ ledger }: Ports, reference: string): Promise<EvalRunRow> {
  const [found, second] = await ledger.ask((queries) => queries.eval.runsByPrefix(reference, 2));
  if (found === undefined) throw notFound(`an eval run ${reference}`, listHint);
  if (second !== undefined) {
    throw usage(
      `Several eval runs begin with ${reference}`,
      "Give more of the id; `reward-ledger eval list --json` prints whole ids.",
    );
  }
  return found;
}

/** Returns the latest run. Runs whose time is not known come last: they cannot be known to be the latest. */
async function findLatest({ ledger }: Ports, scope: RunScope): Promise<EvalRunRow> {
  const found = await ledger.ask(
    ({ eval: evals }) => evals.runs({ ...scope, limit: 1, dated: true })[0] ?? evals.runs({ ...scope, limit: 1 })[0],
  );
  if (found === undefined) throw notFound("an eval run", "Record one: `reward-ledger eval push FILE`.");
  return found;
}

/** Returns the run before another one: of the same tier, and of the same branch if there is one, else of any branch. */
export async function findPreviousRun({ ledger }: Ports, run: ResolvedRun["row"]): Promise<EvalRunRow | undefined> {
  return ledger.ask((queries) => queries.eval.previousRun(run));
}

/**
 * Finds the run that a reference stands for: an id or its start (at least four digits), `latest`, `previous` (the one before the
 * latest), `baseline` (the pinned one of the latest run's tier), or a file.
 * @throws not_found, usage (ambiguous), and the errors of reading a file
 */
export async function findRun(ports: Ports, reference: string, scope: RunScope): Promise<ResolvedRun> {
  switch (reference) {
    case "latest":
      return fetchRecordedRun(ports, await findLatest(ports, scope));
    case "previous": {
      const newest = await findLatest(ports, scope);
      const found = await findPreviousRun(ports, newest);
      if (found === undefined) throw notFound(`a run before ${newest.id}`, "There is only one of its tier so far.");
      return fetchRecordedRun(ports, found);
    }
    case "baseline": {
      const { project, tier } = await findLatest(ports, scope);
      const found = await ports.ledger.ask((queries) => queries.eval.baseline(project, tier));
      if (found === undefined) throw notFound(`a baseline of ${tier}`, "Pin one: `reward-ledger eval baseline RUN`.");
      return fetchRecordedRun(ports, found);
    }
    default:
      if (looksLikeFile(reference)) return readFileRun(ports, reference);
      if (!isIdStart(reference)) throw notFound(`an eval run ${reference}`, listHint);
      return fetchRecordedRun(ports, await findById(ports, reference));
  }
}
