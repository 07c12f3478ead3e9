import * as z from "zod";
import { english } from "../../../kernel/document.ts";
import { notConfirmed, tierRefused } from "../../../kernel/errors.ts";
import { formatNumber } from "../../../kernel/grouped.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Ports, Queries } from "../../../ports/ports.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { evidenceLines, tierChangeDocument } from "../documents/trust.ts";
import { audit } from "../model/audit.ts";
import { type EmBinding, initialTier } from "../model/binding.ts";
import type { Row } from "../model/column-types.ts";
import { highestTier, tierName } from "../model/tiers.ts";
import { trust } from "../model/trust.ts";
import { requireEmBinding, writeEmBinding } from "./binding-files.ts";
import { trimmedText } from "./fields.ts";
import { addDraft, getRow, recordBatch } from "./rows.ts";
import { readEvidence, readTierStanding } from "./tiers.ts";
import type { EvidenceView, TierChangeView } from "./trust-views.ts";

type TierDecision = Readonly<{
  tool: "trust.promote" | "trust.demote";
  agent: string;
  reason: string;
  signature: string | null;
  /** Returns the new tier, given the agent's tier when the change is recorded. @throws invalid_input */
  target(from: number): number;
}>;

const currentTier = (queries: Queries, ports: Ports, agent: string, em: EmBinding): number =>
  readTierStanding(queries, em, ports.clock.now()).tier(agent);

/**
 * Records a tier change and its audit entry, both or none, and then updates the file. What is recorded counts: a file that cannot
 * be written only causes a warning.
 */
async function recordChange(
  ports: Ports,
  em: EmBinding,
  evidence: EvidenceView,
  decision: TierDecision,
): Promise<TierChangeView> {
  const { tool, agent, reason, signature } = decision;
  const now = ports.clock.now();
  const id = ports.ids.next(now);
  const project = await ports.surroundings.project();
  let details: Row = {};
  await recordBatch(ports, [
    {
      decide(queries) {
        const from_tier = currentTier(queries, ports, agent, em);
        const tiers = { from_tier, to_tier: decision.target(from_tier) };
        details = { ...tiers, reason, em_handle: em.em_handle, em_signature: signature };
        return addDraft(trust, project, { id, changed_at: now.toISOString(), agent, ...details });
      },
    },
    {
      decide: () =>
        addDraft(audit, project, {
          occurred_at: now.toISOString(),
          tool_name: tool,
          args_json: JSON.stringify({ agent, ...details }),
          loop_version: 1,
        }),
    },
  ]);
  const change = await getRow(ports, trust, id);
  const warnings: string[] = [];
  try {
    await writeEmBinding(ports, { current_tier: change.to_tier, initial_tier: initialTier(em) });
  } catch (error) {
    const { message, hint } = toErrorView(error);
    warnings.push(`The change is recorded. ${message}. ${hint}`);
  }
  return { change, tier_name: tierName(change.to_tier), evidence, warnings };
}

const agent = trimmedText.describe("The agent");

/** Hint that names the valid tiers. */
const tierHint = (from: number, to: number): string => (from === to ? `Name ${to}.` : `Name one from ${from} to ${to}.`);

/** Asks the person at the terminal, who sees the evidence first, for a signature. @throws not_confirmed if nobody can be asked */
async function askSignature(evidence: EvidenceView, to: number, { ask }: CallContext): Promise<string> {
  const what = `promote ${evidence.agent}`;
  const how = "A promotion is signed with the handle of the human who is bound: repeat with --signature HANDLE.";
  if (ask === undefined) throw notConfirmed(what, how);
  const lines = [
    ...evidenceLines(evidence, { t: english, number: formatNumber }),
    "",
    `Sign to promote ${evidence.agent} to tier ${to} (${tierName(to)}); your handle`,
  ];
  return ask({ text: lines.join("\n") });
}

export const promote = defineOperation({
  name: "promote",
  summary: "Raise the tier of an agent, signed by the human who decides",
  input: z.object({
    agent,
    tier: z.int().describe("The tier from now on, 0 to 5, higher than now"),
    reason: z.string().describe("Why"),
    signature: z.string().optional().describe("Handle of the human who decides; asked for on a terminal, never filled in"),
  }),
  positional: ["agent", "tier"],
  effect: "write",
  idempotent: false,
  examples: [
    { run: 'reward-ledger promote ada 2 --reason "ten good reviews"', does: "see the evidence, then sign" },
    { run: 'reward-ledger promote ada 2 --reason "ten good reviews" --signature alice', does: "sign at once" },
  ],
  document: tierChangeDocument,
  async run(ports, input, context): Promise<TierChangeView> {
    const what = `promote ${input.agent}`;
    const { path, value: em } = await requireEmBinding(ports, what);
    const target = (from: number): number => {
      if (from === highestTier) throw tierRefused(what, `its tier is ${from} already`, "There is none above.");
      if (input.tier < 0 || input.tier > highestTier) {
        throw tierRefused(what, `there is no tier ${input.tier}`, tierHint(from + 1, highestTier));
      }
      if (input.tier > from) return input.tier;
      throw tierRefused(what, `its tier is ${from}, and ${input.tier} is not higher`, "`reward-ledger demote` lowers a tier.");
    };
    const evidence = await readEvidence(ports, input.agent, em);
    target(evidence.tier);
    const reason = input.reason.trim();
    if (reason === "") throw tierRefused(what, "no reason was given", "Say why with --reason.");
    const signature = (input.signature ?? (await askSignature(evidence, input.tier, context))).trim().normalize("NFC");
    if (signature !== em.em_handle) {
      throw tierRefused(
        what,
        `the signature is not the handle that ${path} names`,
        "Only the human who is bound there can sign.",
      );
    }
    return recordChange(ports, em, evidence, { tool: "trust.promote", agent: input.agent, reason, signature, target });
  },
});

export const demote = defineOperation({
  name: "demote",
  summary: "Lower the tier of an agent",
  input: z.object({
    agent,
    tier: z.int().optional().describe("The tier from now on, lower than now; default one tier down"),
    reason: z.string().default("").describe("Why"),
  }),
  positional: ["agent", "tier"],
  effect: "write",
  idempotent: false,
  examples: [
    { run: "reward-ledger demote ada", does: "one tier down" },
    { run: 'reward-ledger demote ada 0 --reason "it pushed to main"', does: "down to reading only" },
  ],
  document: tierChangeDocument,
  async run(ports, input): Promise<TierChangeView> {
    const what = `demote ${input.agent}`;
    const { value: em } = await requireEmBinding(ports, what);
    const target = (from: number): number => {
      if (from === 0) throw tierRefused(what, "its tier is 0 already", "There is none below.");
      const to = input.tier ?? from - 1;
      if (to >= 0 && to < from) return to;
      throw tierRefused(what, `its tier is ${from}, and ${to} is not lower`, tierHint(0, from - 1));
    };
    const evidence = await readEvidence(ports, input.agent, em);
    const reason = input.reason.trim() || "no reason given";
    return recordChange(ports, em, evidence, { tool: "trust.demote", agent: input.agent, reason, signature: null, target });
  },
});

/** The evidence that a person sees before signing. */
export const trustEvidence = defineOperation({
  name: "trust evidence",
  summary: "Show what is known of an agent's work",
  input: z.object({ agent }),
  effect: "read",
  async run(ports, input): Promise<EvidenceView> {
    const { value: em } = await requireEmBinding(ports, `show the evidence of ${input.agent}`);
    return readEvidence(ports, input.agent, em);
  },
});
