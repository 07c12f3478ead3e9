import { agentKinds } from "../features/agent/model/kinds.ts";
import type { Store } from "../features/agent/model/store.ts";
import { type Draft, fields } from "../kernel/fact.ts";
import { mayHoldHalves, wholeText } from "../kernel/repair-surrogates.ts";

/** A draft with whole texts, and the places where halves of characters were replaced. */
export type WholeDraft = Readonly<{ draft: Draft; replaced: readonly string[] }>;

/** The members of a change's data that hold cells. */
const cellMembers = ["row", "set"] as const;

/** JSON text with whole texts; a text that needs nothing, or is no JSON, stays as it is. */
function wholeJson(text: string): Readonly<{ text: string; replaced: readonly string[] }> {
  if (!mayHoldHalves(text)) return { text, replaced: [] };
  try {
    const { value, replaced } = wholeText(JSON.parse(text));
    return replaced.length === 0 ? { text, replaced } : { text: JSON.stringify(value), replaced };
  } catch {
    // The schema of its column says that it is no JSON.
    return { text, replaced: [] };
  }
}

/** The cells of JSON columns are texts in a text: what their escapes stand for is made whole as well. */
function wholeJsonCells(store: Store, data: Draft["data"]): Readonly<{ data: Draft["data"]; replaced: readonly string[] }> {
  const columns = store.columns.filter(({ holds }) => holds === "json");
  const replaced: string[] = [];
  const whole = { ...data };
  for (const member of cellMembers) {
    const cells = fields.safeParse(data[member]).data;
    if (cells === undefined) continue;
    for (const { name } of columns) {
      const cell = cells[name];
      if (typeof cell !== "string") continue;
      const json = wholeJson(cell);
      if (json.replaced.length === 0) continue;
      whole[member] = { ...(fields.safeParse(whole[member]).data ?? cells), [name]: json.text };
      for (const place of json.replaced) replaced.push(place.startsWith("[") ? `${name}${place}` : `${name}.${place}`);
    }
  }
  return replaced.length === 0 ? { data, replaced } : { data: whole, replaced };
}

/** The JSON columns of a row made whole; a draft of another kind is given back itself. */
export function withWholeJson(draft: Draft): WholeDraft {
  const store = agentKinds.get(draft.kind)?.store;
  if (store === undefined) return { draft, replaced: [] };
  const { data, replaced } = wholeJsonCells(store, draft.data);
  return replaced.length === 0 ? { draft, replaced } : { draft: { ...draft, data }, replaced };
}

/** All of a draft made whole. */
export function wholeDraft(draft: Draft): WholeDraft {
  const { value, replaced } = wholeText(draft.data);
  const data = fields.safeParse(value).data ?? draft.data;
  const project = draft.project?.toWellFormed() ?? null;
  if (replaced.length === 0 && project === draft.project) return { draft, replaced };
  return {
    draft: { kind: draft.kind, project, data },
    replaced: project === draft.project ? replaced : ["project", ...replaced],
  };
}
