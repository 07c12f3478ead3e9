import { nothingToRedo } from "../../../kernel/errors.ts";
import { accepted, refused } from "../../../kernel/verdict.ts";
import { bytes, int, nameOrNull, toBlob } from "../../../ledger/index/codec.ts";
import { chooseEvalRecording } from "../../evals/index/choose-recording.ts";
import type { Contents } from "../../facts/kinds.ts";
import { type KindHandler, type Session, scopeOf } from "../../index/session.ts";
import { redoOf } from "../model/undo.ts";

/** Recomputes which recordings of the affected eval runs count. @param facts ids of facts of any kind */
export function decideEvals(session: Session, facts: Iterable<string>): void {
  for (const fact of facts) {
    const row = session.db.get("SELECT project, content FROM eval_recordings WHERE fact = ?", [toBlob(fact)]);
    if (row !== undefined) chooseEvalRecording(session, nameOrNull(row, 0), bytes(row, 1));
  }
}

/** Marks the agents of the affected reviews to be recomputed. */
function exposeAgents(session: Session, facts: Iterable<string>): void {
  for (const fact of facts) {
    const row = session.db.get("SELECT agent_scope FROM runs WHERE fact = ?", [toBlob(fact)]);
    if (row !== undefined) session.exposed.add(scopeOf(session, int(row, 0)).agent);
  }
}

function recomputeAffected(session: Session, facts: readonly string[]): void {
  decideEvals(session, facts);
  exposeAgents(session, facts);
}

export const intakeUndo: KindHandler<Contents["intake.undone"]> = {
  apply(session, { id, device, seq, at, data }) {
    const facts = data.ids.map((fact) => fact.toLowerCase());
    session.memory.intake.addUndo({
      factId: id.toLowerCase(),
      undo: data.undo.toLowerCase(),
      batch: data.batch?.toLowerCase() ?? null,
      device,
      seq,
      at: Date.parse(at),
      facts,
    });
    recomputeAffected(session, facts);
    return undefined;
  },
};

export const intakeRedo: KindHandler<Contents["intake.redone"]> = {
  check: ({ memory }, { data }) =>
    memory.intake.inForce().some(({ undo }) => undo === data.undo.toLowerCase()) ? accepted : refused(nothingToRedo()),
  apply(session, fact) {
    for (const { facts } of session.memory.intake.addRedo(redoOf(fact))) recomputeAffected(session, facts);
    return undefined;
  },
};
