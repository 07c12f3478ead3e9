import { counted } from "../../../kernel/counted.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { OverruledRun, RunRow } from "../../reviews/model/queries.ts";
import { reviewRecorded } from "../../reviews/model/review-recorded.ts";
import { sameRun } from "../../reviews/model/same-run.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";

/** Maximum number of pairs that one sync compares; the next sync continues. */
const maxCompared = 1000;

/** A run that counts for its person but not for the team, because somebody else recorded other content under its id before. */
export type Conflict = Readonly<{ device: string; message: string; hint: string }>;

type Parts = Pick<Ports, "ledger" | "people" | "sync">;

/** Whether two runs contradict each other; null if one of the facts cannot be read. */
async function contradicts({ ledger }: Pick<Parts, "ledger">, { run, counts }: OverruledRun): Promise<boolean | null> {
  const result = await attemptAsync(async () =>
    Promise.all([run, counts].map(async ({ place }) => reviewRecorded.data.parse((await ledger.fetch(place)).data))),
  );
  // An unreadable fact is a problem of its log, reported when the log is read.
  if (!result.ok) return null;
  const [one, other] = result.value;
  return one !== undefined && other !== undefined && !sameRun(one, other);
}

const pairOf = ({ run, counts }: OverruledRun): string => `${run.factId} ${counts.factId}`;

async function findContradicting(parts: Parts, pairs: readonly OverruledRun[]): Promise<readonly OverruledRun[]> {
  const found: OverruledRun[] = [];
  for (const pair of pairs) if (await contradicts(parts, pair)) found.push(pair);
  return found;
}

type Comparison = Readonly<{ contradicting: readonly OverruledRun[]; left: readonly OverruledRun[] }>;

/** Returns contradicting pairs and those left for later. Facts are immutable, so each pair is read once and its result cached. */
async function compareWithCache(parts: Parts, pairs: readonly OverruledRun[], most: number): Promise<Comparison> {
  const sync = await parts.sync();
  const cached = await sync.comparedRuns();
  const left = pairs.filter((pair) => !cached.has(pairOf(pair))).slice(most);
  const later = new Set(left);
  const results = new Map<string, boolean>();
  for (const pair of pairs) {
    const answer = cached.get(pairOf(pair)) ?? (later.has(pair) ? null : await contradicts(parts, pair));
    if (answer !== null) results.set(pairOf(pair), answer);
  }
  const isCached = results.size === cached.size && [...results.keys()].every((pair) => cached.has(pair));
  if (!isCached) await sync.keepCompared(results);
  return { contradicting: pairs.filter((pair) => results.get(pairOf(pair)) === true), left };
}

const remainingConflict = (left: readonly OverruledRun[]): readonly Conflict[] =>
  left.slice(0, 1).map(({ run }) => ({
    device: run.place.device,
    message: `${counted(left.length, "run")} that two people recorded under one name ${left.length === 1 ? "is" : "are"} not compared yet`,
    hint: "The next `reward-ledger sync now` goes on; `reward-ledger verify` compares all.",
  }));

/**
 * Finds runs that different people recorded under one id with different content, as far as their facts are here.
 * @param recompare whether to compare all pairs regardless of cached results, and to write nothing
 * @param most maximum number of pairs to compare otherwise; the number left is reported with the conflicts
 */
export async function findConflicts(parts: Parts, recompare: boolean, most = maxCompared): Promise<readonly Conflict[]> {
  const people = await parts.people();
  if (people.length === 0) return [];
  const ownerByDevice = new Map(
    people.flatMap(({ user, email, devices }) => devices.map((device) => [device, email ?? user] as const)),
  );
  const ownerName = ({ place }: RunRow): string => ownerByDevice.get(place.device) ?? "you";
  const overruled = await parts.ledger.ask(({ review }) => review.overruledRuns(), "team");
  const { contradicting, left } = recompare
    ? { contradicting: await findContradicting(parts, overruled), left: [] }
    : await compareWithCache(parts, overruled, most);
  const conflicts = contradicting.map(({ run, counts }) => ({
    device: run.place.device,
    message: `Run ${run.runId} of ${run.agent} in ${run.project ?? "no project"} was recorded with other content by ${ownerName(counts)} before ${ownerName(run)}: the team counts the run of ${ownerName(counts)} only`,
    hint: "Give runs ids of their own. Whoever records the run again under another id has it counted.",
  }));
  return [...conflicts, ...remainingConflict(left)];
}
