import type { Ports, StoreProblem } from "../domain/ports.ts";
import { foldReviews, type ReviewFacts } from "../domain/review/fold.ts";
import type { RecordedReset } from "../domain/review/hidden.ts";
import { type ReviewRun, runOf } from "../domain/review/run.ts";
import type { RemoteStanding } from "../domain/sync.ts";
import { understand } from "../domain/understand.ts";

const differs = (message: string): StoreProblem => ({
  kind: "total",
  device: null,
  segment: null,
  offset: null,
  seq: null,
  message,
});

/** The facts here that the server has too, in the form that folds take. */
async function sharedFacts({ ledger }: Ports, heads: ReadonlyMap<string, number>, signal: AbortSignal): Promise<ReviewFacts> {
  const runs: ReviewRun[] = [];
  const resets: RecordedReset[] = [];
  const undone = new Set<string>();
  for await (const placed of ledger.facts(signal)) {
    for (const { fact } of placed) {
      if (fact.seq > (heads.get(fact.device) ?? 0)) continue;
      const understood = understand(fact);
      if (understood.state !== "known") continue;
      const { fact: known } = understood;
      const { at, device, seq } = known;
      if (known.kind === "review.recorded") runs.push(runOf(known));
      else if (known.kind === "review.reset")
        resets.push({ factId: known.id.toLowerCase(), agent: known.data.agent, recording: { at, device, seq } });
      else if (known.kind === "review.reset_undone") undone.add(known.data.reset.toLowerCase());
    }
  }
  return { runs, resets, undone };
}

const said = ({ coinTenths, streakPass, streakBlock, lastVerdict }: Omit<RemoteStanding, "agent">): string =>
  `${(coinTenths / 10).toFixed(1)} coins, streaks ${streakPass} and ${streakBlock}, last verdict ${lastVerdict ?? "none"}`;

/**
 * Compares the server's totals with a fold of the same facts here: of each device up to the fact that the server has.
 * @throws what asking the server throws
 */
export async function verifyRemote(ports: Ports, signal: AbortSignal): Promise<readonly StoreProblem[]> {
  const { heads, standings } = await (await ports.sync()).remoteStandings();
  const here = new Map((await ports.ledger.heads()).map(({ device, seq }) => [device, seq]));
  const missing = [...heads].filter(([device, seq]) => seq > (here.get(device) ?? 0));
  if (missing.length > 0) {
    return missing.map(([device, seq]) =>
      differs(
        `Device ${device} has ${seq} facts in the team and ${here.get(device) ?? 0} here: run \`reward-ledger sync now\` first`,
      ),
    );
  }
  const fold = foldReviews(await sharedFacts(ports, heads, signal));
  const local = new Map(
    fold.scopes.flatMap(({ standing }) =>
      standing.project === null && standing.runs > 0 ? [[standing.agent, standing] as const] : [],
    ),
  );
  const remote = new Map(standings.map((standing) => [standing.agent, standing]));
  return [...new Set([...local.keys(), ...remote.keys()])].sort().flatMap((agent) => {
    const [ours, theirs] = [local.get(agent), remote.get(agent)];
    if (ours === undefined) return [differs(`The server has totals of ${agent}, the journal has no run of it`)];
    if (theirs === undefined) return [differs(`The server has no totals of ${agent}, the journal gives ${said(ours)}`)];
    return said(ours) === said(theirs)
      ? []
      : [differs(`The server has ${agent} at ${said(theirs)}, the journal gives ${said(ours)}`)];
  });
}
