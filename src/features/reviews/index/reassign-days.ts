import { int } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { Days } from "../../../ledger/index/days.ts";
import type { Session } from "../../index/session.ts";
import { sumScope } from "./apply-resets.ts";

export function storedZone(db: Connection): string | undefined {
  const row = db.get("SELECT value FROM meta WHERE key = 'zone'");
  return typeof row?.[0] === "string" ? row[0] : undefined;
}

export function storeZone(db: Connection, zone: string): void {
  db.run("INSERT INTO meta (key, value) VALUES ('zone', ?) ON CONFLICT DO UPDATE SET value = excluded.value", [zone]);
}

/**
 * Assigns every run to its day in the session's time zone and recomputes the day sums. Coins and streaks do not depend on days.
 */
export function reassignDays(session: Session): void {
  const { db, days, memory } = session;
  const moved = db
    .all("SELECT id, at, day FROM runs", [], (row) => ({ id: int(row, 0), before: int(row, 2), after: dayOf(days, int(row, 1)) }))
    .filter(({ before, after }) => before !== after);
  for (const { id, after } of moved) db.run("UPDATE runs SET day = ? WHERE id = ?", [after, id]);
  for (const id of memory.scopes.keys()) sumScope(session, id);
  storeZone(db, days.zone);
}

/** @throws if the time has no day in this zone although it had one in another; the index is then rebuilt */
function dayOf(days: Days, at: number): number {
  const day = days.of(at);
  if (day === undefined) throw new RangeError(`no day in ${days.zone} for ${at}`);
  return day;
}
