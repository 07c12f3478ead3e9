import type * as z from "zod";
import { bytes, int, nameOrNull, toBlob } from "../../../ledger/index/codec.ts";
import { decideEval } from "../../evals/index/decide.ts";
import type { Envelope } from "../../facts/kinds.ts";
import { type Session, scopeOf } from "../../index/session.ts";
import type { IntakeRedo, intakeUndone } from "../model/undo.ts";

/** Decides anew which recordings of some eval runs count. @param facts ids of any facts */
export function decideEvals(session: Session, facts: Iterable<string>): void {
  for (const fact of facts) {
    const row = session.db.get("SELECT project, content FROM eval_recordings WHERE fact = ?", [toBlob(fact)]);
    if (row !== undefined) decideEval(session, nameOrNull(row, 0), bytes(row, 1));
  }
}

/** Has the agents of some reviews decided anew. */
function exposeAgents(session: Session, facts: Iterable<string>): void {
  for (const fact of facts) {
    const row = session.db.get("SELECT agent_scope FROM runs WHERE fact = ?", [toBlob(fact)]);
    if (row !== undefined) session.exposed.add(scopeOf(session, int(row, 0)).agent);
  }
}

function decideAnew(session: Session, facts: readonly string[]): void {
  decideEvals(session, facts);
  exposeAgents(session, facts);
}

export function applyIntakeUndo(session: Session, fact: Envelope, data: z.infer<typeof intakeUndone.data>): void {
  const facts = data.ids.map((id) => id.toLowerCase());
  session.memory.intake.addUndo({
    factId: fact.id.toLowerCase(),
    undo: data.undo.toLowerCase(),
    batch: data.batch?.toLowerCase() ?? null,
    device: fact.device,
    seq: fact.seq,
    at: Date.parse(fact.at),
    facts,
  });
  decideAnew(session, facts);
}

export function applyIntakeRedo(session: Session, redo: IntakeRedo): void {
  for (const { facts } of session.memory.intake.addRedo(redo)) decideAnew(session, facts);
}
