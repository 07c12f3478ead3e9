import { wilson95 } from "../../../kernel/statistics/wilson.ts";
import type { Queries } from "../../../ports/ports.ts";
import { isRevert } from "../model/auto-merge.ts";
import { selfEdits } from "../model/self-edits.ts";
import { countedChanges, tierOf } from "../model/tiers.ts";
import { type TrustRow, trust } from "../model/trust.ts";
import type { EvidenceView } from "./trust-views.ts";

/** The changes of tiers that count, oldest first. */
export const changesOf = ({ agent }: Queries, handle: string, now: Date): readonly TrustRow[] =>
  countedChanges(agent.list(trust, { reverse: true }).rows, handle, now.toISOString());

/** What is known of an agent's work. @param initial tier of the binding */
export function evidenceOf(queries: Queries, agent: string, counted: readonly TrustRow[], initial: number): EvidenceView {
  const { review } = queries;
  const days = review.agentDays({ agent });
  const runs = days.reduce((sum, day) => sum + day.runs, 0);
  const passed = runs - days.reduce((sum, day) => sum + day.fails, 0);
  const { streakPass, streakBlock } = review.standing(agent);
  return {
    agent,
    tier: tierOf(counted, agent, initial),
    runs,
    passed,
    pass_rate: runs === 0 ? null : wilson95(passed, runs),
    streak_pass: streakPass,
    streak_block: streakBlock,
    reverts: queries.agent.list(selfEdits, {}).rows.filter(isRevert).length,
  };
}
