import type { Draft } from "../../../kernel/fact.ts";
import { accepted, refused, type Verdict } from "../../../kernel/verdict.ts";
import type { CheckContext, KindHandler } from "../../index/session.ts";
import type { AgentFact } from "../model/kinds.ts";
import { placeChange } from "../model/placed-change.ts";
import { reduceRow } from "../model/row-reducer.ts";
import { checkBounds } from "../model/time-bounds.ts";
import { applyChange } from "./apply-change.ts";
import { findRow } from "./rows.ts";

/** Checks what a draft does to its row. Reads only that row. */
function checkRow({ db, batch }: CheckContext, content: AgentFact & Pick<Draft, "project">, position: number): Verdict {
  // The draft has no place yet. Keys that are derived from this made-up place are unique in the batch, and no recorded row has
  // them.
  const { store, key, change, fixed } = placeChange({ ...content, at: "", device: "", seq: position + 1 });
  const id = JSON.stringify([store.name, key]);
  const isFresh = change.op === "add" && store.keyFrom !== "given";
  const before = batch.rows.has(id) ? (batch.rows.get(id) ?? undefined) : isFresh ? undefined : findRow(db, store, key)?.row;
  const next = reduceRow(store, before, key, change, fixed);
  if (!next.ok) return refused(next.error);
  const boundsError = checkBounds(store, change);
  if (boundsError !== undefined) return refused(boundsError);
  batch.rows.set(id, next.row);
  return accepted;
}

/** Handles every kind of fact that changes a row. */
export const rowChange: KindHandler<AgentFact> = {
  check: checkRow,
  apply: (session, fact) => applyChange(session, placeChange(fact)),
};
