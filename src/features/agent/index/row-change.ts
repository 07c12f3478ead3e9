import type { Draft } from "../../../kernel/fact.ts";
import { accepted, refused, type Verdict } from "../../../kernel/verdict.ts";
import type { Checking, KindInIndex } from "../../index/session.ts";
import type { AgentFact } from "../model/kinds.ts";
import { placeChange } from "../model/placed-change.ts";
import { step } from "../model/row-reducer.ts";
import { beyondBounds } from "../model/time-bounds.ts";
import { applyChange } from "./apply-change.ts";
import { findRow } from "./rows.ts";

/** Checks what a draft does to its row. Reads only that row. */
function checkRow({ db, batch }: Checking, content: AgentFact & Pick<Draft, "project">, position: number): Verdict {
  // The draft has no place yet. Keys that are derived from this made-up place are unique in the batch, and no recorded row has
  // them.
  const { store, key, change, fixed } = placeChange({ ...content, at: "", device: "", seq: position + 1 });
  const id = JSON.stringify([store.name, key]);
  const isFresh = change.op === "add" && store.keyFrom !== "given";
  const before = batch.rows.has(id) ? (batch.rows.get(id) ?? undefined) : isFresh ? undefined : findRow(db, store, key)?.row;
  const next = step(store, before, key, change, fixed);
  if (!next.ok) return refused(next.error);
  const beyond = beyondBounds(store, change);
  if (beyond !== undefined) return refused(beyond);
  batch.rows.set(id, next.row);
  return accepted;
}

/** Handles every kind of fact that changes a row. */
export const rowChange: KindInIndex<AgentFact> = {
  check: checkRow,
  apply: (session, fact) => applyChange(session, placeChange(fact)),
};
