import { wilson95 } from "../../../kernel/statistics/wilson.ts";
import type { Ports, Queries } from "../../../ports/ports.ts";
import { isRevert } from "../model/auto-merge.ts";
import { type EmBinding, initialTier } from "../model/binding.ts";
import { selfEdits } from "../model/self-edits.ts";
import { effectiveChanges, tierOf } from "../model/tiers.ts";
import { type TrustRow, trust } from "../model/trust.ts";
import type { EvidenceView } from "./trust-views.ts";

/** The tier changes that count, oldest first, and the resulting tier of an agent. */
export type TierStanding = Readonly<{ counted: readonly TrustRow[]; tier(agent: string): number }>;

export function readTierStanding(
  { agent }: Queries,
  em: Pick<EmBinding, "em_handle" | "current_tier" | "initial_tier">,
  now: Date,
): TierStanding {
  const counted = effectiveChanges(agent.list(trust, { reverse: true }).rows, em.em_handle, now.toISOString());
  return { counted, tier: (name) => tierOf(counted, name, initialTier(em)) };
}

/** Collects the evidence about an agent's work. */
export const readEvidence = (
  { ledger, clock }: Pick<Ports, "ledger" | "clock">,
  agent: string,
  em: Pick<EmBinding, "em_handle" | "current_tier" | "initial_tier">,
): Promise<EvidenceView> =>
  ledger.ask((queries) => {
    const { review, gate } = queries;
    const days = review.agentDays({ agent });
    const runs = days.reduce((sum, day) => sum + day.runs, 0);
    const passed = runs - days.reduce((sum, day) => sum + day.fails, 0);
    const { streakPass, streakBlock } = review.standing(agent);
    return {
      agent,
      tier: readTierStanding(queries, em, clock.now()).tier(agent),
      runs,
      passed,
      pass_rate: runs === 0 ? null : wilson95(passed, runs),
      streak_pass: streakPass,
      streak_block: streakBlock,
      reverts: queries.agent.list(selfEdits, {}).rows.filter(isRevert).length,
      gate: gate.results(agent),
    };
  });
