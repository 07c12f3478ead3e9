import { toText } from "../../../ledger/index/codec.ts";
import type { Params } from "../../../ledger/index/connection.ts";
import { farTime } from "../../../ledger/index/days.ts";
import type { EvalScope } from "../model/queries.ts";

const chosen = `(?1 IS NULL OR r.project IS ?1) AND (?2 IS NULL OR r.tier = ?2) AND (?3 IS NULL OR r.branch = ?3)
  AND r.at >= ?4 AND r.at < ?5`;

/** A partial run is a part of a run that states the same moment of its begin and got further: the whole one, else the one with most tests. */
const superseded = `EXISTS (SELECT 1 FROM eval_runs w WHERE w.stated = r.stated AND w.fact <> r.fact AND w.project IS r.project
  AND w.tier = r.tier AND w.branch = r.branch AND w.sha = r.sha AND w.version = r.version
  AND (w.partial = 0 OR w.total > r.total OR (w.total = r.total AND w.fact > r.fact)))`;

/** Runs of a scope, in SQL over `eval_runs r`: parts that are not asked for hold for every run. Takes `?1` to `?5`. */
export const inScope = `(r.partial = 0 OR NOT ${superseded}) AND ${chosen}`;

/** The whole runs among them. */
export const wholeInScope = `r.partial = 0 AND ${chosen}`;

export const scopeParams = ({ project, tier, branch, from, to }: EvalScope): Params => [
  project === undefined ? null : toText(project),
  tier === undefined ? null : toText(tier),
  branch === undefined ? null : toText(branch),
  from ?? -farTime,
  to ?? farTime,
];
