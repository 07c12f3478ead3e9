import * as z from "zod";
import { notFound, nothingToUndo, resetNotConfirmed, usage } from "../../../kernel/errors.ts";
import type { Draft } from "../../../kernel/fact.ts";
import type { Ledger, Ports } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { resetDocument } from "../documents/reset.ts";
import type { ResetMark } from "../model/queries.ts";
import { reviewReset, reviewResetUndone } from "../model/reset-facts.ts";
import type { ResetView } from "./views.ts";

/** Records one draft and returns the id of its fact. @throws the error with which the ledger refuses it */
async function recordOne(ledger: Ledger, draft: Draft): Promise<string> {
  const [outcome] = await ledger.record([draft]);
  if (outcome?.recorded) return outcome.fact.fact.id;
  if (outcome?.reason === "refused") throw outcome.error;
  throw new Error(`the ledger did not record ${draft.kind}`);
}

const findReset = (ledger: Ledger, factId: string): Promise<ResetMark | undefined> =>
  ledger.ask(({ review }) => review.resets().find((one) => one.factId === factId));

/** @throws not_found if an agent has no run here, hidden or not */
async function requireKnownAgent(ledger: Ledger, agent: string | null): Promise<void> {
  const agents = await ledger.ask(({ review }) => review.recordedAgents());
  if (agent === null || agents.includes(agent)) return;
  const hint =
    agents.length === 0
      ? "No run is recorded yet: there is nothing to reset."
      : `Agents with runs: ${agents.slice(0, 20).join(", ")}${agents.length > 20 ? ", …" : ""}. \`reward-ledger agents\` lists them.`;
  throw notFound(`a run of agent ${agent}`, hint);
}

/** Returns the last known `seq` of each of the user's own devices. */
async function ownHeads({ ledger, people }: Pick<Ports, "ledger" | "people">): Promise<Readonly<Record<string, number>>> {
  const others = new Set((await people()).flatMap(({ me, devices }) => (me ? [] : devices)));
  const heads = await ledger.heads();
  return Object.fromEntries(heads.filter(({ device }) => !others.has(device)).map(({ device, seq }) => [device, seq]));
}

/** Hides what was recorded before, of one agent or (null) of all. */
async function recordReset(ports: Ports, agent: string | null): Promise<ResetView> {
  const { ledger } = ports;
  const data = { agent, heads: await ownHeads(ports) };
  const id = await recordOne(ledger, { kind: reviewReset.kind, project: null, data });
  const mark = await findReset(ledger, id);
  return { reset: true, agent, hidden_runs: mark?.hiddenRuns ?? 0, undone: false, restored_runs: 0 };
}

/** Undoes the latest reset in force: of exactly that agent, or (null) of any. @throws nothing_to_undo */
async function undoReset(ledger: Ledger, agent: string | null): Promise<ResetView> {
  const before = await ledger.ask(({ review }) => ({ marks: review.resets(), runs: review.countRuns({}) }));
  const mark = before.marks.filter((one) => !one.team && (agent === null || one.agent === agent)).at(-1);
  if (mark === undefined) throw nothingToUndo();
  await recordOne(ledger, { kind: reviewResetUndone.kind, project: null, data: { reset: mark.factId } });
  const runs = await ledger.ask(({ review }) => review.countRuns({}));
  return { reset: false, agent: mark.agent, hidden_runs: 0, undone: true, restored_runs: Math.max(0, runs - before.runs) };
}

export const reset = defineOperation({
  name: "reset",
  summary: "Start counting from zero, or undo that; nothing is deleted",
  input: z.object({
    agent: z.string().trim().normalize("NFC").min(1).optional().describe("Only this agent; default all agents"),
    confirm: z.boolean().default(false).describe("Required to reset; without it nothing changes"),
    undo: z.boolean().default(false).describe("Undo the latest reset"),
  }),
  effect: "destructive",
  idempotent: false,
  examples: [
    { run: "reward-ledger reset --confirm", does: "start counting from zero" },
    { run: "reward-ledger reset --confirm --agent codex", does: "the same for one agent" },
    { run: "reward-ledger reset --undo", does: "undo the latest reset" },
  ],
  document: resetDocument,
  async run(ports, { agent, confirm, undo }): Promise<ResetView> {
    const { ledger } = ports;
    if (undo && confirm) throw usage("Failed to reset: --undo and --confirm exclude each other", "Give only one of them.");
    if (!undo && !confirm) throw resetNotConfirmed();
    await requireKnownAgent(ledger, agent ?? null);
    return undo ? undoReset(ledger, agent ?? null) : recordReset(ports, agent ?? null);
  },
});
