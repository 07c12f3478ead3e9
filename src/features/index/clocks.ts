import type { Fact, Recording } from "../../kernel/fact.ts";
import { int } from "../../ledger/index/codec.ts";
import { orderingTime, recordingOf, settledTimes } from "../reviews/model/clock.ts";
import type { Session } from "./session.ts";

/**
 * Stores a fact at which its device's clock had gone back behind an earlier recording.
 * @returns the last settled time in the device's log, including this fact
 */
export function recordClock(session: Session, fact: Fact): number {
  const { db, memory, clocksBack } = session;
  const shown = Date.parse(recordingOf(fact).at);
  const device = memory.device(fact.device);
  if (shown < device.latest) {
    db.run("INSERT OR IGNORE INTO clock_readings (device, seq, shown) VALUES (?, ?, ?)", [device.id, fact.seq, shown]);
    clocksBack.add(fact.device);
  }
  return shown;
}

const isoOf = (at: number): string => new Date(at).toISOString();

type Entry = Recording & Readonly<{ id: number; place: number; stated: number; settled: number; agentScope: number }>;

type EvalEntry = Omit<Entry, "settled" | "agentScope">;

/** Updates the places in time of one device's eval runs by their recording times, as far as its log shows them. */
function settleEvals({ db, memory }: Session, device: string, readings: readonly Recording[]): void {
  const evals = db.all(
    "SELECT id, seq, shown, at, stated FROM eval_recordings WHERE device = ?",
    [memory.device(device).id],
    (row): EvalEntry => ({
      device,
      id: int(row, 0),
      seq: int(row, 1),
      at: isoOf(int(row, 2)),
      place: int(row, 3),
      stated: int(row, 4),
    }),
  );
  const times = settledTimes(evals, readings);
  for (const run of evals) {
    const place = orderingTime(run.stated, times.get(run) ?? run.at);
    if (place !== run.place) db.run("UPDATE eval_recordings SET at = ? WHERE id = ?", [place, run.id]);
  }
}

/** Updates the recording times of one device's runs, eval runs and resets, as far as its log shows them. */
function settleDevice(session: Session, device: string): void {
  const { db, memory, days, replaced } = session;
  const { id } = memory.device(device);
  const readings = db.all(
    "SELECT seq, shown FROM clock_readings WHERE device = ?",
    [id],
    (row): Recording => ({
      device,
      seq: int(row, 0),
      at: isoOf(int(row, 1)),
    }),
  );
  settleEvals(session, device, readings);
  const runs = db.all(
    "SELECT id, seq, recorded, settled, at, stated, agent_scope FROM runs WHERE device = ?",
    [id],
    (row): Entry => ({
      device,
      id: int(row, 0),
      seq: int(row, 1),
      at: isoOf(int(row, 2)),
      settled: int(row, 3),
      place: int(row, 4),
      stated: int(row, 5),
      agentScope: int(row, 6),
    }),
  );
  const resets = memory
    .resets()
    .filter(({ recording }) => recording.device === device)
    .map((reset) => ({ ...reset.recording, at: reset.shown, reset }));
  const times = settledTimes<Recording>([...runs, ...resets], readings);
  for (const run of runs) {
    const settled = times.get(run) ?? run.at;
    if (Date.parse(settled) === run.settled) continue;
    const place = orderingTime(run.stated, settled);
    const day = days.of(place);
    if (day === undefined) throw new RangeError(`no day in ${days.zone} for ${place}`);
    db.run("UPDATE runs SET settled = ?, at = ?, day = ? WHERE id = ?", [Date.parse(settled), place, day, run.id]);
    const agent = memory.scopes.get(run.agentScope)?.agent;
    if (agent !== undefined) replaced.add(agent);
  }
  memory.settleResets(new Map(resets.map((one) => [one.reset, times.get(one) ?? one.at])));
  if (resets.length > 0) for (const { agent } of memory.scopes.values()) session.exposed.add(agent);
}

/**
 * Settles the logs of the devices whose clock had gone back. All sums must be flushed first. Costs a pass over the devices' runs.
 */
export function settleClocks(session: Session): void {
  for (const device of session.clocksBack) settleDevice(session, device);
  session.clocksBack.clear();
}
