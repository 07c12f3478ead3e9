import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { createTakenBackCheck, noIntakeChanges } from "../features/intake/model/undo.ts";
import type { AgentStanding } from "../features/reviews/model/coins-and-streaks.ts";
import { foldReviews, type ReviewFacts, type ReviewFold, type RunInScope } from "../features/reviews/model/fold.ts";
import type { RunRow } from "../features/reviews/model/queries.ts";
import type { Team } from "../features/reviews/model/resets-in-force.ts";
import { compareRuns, type ReviewRun } from "../features/reviews/model/run.ts";
import { cancelled } from "../kernel/errors.ts";
import type { FactIndex } from "../ports/fact-index.ts";
import type { FactLog, StoreProblem } from "../ports/fact-log.ts";
import type { Queries, VerifyReport } from "../ports/ports.ts";
import { summaryLimits } from "../ports/summary-limits.ts";
import { toSummaryStanding } from "../ports/summary-standing.ts";
import { cursorsOf, type Engine, type ReadOptions } from "./engine.ts";
import { journalReader } from "./journal-reader.ts";
import type { Projections } from "./projections.ts";
import type { Queue } from "./serial-queue.ts";
import type { StoreFiles } from "./store-files.ts";
import { missingProblem, totalProblem } from "./store-problems.ts";
import { findSummaryMismatch, readSummary, sameHeads, toSummaryHeads } from "./summary.ts";
import { compareEvals } from "./verify-evals.ts";
import { compareStores } from "./verify-stores.ts";

type Parts = Readonly<{
  home: string;
  files: StoreFiles;
  projections: Projections;
  log: FactLog;
  engine: Engine;
  queue: Queue;
  team(): Promise<Team>;
  /** The index of the user's own facts, from which the summary is made. Call it only inside the queue. */
  mine(): Promise<FactIndex>;
}>;

/** The values of one run in one scope, from the index and from the fold, in the same order. */
const storedRun = (row: RunRow): readonly unknown[] => [
  row.runId,
  row.at,
  row.score,
  row.verdict,
  row.mode,
  row.findings,
  row.blocking,
  row.bonusTenths,
  row.streakPass,
  row.streakBlock,
];
const expectedRun = ({ run, inScope: { bonusTenths, after } }: ScopeRun): readonly unknown[] => [
  run.runId,
  run.at,
  run.score,
  run.verdict,
  run.mode,
  run.findings,
  run.blocking,
  bonusTenths,
  after.streakPass,
  after.streakBlock,
];

type ScopeRun = Readonly<{ run: ReviewRun; inScope: RunInScope }>;

/** The first run of a scope, in canonical order, that differs between index and fold. */
function firstDifference(name: string, rows: readonly RunRow[], runs: readonly ScopeRun[]): StoreProblem | undefined {
  for (let position = 0; position < Math.max(rows.length, runs.length); position++) {
    const [row, expected] = [rows[position], runs[position]];
    const missing = expected !== undefined && (row === undefined || compareRuns(expected.run, row) < 0);
    if (missing)
      return totalProblem(`Run ${expected.run.runId} of ${name} (fact ${expected.run.factId}) is missing in the index`);
    if (row === undefined) return undefined;
    const where = `Run ${row.runId} of ${name} (fact ${row.factId}) in the index`;
    if (expected === undefined || expected.run.factId !== row.factId)
      return totalProblem(`${where}: the journal does not count it`);
    const [stored, wanted] = [storedRun(row), expectedRun(expected)];
    if (!isDeepStrictEqual(stored, wanted)) {
      return totalProblem(`${where}: it has ${JSON.stringify(stored)} where the journal gives ${JSON.stringify(wanted)}`);
    }
  }
  return undefined;
}

/** Runs of each scope, in canonical order, by the scope's key. */
function runsByScope(fold: ReviewFold): ReadonlyMap<string, readonly ScopeRun[]> {
  const scopes = new Map<string, ScopeRun[]>();
  const add = (key: string, run: ScopeRun): void => {
    const runs = scopes.get(key);
    if (runs === undefined) scopes.set(key, [run]);
    else runs.push(run);
  };
  for (const { run, inAgent, inProject } of fold.runs) {
    add(scopeKey(run.agent, null), { run, inScope: inAgent });
    if (inProject !== null) add(scopeKey(run.agent, run.project), { run, inScope: inProject });
  }
  return scopes;
}

const scopeKey = (agent: string, project: string | null): string => JSON.stringify([agent, project]);

const scopeName = (agent: string, project: string | null): string => (project === null ? agent : `${agent} in ${project}`);

/** Whether the day sums of a scope add up to its totals. */
function daysAddUp({ review }: Queries, scope: Readonly<{ agent: string; project: string | undefined }>): boolean {
  const days = review.agentDays(scope);
  const { runs, coinTenths } = review.standing(scope.agent, scope.project);
  const rules = new Map<string, number>();
  for (const { rule, count } of review.ruleDays(scope)) rules.set(rule, (rules.get(rule) ?? 0) + count);
  return (
    days.reduce((sum, day) => sum + day.runs, 0) === runs &&
    days.reduce((sum, day) => sum + day.coinDeltaTenths, 0) === coinTenths &&
    isDeepStrictEqual(rules, new Map(review.ruleTallies(scope).map(({ rule, count }) => [rule, count])))
  );
}

/** The differences between index and fold: for each scope the first run that differs, and its totals if they differ. */
async function compareScopes(
  queries: Queries,
  fold: ReviewFold,
  signal: AbortSignal | undefined,
): Promise<readonly StoreProblem[]> {
  const { review } = queries;
  const expected = new Set(fold.scopes.map(({ standing }) => scopeKey(standing.agent, standing.project)));
  const stored = [undefined, ...review.projects()].flatMap((project) => review.standings(project));
  const problems = stored
    .filter(({ agent, project }) => !expected.has(scopeKey(agent, project)))
    .map(({ agent, project }) => totalProblem(`The index has runs of ${scopeName(agent, project)}, the journal has none`));
  const runs = runsByScope(fold);
  for (const { standing, tallies } of fold.scopes) {
    // Each scope may hold many runs: yield to other work, and stop when the caller has cancelled.
    await nextTurn();
    if (signal?.aborted) throw cancelled("verifying");
    const { agent } = standing;
    const scope = { agent, project: standing.project ?? undefined };
    const name = scopeName(agent, standing.project);
    const run = firstDifference(name, review.history(scope), runs.get(scopeKey(agent, standing.project)) ?? []);
    if (run !== undefined) problems.push(run);
    const isEqual =
      isDeepStrictEqual(review.standing(agent, scope.project), standing) &&
      isDeepStrictEqual(review.ruleTallies(scope), tallies) &&
      daysAddUp(queries, scope);
    if (!isEqual) problems.push(totalProblem(`The totals of ${name} in the index differ from those of the journal`));
  }
  return problems;
}

/** The facts from which the summary is made: all but those of other people. */
const ownFacts = ({ runs, resets, undone, intake = noIntakeChanges, readings }: ReviewFacts, { owners }: Team): ReviewFacts => ({
  runs: runs.filter(({ recording }) => !owners.has(recording.device)),
  resets: resets.filter(({ recording }) => !owners.has(recording.device)),
  undone: undone.filter(({ device }) => !owners.has(device)),
  intake: {
    undone: intake.undone.filter(({ device }) => !owners.has(device)),
    redone: intake.redone.filter(({ device }) => !owners.has(device)),
  },
  ...(readings === undefined ? {} : { readings }),
});

/** Those of the latest runs of a scope whose reports state a time after their recording, latest first. */
function findRunsAhead({ runs }: ReviewFold, { agent, project }: AgentStanding): readonly ReviewRun[] {
  const inScope = runs.filter(({ run }) => run.agent === agent && (project ?? run.project) === run.project).map(({ run }) => run);
  const bound = inScope.at(-summaryLimits.ahead)?.at ?? Number.NEGATIVE_INFINITY;
  return inScope.filter((run) => run.stated > run.at && run.at >= bound).toReversed();
}

/** Entries of a current summary that differ from the fold. */
async function compareSummary({ home, files, engine }: Parts, fold: ReviewFold): Promise<readonly StoreProblem[]> {
  const summary = await readSummary(files, home);
  // A summary with other heads is behind and will be written again; only one with the current heads can be wrong.
  if (summary === null || summary === "newer" || !sameHeads(summary.heads, toSummaryHeads(engine.heads()))) return [];
  return [...summary.agents, ...summary.projects]
    .filter((entry) => {
      const scope = fold.scopes.find(({ standing }) => standing.agent === entry.agent && standing.project === entry.project);
      if (scope === undefined) return true;
      const ahead = findRunsAhead(fold, scope.standing);
      return !isDeepStrictEqual(toSummaryStanding(scope.standing, scope.tallies, ahead), entry);
    })
    .map((entry) =>
      totalProblem(`The totals of ${scopeName(entry.agent, entry.project)} in summary.json differ from those of the journal`),
    );
}

/** The problems of the summary: the entries that differ from the fold or, without any, another difference from the index. */
async function summaryProblems(parts: Parts, fold: ReviewFold): Promise<readonly StoreProblem[]> {
  const entries = await compareSummary(parts, fold);
  if (entries.length > 0) return entries;
  const { home, files, engine } = parts;
  const wrong = await findSummaryMismatch(files, home, (await parts.mine()).queries(), engine.heads());
  return wrong === undefined ? [] : [totalProblem(wrong)];
}

/**
 * Reads every log from its start with the usual checks (whole lines, hashes, chain, gaps), folds everything from scratch and
 * compares the result with the index and the summary. Others can use the ledger while the logs are read, but not during the
 * comparison.
 */
export async function verifyLedger(parts: Parts, options: ReadOptions): Promise<VerifyReport> {
  const { log, engine, queue, projections } = parts;
  const journal = journalReader(log, options);
  await journal.readOn();
  return queue(async () => {
    const index = await engine.ready({ signal: options.signal });
    // Reads what was appended since the first pass, but no more than the index has.
    await journal.readOn(cursorsOf(index));
    const { facts, evals, changes, problems, devices } = journal.read();
    const team = await parts.team();
    const fold = foldReviews({ ...facts, team });
    const isTakenBack = createTakenBackCheck(facts.intake ?? noIntakeChanges, team);
    const names = log.deviceNames();
    return {
      facts: devices.reduce((sum, device) => sum + device.facts, 0),
      devices: devices.map(({ device, facts: count, head }) => ({ device, name: names.get(device) ?? null, facts: count, head })),
      problems: [
        ...problems,
        ...(await log.missing(cursorsOf(index))).map(missingProblem),
        ...index.problems().filter(({ kind }) => kind === "refused"),
        ...(await compareScopes(index.queries(), fold, options.signal)),
        ...(await compareEvals(index.queries().eval, evals, isTakenBack, facts.readings ?? [], options.signal)).map(totalProblem),
        ...(await summaryProblems(
          parts,
          team.owners.size + team.resets.length === 0 ? fold : foldReviews(ownFacts(facts, team)),
        )),
        ...(await compareStores(index.queries().agent, changes, options.signal)).map(totalProblem),
        ...(await projections.wrong(index)).map((name) =>
          totalProblem(`${name} differs from the journal; \`rebuild\` writes it again`),
        ),
      ],
    };
  });
}
