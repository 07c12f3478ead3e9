import { counted } from "../../../kernel/counted.ts";
import type { Recording } from "../../../kernel/fact.ts";
import type { StoreProblem } from "../../../ports/fact-log.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { RemoteStanding, RemoteTotal, RemoteTotals } from "../../../ports/sync.ts";
import { foldStores } from "../../agent/model/fold-rows.ts";
import { foldEvalRuns } from "../../evals/model/fold-runs.ts";
import { decodeFact } from "../../facts/decode-fact.ts";
import { type Collected, collect, emptyCollected } from "../../facts/kinds.ts";
import { createTakenBackCheck } from "../../intake/model/undo.ts";
import { recordingOf } from "../../reviews/model/clock.ts";
import { foldReviews, type ReviewFacts } from "../../reviews/model/fold.ts";
import type { Team } from "../../reviews/model/resets-in-force.ts";

const totalProblem = (message: string): StoreProblem => ({
  kind: "total",
  device: null,
  segment: null,
  offset: null,
  seq: null,
  message,
});

/** Returns a sum, clamped to the range of safe integers as on the server. */
function sumOf<T>(all: Iterable<T>, value: (one: T) => number): number {
  const sum = [...all].reduce((before, one) => before + value(one), 0);
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, sum));
}

type FoldedFacts = Collected & Readonly<{ readings: Recording[] }>;

/** Collects the local facts that the server has too. If a fact's content is withheld there, only its recording counts. */
async function collectSharedFacts(
  { ledger }: Ports,
  { heads, withheld }: Pick<RemoteTotals, "heads" | "withheld">,
  signal: AbortSignal,
): Promise<FoldedFacts> {
  // Results of eval runs are not compared, so no digest of them is needed.
  const folded: FoldedFacts = { ...emptyCollected(() => ""), readings: [] };
  for await (const placed of ledger.facts(signal)) {
    for (const { fact } of placed) {
      if (fact.seq > (heads.get(fact.device) ?? 0)) continue;
      folded.readings.push(recordingOf(fact));
      if (withheld.get(fact.device)?.has(fact.seq)) continue;
      const understood = decodeFact(fact);
      if (understood.state === "known") collect(folded, understood.fact);
    }
  }
  return folded;
}

const standingText = ({ coinTenths, streakPass, streakBlock, lastVerdict }: Omit<RemoteStanding, "agent">): string =>
  `${(coinTenths / 10).toFixed(1)} coins, streaks ${streakPass} and ${streakBlock}, last verdict ${lastVerdict ?? "none"}`;

function compareStandings(reviews: ReviewFacts, standings: readonly RemoteStanding[]): readonly StoreProblem[] {
  const local = new Map(
    foldReviews(reviews).scopes.flatMap(({ standing }) =>
      standing.project === null && standing.runs > 0 ? [[standing.agent, standing] as const] : [],
    ),
  );
  const remote = new Map(standings.map((standing) => [standing.agent, standing]));
  return [...new Set([...local.keys(), ...remote.keys()])].sort().flatMap((agent) => {
    const [ours, theirs] = [local.get(agent), remote.get(agent)];
    if (ours === undefined) return [totalProblem(`The server has totals of ${agent}, the journal has no run of it`)];
    if (theirs === undefined)
      return [totalProblem(`The server has no totals of ${agent}, the journal gives ${standingText(ours)}`)];
    return standingText(ours) === standingText(theirs)
      ? []
      : [totalProblem(`The server has ${agent} at ${standingText(theirs)}, the journal gives ${standingText(ours)}`)];
  });
}

/** Returns the expected totals of the server's tables of evals and of the agent's stores. Empty tables are left out. */
function tablesOf({ evals, intake, changes }: FoldedFacts, team: Team): readonly RemoteTotal[] {
  const runs = [...foldEvalRuns(evals, createTakenBackCheck(intake, team)).values()];
  const costs = runs.flatMap((run) => run.costs);
  return [
    { table: "eval_runs", rows: runs.length, sum: sumOf(runs, ({ passed }) => passed) },
    { table: "eval_costs", rows: costs.length, sum: sumOf(costs, ({ costMicros }) => costMicros) },
    ...[...foldStores(changes)].map(([store, rows]) => ({
      table: `agent_${store}`,
      rows: rows.size,
      sum: sumOf(rows.values(), (row) => Number(row["usd_micros"] ?? 0)),
    })),
  ].filter(({ rows }) => rows > 0);
}

const totalText = (total: RemoteTotal | undefined): string =>
  total === undefined ? "nothing" : `${counted(total.rows, "row")}${total.sum === 0 ? "" : ` with a sum of ${total.sum}`}`;

function compareTables(facts: FoldedFacts, team: Team, tables: readonly RemoteTotal[]): readonly StoreProblem[] {
  const local = new Map(tablesOf(facts, team).map((total) => [total.table, total]));
  const remote = new Map(tables.map((total) => [total.table, total]));
  return [...new Set([...local.keys(), ...remote.keys()])].sort().flatMap((table) => {
    const [ours, theirs] = [totalText(local.get(table)), totalText(remote.get(table))];
    return ours === theirs ? [] : [totalProblem(`The server's ${table} has ${theirs}, the journal gives ${ours}`)];
  });
}

/**
 * Compares the server's tables with a fold of the same local facts: for each device, up to the latest fact that the server has.
 * @throws the errors of the request to the server
 */
export async function verifyRemote(ports: Ports, signal: AbortSignal): Promise<readonly StoreProblem[]> {
  const totals = await (await ports.sync()).remoteTotals();
  const { heads, standings, tables } = totals;
  const differences = totals.differences.map(totalProblem);
  const localSeqs = new Map((await ports.ledger.heads()).map(({ device, seq }) => [device, seq]));
  const missing = [...heads].filter(([device, seq]) => seq > (localSeqs.get(device) ?? 0));
  if (missing.length > 0) {
    return [
      ...differences,
      ...missing.map(([device, seq]) =>
        totalProblem(
          `Device ${device} has ${counted(seq, "fact")} in the team and ${localSeqs.get(device) ?? 0} here: run \`reward-ledger sync now\` first`,
        ),
      ),
    ];
  }
  const facts = await collectSharedFacts(ports, totals, signal);
  const team: Team = { owners: totals.owners, resets: totals.resets };
  return [...differences, ...compareStandings({ ...facts, team }, standings), ...compareTables(facts, team, tables)];
}
