import type { Ports } from "../../../ports/ports.ts";
import type { OverruledRun, RunRow } from "../../reviews/model/queries.ts";
import { reviewRecorded } from "../../reviews/model/recorded.ts";
import { sameRun } from "../../reviews/model/same-run.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";

/** More are not compared at once. */
const mostCompared = 1000;

/** A run that its person counts and the team does not, because somebody else recorded other content under its names before. */
export type Conflict = Readonly<{ device: string; message: string; hint: string }>;

type Parts = Pick<Ports, "ledger" | "people">;

async function contradicts({ ledger }: Parts, { run, counts }: OverruledRun): Promise<boolean> {
  const read = await attemptAsync(async () =>
    Promise.all([run, counts].map(async ({ place }) => reviewRecorded.data.parse((await ledger.fetch(place)).data))),
  );
  // A fact that cannot be read is a problem of its log, which reading all of it tells.
  if (!read.ok) return false;
  const [one, other] = read.value;
  return one !== undefined && other !== undefined && !sameRun(one, other);
}

/** Runs under one name with different content of different people, as far as their facts are here. */
export async function conflictsOf(parts: Parts): Promise<readonly Conflict[]> {
  const people = await parts.people();
  if (people.length === 0) return [];
  const ofDevice = new Map(
    people.flatMap(({ user, email, devices }) => devices.map((device) => [device, email ?? user] as const)),
  );
  const who = ({ place }: RunRow): string => ofDevice.get(place.device) ?? "you";
  const overruled = await parts.ledger.ask(({ review }) => review.overruledRuns(mostCompared), "team");
  const conflicts: Conflict[] = [];
  for (const pair of overruled) {
    if (!(await contradicts(parts, pair))) continue;
    const { run, counts } = pair;
    conflicts.push({
      device: run.place.device,
      message: `Run ${run.runId} of ${run.agent} in ${run.project ?? "no project"} was recorded with other content by ${who(counts)} before ${who(run)}: the team counts the run of ${who(counts)} only`,
      hint: "Give runs ids of their own. Whoever records the run again under another id has it counted.",
    });
  }
  return conflicts;
}
