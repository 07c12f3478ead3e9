import { toText } from "../../../ledger/index/codec.ts";
import type { Params } from "../../../ledger/index/connection.ts";
import { maxTime } from "../../../ledger/index/days.ts";
import type { EvalScope } from "../model/queries.ts";

const scopeCondition = `(?1 IS NULL OR r.project IS ?1) AND (?2 IS NULL OR r.tier = ?2) AND (?3 IS NULL OR r.branch = ?3)
  AND r.at >= ?4 AND r.at < ?5`;

/**
 * Whether a partial run is superseded by a run that states the same start and got further: the whole run, else the one with the
 * most tests.
 */
const superseded = `EXISTS (SELECT 1 FROM eval_runs w WHERE w.stated = r.stated AND w.fact <> r.fact AND w.project IS r.project
  AND w.tier = r.tier AND w.branch = r.branch AND w.sha = r.sha AND w.version = r.version
  AND (w.partial = 0 OR w.total > r.total OR (w.total = r.total AND w.fact > r.fact)))`;

/**
 * The runs of a scope, as an SQL condition over `eval_runs r`; criteria that are not given match every run. Takes `?1` to `?5`.
 */
export const inScope = `(r.partial = 0 OR NOT ${superseded}) AND ${scopeCondition}`;

/** The same for whole runs only. */
export const wholeInScope = `r.partial = 0 AND ${scopeCondition}`;

export const scopeParams = ({ project, tier, branch, from, to }: EvalScope): Params => [
  project === undefined ? null : toText(project),
  tier === undefined ? null : toText(tier),
  branch === undefined ? null : toText(branch),
  from ?? -maxTime,
  to ?? maxTime,
];
