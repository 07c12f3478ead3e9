import * as z from "zod";
import { noAutomaticRecordings, nothingToRedo, usage } from "../../../kernel/errors.ts";
import type { Ledger, Queries } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { defaultRowLimit } from "../../shared/row-limit.ts";
import { coinsOf } from "../../shared/units.ts";
import { batchesDocument, redoDocument, undoDocument } from "../documents/batches.ts";
import type { IntakeRow } from "../model/queries.ts";
import { intakeRedone, intakeUndone, maxUndoneFacts } from "../model/undo.ts";
import type { IntakeBatchView, IntakeChangeView } from "./views.ts";

function batchesOf(rows: readonly IntakeRow[]): readonly IntakeBatchView[] {
  const batches = new Map<string, IntakeRow[]>();
  for (const row of rows) {
    const batch = batches.get(row.batch);
    if (batch === undefined) batches.set(row.batch, [row]);
    else batch.push(row);
  }
  return [...batches]
    .map(([batch, all]) => ({
      batch,
      at: new Date(all.reduce((first, { recorded }) => Math.min(first, recorded), Number.POSITIVE_INFINITY)).toISOString(),
      projects: [...new Set(all.flatMap(({ project }) => project ?? []))].sort(),
      reviews: all.filter(({ kind }) => kind === "review").length,
      evals: all.filter(({ kind }) => kind === "eval").length,
      taken_back: all.filter(({ takenBack }) => takenBack).length,
      coins: coinsOf(all.reduce((sum, { coinTenths }) => sum + coinTenths, 0)),
    }))
    .sort((a, b) => (a.at === b.at ? (a.batch < b.batch ? -1 : 1) : a.at < b.at ? 1 : -1));
}

/** Total coins of all agents, in tenths. */
const totalCoinTenths = ({ review }: Queries): number =>
  review.standings().reduce((sum, standing) => sum + standing.coinTenths, 0);

/** Records facts in one batch. @returns the change of the total coins @throws the error with which the ledger refuses them */
async function recordMeasuringCoins(ledger: Ledger, drafts: Parameters<Ledger["record"]>[0]): Promise<number> {
  const before = await ledger.ask(totalCoinTenths);
  for (const outcome of await ledger.record(drafts, { together: true }))
    if (!outcome.recorded && outcome.reason === "refused") throw outcome.error;
  return coinsOf((await ledger.ask(totalCoinTenths)) - before);
}

export const intakeList = defineOperation({
  name: "intake list",
  summary: "List automatic recordings by batch",
  input: z.object({
    limit: z.int().min(1).optional().describe("Maximum number of batches, the latest ones; default 50 as text, all with --json"),
  }),
  effect: "read",
  examples: [{ run: "reward-ledger intake list", does: "show what VS Code recorded automatically, and what it earned" }],
  forPeople: { limit: defaultRowLimit },
  document: batchesDocument,
  run: ({ ledger }, { limit }): Promise<readonly IntakeBatchView[]> =>
    ledger.ask(({ intake }) => batchesOf(intake.recorded()).slice(0, limit)),
});

/** Selects the batches to take back, among those not taken back completely. @throws usage, nothing_to_undo */
function selectBatches(
  batches: readonly IntakeBatchView[],
  { batch, all, last }: Readonly<{ batch?: string | undefined; all: boolean; last: boolean }>,
): readonly IntakeBatchView[] {
  const selectors = [batch !== undefined, all, last].filter(Boolean).length;
  if (selectors !== 1)
    throw usage(
      "Failed to take back automatic recordings: one of a batch, --all and --last is needed",
      "`reward-ledger intake list` shows the batches; the start of an id is enough.",
    );
  const open = batches.filter(({ reviews, evals, taken_back }) => taken_back < reviews + evals);
  if (batch === undefined) {
    if (open.length === 0) throw noAutomaticRecordings("there are none");
    return all ? open : open.slice(0, 1);
  }
  const found = open.filter((one) => one.batch.startsWith(batch.toLowerCase()));
  if (found.length > 1) throw usage(`Failed to take back batch ${batch}: several start so`, "Give more of the id.");
  if (found.length === 0) throw noAutomaticRecordings(`there is none of batch ${batch}, or it is taken back already`);
  return found;
}

export const intakeUndo = defineOperation({
  name: "intake undo",
  summary: "Undo automatic recordings; nothing is deleted",
  input: z.object({
    batch: z.string().trim().min(1).optional().describe("Id of the batch, or its start, as `intake list` shows it"),
    all: z.boolean().default(false).describe("Undo every batch"),
    last: z.boolean().default(false).describe("Undo the latest batch"),
  }),
  positional: ["batch"],
  effect: "destructive",
  examples: [
    { run: "reward-ledger intake undo --last", does: "undo the latest batch" },
    { run: "reward-ledger intake undo --all", does: "undo all automatic recordings" },
  ],
  document: undoDocument,
  async run({ ledger, ids, clock }, input): Promise<IntakeChangeView> {
    const rows = await ledger.ask(({ intake }) => intake.recorded());
    const batches = selectBatches(batchesOf(rows), input);
    const names = new Set(batches.map(({ batch }) => batch));
    const facts = rows.filter(({ batch, takenBack }) => names.has(batch) && !takenBack).map(({ factId }) => factId);
    const undo = ids.next(clock.now());
    const [only] = batches;
    const batch = batches.length === 1 && only !== undefined ? only.batch : null;
    const drafts = Array.from({ length: Math.ceil(facts.length / maxUndoneFacts) }, (_, n) => ({
      kind: intakeUndone.kind,
      project: null,
      data: { undo, batch, ids: facts.slice(n * maxUndoneFacts, (n + 1) * maxUndoneFacts) },
    }));
    const coins = await recordMeasuringCoins(ledger, drafts);
    return { undo, recordings: facts.length, coins };
  },
});

export const intakeRedo = defineOperation({
  name: "intake redo",
  summary: "Redo the latest `intake undo`",
  input: z.object({}),
  effect: "write",
  examples: [{ run: "reward-ledger intake redo", does: "redo the latest undo" }],
  document: redoDocument,
  async run({ ledger }): Promise<IntakeChangeView> {
    const undos = await ledger.ask(({ intake }) => intake.undos());
    const undo = undos.at(-1)?.undo;
    if (undo === undefined) throw nothingToRedo();
    const recordings = undos.filter((one) => one.undo === undo).reduce((sum, { facts }) => sum + facts, 0);
    const coins = await recordMeasuringCoins(ledger, [{ kind: intakeRedone.kind, project: null, data: { undo } }]);
    return { undo, recordings, coins };
  },
});
