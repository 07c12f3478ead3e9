import type { Row } from "../features/agent/model/columns.ts";
import type { AgentFact } from "../features/agent/model/kinds.ts";
import { placeChange } from "../features/agent/model/placed-change.ts";
import { step } from "../features/agent/model/row-reducer.ts";
import { beyondBounds } from "../features/agent/model/time-bounds.ts";
import type { FactIndex } from "../ports/fact-index.ts";

/**
 * Checks what drafts of one batch do to the agent's stores, in order, against the index and against each other. Reads the rows that
 * they are about and no others. @returns why a draft is refused, if so
 */
export function rowCheck(index: FactIndex): (change: AgentFact, project: string | null, position: number) => Error | undefined {
  /** Rows as earlier drafts of the batch leave them; null: gone. */
  const rows = new Map<string, Row | null>();

  return (content, project, position) => {
    // The draft has no place yet. Where rows get their key from it, no two are the same, and no recorded one has it.
    const { store, key, change, fixed } = placeChange({ ...content, project, at: "", device: "", seq: position + 1 });
    const id = JSON.stringify([store.name, key]);
    const isFresh = change.op === "add" && store.keyFrom !== "given";
    const before = rows.has(id) ? (rows.get(id) ?? undefined) : isFresh ? undefined : index.storedRow(store, key);
    const next = step(store, before, key, change, fixed);
    if (!next.ok) return next.error;
    const beyond = beyondBounds(store, change);
    if (beyond !== undefined) return beyond;
    rows.set(id, next.row);
    return undefined;
  };
}
