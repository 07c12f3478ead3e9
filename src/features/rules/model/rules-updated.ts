import * as z from "zod";
import { compareRecording, defineFact, type Fact } from "../../../kernel/fact.ts";
import { message, path, plain } from "../../../kernel/privacy.ts";

/** Why a rules file was written: created, updated after reviews, a rule added or retired, or installed unchanged for an agent. */
export const rulesCauses = ["init", "update", "teach", "retire", "install"] as const;

/** The rules file of a project was written. `rules` are all rules in its managed part. */
export const rulesUpdated = defineFact({
  kind: "rules.updated",
  data: z.looseObject({
    cause: z.enum(rulesCauses),
    file: path(z.string()),
    version: z.int().min(1),
    rules: z.array(z.looseObject({ rule: plain(z.string()), hits: z.int().min(0) })),
    retired: z.array(plain(z.string())),
    /** SHA-256 of the rules (`bodyOf`), which detects targets that somebody edited. */
    body_hash: message(z.string()).optional(),
  }),
});

export type RulesUpdated = Readonly<z.infer<typeof rulesUpdated.data>>;

/** A recorded write of a rules file. */
export type RulesUpdate = Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project">> & RulesUpdated;

/** A period during which a rule was listed, in ms since the epoch. `until` null: it still is. `retired`: a person ended it. */
export type TaughtPeriod = Readonly<{ rule: string; from: number; until: number | null; retired: boolean }>;

/** Returns the periods in which rules were listed, ordered by their beginning. @param updates of one project, in any order */
export function taughtPeriods(updates: readonly RulesUpdate[]): readonly TaughtPeriod[] {
  const ended: TaughtPeriod[] = [];
  const listed = new Map<string, number>();
  for (const { at, rules, retired } of [...updates].sort(compareRecording)) {
    const time = Date.parse(at);
    const current = new Set(rules.map(({ rule }) => rule));
    for (const [rule, from] of listed) {
      if (current.has(rule)) continue;
      ended.push({ rule, from, until: time, retired: retired.includes(rule) });
      listed.delete(rule);
    }
    for (const rule of current) if (!listed.has(rule)) listed.set(rule, time);
  }
  const open = [...listed].map(([rule, from]): TaughtPeriod => ({ rule, from, until: null, retired: false }));
  return [...ended, ...open].sort((a, b) => a.from - b.from || (a.rule < b.rule ? -1 : 1));
}

/** Returns when each rule was last retired, in ms since the epoch. Rules that were listed again are left out. */
export function retiredAt(updates: readonly RulesUpdate[]): ReadonlyMap<string, number> {
  const newest = new Map(taughtPeriods(updates).map((taught) => [taught.rule, taught]));
  return new Map(
    [...newest].flatMap(([rule, { until, retired }]) => (retired && until !== null ? [[rule, until] as const] : [])),
  );
}
