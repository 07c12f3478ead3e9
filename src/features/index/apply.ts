import type { PlacedFact } from "../../kernel/fact.ts";
import { addProblem } from "../../ledger/index/problems.ts";
import type { FactToApply } from "../../ports/fact-index.ts";
import type { StoreProblem } from "../../ports/ports.ts";
import { applyChange } from "../agent/index/apply-change.ts";
import { placeChange } from "../agent/model/placed-change.ts";
import { applyBaseline, applyEvalRun } from "../evals/index/apply.ts";
import { knownFact, type Understood, understand } from "../facts/decode-fact.ts";
import type { KnownFact } from "../facts/kinds.ts";
import { applyIntakeRedo, applyIntakeUndo } from "../intake/index/apply.ts";
import { batchOf } from "../intake/model/undo.ts";
import { applyRun } from "../reviews/index/apply-run.ts";
import { resetOf } from "../reviews/model/reset.ts";
import type { RecordedReset, RecordedUndo } from "../reviews/model/resets.ts";
import { runOf } from "../reviews/model/run.ts";
import { noteClock } from "./clocks.ts";
import type { Session } from "./session.ts";

/** Whatever lets runs of an agent (null: of every agent) become hidden or visible. */
function expose(session: Session, agent: string | null): void {
  if (agent !== null) session.exposed.add(agent);
  else for (const scope of session.memory.scopes.values()) session.exposed.add(scope.agent);
}

function applyReset(session: Session, reset: RecordedReset): string | undefined {
  const { memory } = session;
  if (memory.resets().some(({ factId }) => factId === reset.factId)) return "another reset has the same fact id";
  memory.addReset(reset);
  if (memory.inForce().some(({ factId }) => factId === reset.factId)) expose(session, reset.agent);
  return undefined;
}

function applyUndo(session: Session, undone: RecordedUndo): void {
  const { memory } = session;
  memory.addUndone(undone);
  const reset = memory.resets().find(({ factId }) => factId === undone.reset);
  if (reset !== undefined) expose(session, reset.agent);
}

/** @returns why the fact cannot be applied, if so */
function applyKnown(session: Session, fact: KnownFact, placed: PlacedFact): string | undefined {
  if ("store" in fact) return applyChange(session, placeChange(fact));
  switch (fact.kind) {
    case "review.recorded":
      return applyRun(session, runOf(fact), batchOf(fact.data), placed.place);
    case "eval.recorded":
      return applyEvalRun(session, fact, fact.data, placed.place);
    case "eval.baseline":
      applyBaseline(session, fact, fact.data);
      return undefined;
    case "review.reset":
      return applyReset(session, resetOf(fact));
    case "review.reset_undone":
      applyUndo(session, { reset: fact.data.reset.toLowerCase(), device: fact.device });
      return undefined;
    case "intake.undone":
      applyIntakeUndo(session, fact, fact.data);
      return undefined;
    case "intake.redone":
      applyIntakeRedo(session, { undo: fact.data.undo.toLowerCase(), device: fact.device });
      return undefined;
    default:
      return fact satisfies never;
  }
}

const refusal = ({ fact, place }: PlacedFact, reason: string): StoreProblem => ({
  kind: "refused",
  device: place.device,
  segment: place.segment,
  offset: place.offset,
  seq: fact.seq,
  message: `Fact ${fact.id} (${fact.kind}) cannot be counted: ${reason}`,
});

const understoodOf = ({ fact, content }: FactToApply): Understood =>
  content === undefined ? understand(fact) : { state: "known", fact: knownFact(fact, content) };

/** Applies one fact and moves the head of its log behind it. */
export function applyFact(session: Session, placed: FactToApply): void {
  const { fact, place } = placed;
  const latest = noteClock(session, fact);
  const understood = understoodOf(placed);
  const refused =
    understood.state === "known"
      ? applyKnown(session, understood.fact, placed)
      : understood.state === "refused"
        ? understood.reason
        : undefined;
  if (refused !== undefined) addProblem(session.db, refusal(placed, refused));
  const { memory, deltas } = session;
  const device = memory.device(place.device);
  const cursor = {
    device: place.device,
    seq: fact.seq,
    hash: fact.hash,
    segment: place.segment,
    offset: place.offset + place.length + 1,
  };
  const moved = { ...device, facts: device.facts + 1, cursor, last: place, latest };
  memory.devices.set(place.device, moved);
  deltas.devices.set(place.device, moved);
}
