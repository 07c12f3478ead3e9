import { agentKinds } from "../features/agent/model/kinds.ts";
import type { Store } from "../features/agent/model/store.ts";
import { type Draft, fields } from "../kernel/fact.ts";
import { mayHoldSurrogates, repairTexts } from "../kernel/repair-surrogates.ts";

/** A draft with well-formed texts, and the places where lone surrogates were replaced. */
export type RepairedDraft = Readonly<{ draft: Draft; replaced: readonly string[] }>;

/** The members of a change's data that hold cells. */
const cellMembers = ["row", "set"] as const;

/** Replaces lone surrogates in a JSON text; a text that needs no repair, or is not JSON, is returned unchanged. */
function repairJson(text: string): Readonly<{ text: string; replaced: readonly string[] }> {
  if (!mayHoldSurrogates(text)) return { text, replaced: [] };
  try {
    const { value, replaced } = repairTexts(JSON.parse(text));
    return replaced.length === 0 ? { text, replaced } : { text: JSON.stringify(value), replaced };
  } catch {
    // Not JSON: the schema of its column reports it.
    return { text, replaced: [] };
  }
}

/** Repairs the cells of JSON columns: they are JSON texts inside a text, whose escapes may stand for lone surrogates as well. */
function repairCells(store: Store, data: Draft["data"]): Readonly<{ data: Draft["data"]; replaced: readonly string[] }> {
  const columns = store.columns.filter(({ holds }) => holds === "json");
  const replaced: string[] = [];
  const repaired = { ...data };
  for (const member of cellMembers) {
    const cells = fields.safeParse(data[member]).data;
    if (cells === undefined) continue;
    for (const { name } of columns) {
      const cell = cells[name];
      if (typeof cell !== "string") continue;
      const json = repairJson(cell);
      if (json.replaced.length === 0) continue;
      repaired[member] = { ...(fields.safeParse(repaired[member]).data ?? cells), [name]: json.text };
      for (const place of json.replaced) replaced.push(place.startsWith("[") ? `${name}${place}` : `${name}.${place}`);
    }
  }
  return replaced.length === 0 ? { data, replaced } : { data: repaired, replaced };
}

/** Repairs the JSON columns of a row; a draft of another kind is returned unchanged. */
export function repairJsonColumns(draft: Draft): RepairedDraft {
  const store = agentKinds.get(draft.kind)?.store;
  if (store === undefined) return { draft, replaced: [] };
  const { data, replaced } = repairCells(store, draft.data);
  return replaced.length === 0 ? { draft, replaced } : { draft: { ...draft, data }, replaced };
}

/** Repairs all texts of a draft. */
export function repairDraft(draft: Draft): RepairedDraft {
  const { value, replaced } = repairTexts(draft.data);
  const data = fields.safeParse(value).data ?? draft.data;
  const project = draft.project?.toWellFormed() ?? null;
  if (replaced.length === 0 && project === draft.project) return { draft, replaced };
  return {
    draft: { kind: draft.kind, project, data },
    replaced: project === draft.project ? replaced : ["project", ...replaced],
  };
}
