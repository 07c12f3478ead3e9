import { isDeepStrictEqual } from "node:util";
import type { Cursor, PlacedFact } from "../domain/fact.ts";
import type { KnownFact } from "../domain/kinds.ts";
import type { FactLog, Queries, StoreProblem, VerifyReport } from "../domain/ports.ts";
import { foldReviews, type ReviewFold } from "../domain/review/fold.ts";
import type { RecordedReset } from "../domain/review/hidden.ts";
import type { RunRow } from "../domain/review/queries.ts";
import { compareRuns, type ReviewRun, runOf } from "../domain/review/run.ts";
import { understand } from "../domain/understand.ts";
import { cursorsOf, type Engine, type ReadOptions } from "./engine.ts";
import { headsOf, readSummary, sameHeads, summaryStandingOf } from "./summary.ts";

type Collected = { readonly runs: ReviewRun[]; readonly resets: RecordedReset[]; readonly undone: Set<string> };

function collect(facts: Collected, fact: KnownFact): void {
  switch (fact.kind) {
    case "review.recorded":
      facts.runs.push(runOf(fact));
      return;
    case "review.reset": {
      const { at, device, seq } = fact;
      facts.resets.push({ factId: fact.id.toLowerCase(), agent: fact.data.agent, recording: { at, device, seq } });
      return;
    }
    case "review.reset_undone":
      facts.undone.add(fact.data.reset.toLowerCase());
      return;
    default:
      fact satisfies never;
  }
}

const total = (message: string): StoreProblem => ({
  kind: "total",
  device: null,
  segment: null,
  offset: null,
  seq: null,
  message,
});

/** The first run, in canonical order, that index and fold do not have alike. */
function firstDifferentRun({ review }: Queries, fold: ReviewFold): StoreProblem | undefined {
  const differ = (row: RunRow): string | undefined => {
    const folded = runs.get(row.factId);
    if (folded === undefined) return "the journal does not count it";
    const { run, inAgent } = folded;
    const stored = [row.runId, row.agent, row.project, row.at, row.score, row.rewardDelta, row.verdict, row.findings];
    const expected = [run.runId, run.agent, run.project, run.at, run.score, run.rewardDelta, run.verdict, run.findings];
    const place = [row.bonusTenths, row.coinTenths, row.streakPass, row.streakBlock];
    const { after, bonusTenths } = inAgent;
    const folding = [bonusTenths, after.coinTenths, after.streakPass, after.streakBlock];
    return isDeepStrictEqual([stored, place], [expected, folding])
      ? undefined
      : `it has ${JSON.stringify([...stored, ...place])} where the journal gives ${JSON.stringify([...expected, ...folding])}`;
  };
  const runs = new Map(fold.runs.map((folded) => [folded.run.factId, folded]));
  const seen = new Set<string>();
  for (const agent of review.agents()) {
    const rows = review.history({ agent });
    for (const row of rows) {
      seen.add(row.factId);
      const difference = differ(row);
      if (difference !== undefined)
        return total(`Run ${row.runId} of ${row.agent} (fact ${row.factId}) in the index: ${difference}`);
    }
  }
  const missing = fold.runs.filter(({ run }) => !seen.has(run.factId)).sort((a, b) => compareRuns(a.run, b.run))[0];
  return (
    missing && total(`Run ${missing.run.runId} of ${missing.run.agent} (fact ${missing.run.factId}) is missing in the index`)
  );
}

const scopeName = (agent: string, project: string | null): string => (project === null ? agent : `${agent} in ${project}`);

/** Standings and tallies that index and fold do not have alike. */
function differentScopes({ review }: Queries, fold: ReviewFold): readonly StoreProblem[] {
  const expected = new Set(fold.scopes.map(({ standing }) => JSON.stringify([standing.agent, standing.project])));
  const stored = [undefined, ...review.projects()].flatMap((project) => review.standings(project));
  const extra = stored.filter(({ agent, project }) => !expected.has(JSON.stringify([agent, project])));
  const different = fold.scopes.filter(({ standing, tallies }) => {
    const { agent, project } = standing;
    const scope = { agent, project: project ?? undefined };
    return !(
      isDeepStrictEqual(review.standing(agent, project ?? undefined), standing) &&
      isDeepStrictEqual(review.ruleTallies(scope), tallies)
    );
  });
  return [
    ...extra.map(({ agent, project }) => total(`The index has runs of ${scopeName(agent, project)}, the journal has none`)),
    ...different.map(({ standing: { agent, project } }) =>
      total(`The totals of ${scopeName(agent, project)} in the index differ from those of the journal`),
    ),
  ];
}

/** Entries of a current summary that the fold contradicts. */
async function differentSummary(home: string, engine: Engine, fold: ReviewFold): Promise<readonly StoreProblem[]> {
  const summary = await readSummary(home);
  // One that counts other facts is behind and will be written again; only what claims to be current can be wrong.
  if (summary === null || summary === "newer" || !sameHeads(summary.heads, headsOf(engine.heads()))) return [];
  return [...summary.agents, ...summary.projects]
    .filter((entry) => {
      const scope = fold.scopes.find(({ standing }) => standing.agent === entry.agent && standing.project === entry.project);
      return scope === undefined || !isDeepStrictEqual(summaryStandingOf(scope.standing, scope.tallies), entry);
    })
    .map((entry) =>
      total(`The totals of ${scopeName(entry.agent, entry.project)} in summary.json differ from those of the journal`),
    );
}

/** Facts up to the cursors; what other processes appended since is not part of this verification. */
const within = (cursors: readonly Cursor[], { fact, place }: PlacedFact): boolean =>
  cursors.some((cursor) => cursor.device === place.device && fact.seq <= cursor.seq);

/**
 * Reads every log from its start, checks what reading checks (whole lines, hashes, chain, gaps), folds everything from scratch and
 * compares with the index and the summary.
 */
export async function verifyLedger(
  { home, log, engine }: Readonly<{ home: string; log: FactLog; engine: Engine }>,
  options: ReadOptions,
): Promise<VerifyReport> {
  const index = await engine.ready({ signal: options.signal });
  const cursors = cursorsOf(index);
  const collected: Collected = { runs: [], resets: [], undone: new Set() };
  const problems: StoreProblem[] = [];
  const devices = new Map<string, { facts: number; head: string | null }>();

  for await (const chunk of log.read([], options.signal)) {
    problems.push(...chunk.problems);
    const device = devices.get(chunk.cursor.device) ?? { facts: 0, head: null };
    devices.set(chunk.cursor.device, device);
    for (const placed of chunk.facts.filter((one) => within(cursors, one))) {
      device.facts += 1;
      device.head = placed.fact.hash;
      const understood = understand(placed.fact);
      if (understood.state === "known") collect(collected, understood.fact);
    }
    options.onProgress?.({ done: chunk.bytesDone, total: chunk.bytesTotal, message: "Reading the journal" });
  }

  const fold = foldReviews(collected);
  const queries = index.queries();
  const run = firstDifferentRun(queries, fold);
  const names = log.deviceNames();
  return {
    facts: [...devices.values()].reduce((sum, { facts }) => sum + facts, 0),
    devices: [...devices].map(([device, { facts, head }]) => ({ device, name: names.get(device) ?? null, facts, head })),
    problems: [
      ...problems,
      ...index.problems().filter(({ kind }) => kind === "refused"),
      ...(run === undefined ? [] : [run]),
      ...differentScopes(queries, fold),
      ...(await differentSummary(home, engine, fold)),
    ],
  };
}
