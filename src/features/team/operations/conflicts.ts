import { counted } from "../../../kernel/counted.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { OverruledRun, RunRow } from "../../reviews/model/queries.ts";
import { reviewRecorded } from "../../reviews/model/recorded.ts";
import { sameRun } from "../../reviews/model/same-run.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";

/** Maximum number of pairs that one sync compares; the next sync continues. */
const mostCompared = 1000;

/** A run that counts for its person but not for the team, because somebody else recorded other content under its id before. */
export type Conflict = Readonly<{ device: string; message: string; hint: string }>;

type Parts = Pick<Ports, "ledger" | "people" | "sync">;

/** Whether two runs contradict each other; null if one of the facts cannot be read. */
async function contradicts({ ledger }: Pick<Parts, "ledger">, { run, counts }: OverruledRun): Promise<boolean | null> {
  const read = await attemptAsync(async () =>
    Promise.all([run, counts].map(async ({ place }) => reviewRecorded.data.parse((await ledger.fetch(place)).data))),
  );
  // An unreadable fact is a problem of its log, reported when the log is read.
  if (!read.ok) return null;
  const [one, other] = read.value;
  return one !== undefined && other !== undefined && !sameRun(one, other);
}

const pairOf = ({ run, counts }: OverruledRun): string => `${run.factId} ${counts.factId}`;

async function readAll(parts: Parts, pairs: readonly OverruledRun[]): Promise<readonly OverruledRun[]> {
  const found: OverruledRun[] = [];
  for (const pair of pairs) if (await contradicts(parts, pair)) found.push(pair);
  return found;
}

type Compared = Readonly<{ contradicting: readonly OverruledRun[]; left: readonly OverruledRun[] }>;

/** Returns contradicting pairs and those left for later. Facts are immutable, so each pair is read once and its result cached. */
async function compared(parts: Parts, pairs: readonly OverruledRun[], most: number): Promise<Compared> {
  const sync = await parts.sync();
  const known = await sync.comparedRuns();
  const left = pairs.filter((pair) => !known.has(pairOf(pair))).slice(most);
  const later = new Set(left);
  const answers = new Map<string, boolean>();
  for (const pair of pairs) {
    const answer = known.get(pairOf(pair)) ?? (later.has(pair) ? null : await contradicts(parts, pair));
    if (answer !== null) answers.set(pairOf(pair), answer);
  }
  const isKept = answers.size === known.size && [...answers.keys()].every((pair) => known.has(pair));
  if (!isKept) await sync.keepCompared(answers);
  return { contradicting: pairs.filter((pair) => answers.get(pairOf(pair)) === true), left };
}

const leftOver = (left: readonly OverruledRun[]): readonly Conflict[] =>
  left.slice(0, 1).map(({ run }) => ({
    device: run.place.device,
    message: `${counted(left.length, "run")} that two people recorded under one name ${left.length === 1 ? "is" : "are"} not compared yet`,
    hint: "The next `reward-ledger sync now` goes on; `reward-ledger verify` compares all.",
  }));

/**
 * Finds runs that different people recorded under one id with different content, as far as their facts are here.
 * @param anew whether to compare all pairs regardless of cached results, and to write nothing
 * @param most maximum number of pairs to compare otherwise; the number left is reported with the conflicts
 */
export async function conflictsOf(parts: Parts, anew: boolean, most = mostCompared): Promise<readonly Conflict[]> {
  const people = await parts.people();
  if (people.length === 0) return [];
  const ofDevice = new Map(
    people.flatMap(({ user, email, devices }) => devices.map((device) => [device, email ?? user] as const)),
  );
  const who = ({ place }: RunRow): string => ofDevice.get(place.device) ?? "you";
  const overruled = await parts.ledger.ask(({ review }) => review.overruledRuns(), "team");
  const { contradicting, left } = anew
    ? { contradicting: await readAll(parts, overruled), left: [] }
    : await compared(parts, overruled, most);
  const conflicts = contradicting.map(({ run, counts }) => ({
    device: run.place.device,
    message: `Run ${run.runId} of ${run.agent} in ${run.project ?? "no project"} was recorded with other content by ${who(counts)} before ${who(run)}: the team counts the run of ${who(counts)} only`,
    hint: "Give runs ids of their own. Whoever records the run again under another id has it counted.",
  }));
  return [...conflicts, ...leftOver(left)];
}
