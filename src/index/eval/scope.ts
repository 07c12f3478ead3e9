import type { EvalScope } from "../../domain/eval/queries.ts";
import { toText } from "../codec.ts";
import type { Params } from "../connection.ts";
import { farTime } from "../days.ts";

/** Whole runs of a scope, in SQL over `eval_runs r`: parts that are not asked for hold for every run. Takes `?1` to `?5`. */
export const inScope = `r.partial = 0 AND (?1 IS NULL OR r.project IS ?1) AND (?2 IS NULL OR r.tier = ?2) AND (?3 IS NULL OR r.branch = ?3)
  AND r.at >= ?4 AND r.at < ?5`;

export const scopeParams = ({ project, tier, branch, from, to }: EvalScope): Params => [
  project === undefined ? null : toText(project),
  tier === undefined ? null : toText(tier),
  branch === undefined ? null : toText(branch),
  from ?? -farTime,
  to ?? farTime,
];
