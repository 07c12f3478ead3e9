import { bytes, int, name, nameOrNull, type Row, toHex, uuid } from "../../../ledger/index/codec.ts";
import { placeAt } from "../../../ledger/index/fact-places.ts";
import type { EvalRunRow } from "../model/queries.ts";

/** Columns of a run and the device of its place, in the order in which `evalRunRow` reads them. */
export const evalRunColumns = `r.fact, r.project, r.content, r.at, r.tier, r.branch, r.sha, r.version, r.label, r.total, r.passed, r.failed,
  r.cost, r.duration, r.detection_hundredths, r.detection_tests, r.partial, d.uuid, r.segment, r.offset, r.length,
  r.at_given, r.spent, r.spent_rest, r.spent_complete, r.spent_told, r.stated, r.attempts, r.steady`;

export const evalRunTables = "eval_runs r JOIN devices d ON d.id = r.device";

export const evalRunRow = (row: Row): EvalRunRow => ({
  id: uuid(row, 0),
  project: nameOrNull(row, 1),
  contentSha256: toHex(bytes(row, 2)),
  at: int(row, 3),
  tier: name(row, 4),
  branch: name(row, 5),
  sha: name(row, 6),
  version: name(row, 7),
  label: nameOrNull(row, 8),
  total: int(row, 9),
  passed: int(row, 10),
  failed: int(row, 11),
  costMicros: int(row, 12),
  durationMs: int(row, 13),
  detectionHundredths: int(row, 14),
  detectionTests: int(row, 15),
  partial: int(row, 16) === 1,
  place: placeAt(row, 17),
  atGiven: int(row, 21) === 1,
  cost: { micros: int(row, 22), restMicros: int(row, 23), complete: int(row, 24) === 1, tells: int(row, 25) === 1 },
  stated: int(row, 26),
  attempts: int(row, 27),
  steady: int(row, 28),
});
