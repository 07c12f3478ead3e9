import { nothingToUndo } from "../../../kernel/errors.ts";
import { accepted, refused } from "../../../kernel/verdict.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindHandler, Session } from "../../index/session.ts";
import { resetOf, undoOf } from "../model/reset-facts.ts";

/** Marks an agent (null: every agent) whose runs may have become hidden or visible. */
function markExposed({ memory, exposed }: Session, agent: string | null): void {
  if (agent !== null) exposed.add(agent);
  else for (const scope of memory.scopes.values()) exposed.add(scope.agent);
}

export const reset: KindHandler<Contents["review.reset"]> = {
  apply(session, fact) {
    const { memory } = session;
    const recorded = resetOf(fact);
    if (memory.resets().some(({ factId }) => factId === recorded.factId)) return "another reset has the same fact id";
    memory.addReset(recorded);
    if (memory.inForce().some(({ factId }) => factId === recorded.factId)) markExposed(session, recorded.agent);
    return undefined;
  },
};

export const resetUndone: KindHandler<Contents["review.reset_undone"]> = {
  check({ memory, batch: { drafts } }, content, position) {
    const { kind, data } = content;
    const key = JSON.stringify([kind, data.reset]);
    const isInForce = memory.inForce().some(({ factId }) => factId === data.reset.toLowerCase());
    if (drafts.has(key) || !isInForce) return refused(nothingToUndo());
    drafts.set(key, { content, position });
    return accepted;
  },
  apply(session, fact) {
    const { memory } = session;
    const undo = undoOf(fact);
    memory.addUndone(undo);
    const undoneReset = memory.resets().find(({ factId }) => factId === undo.reset);
    if (undoneReset !== undefined) markExposed(session, undoneReset.agent);
    return undefined;
  },
};
