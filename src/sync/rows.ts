import * as z from "zod";
import { type Fact, factEnvelope, fields } from "../domain/fact.ts";
import { storable } from "./storable.ts";

/** PostgreSQL's `2026-11-21 00:03:14.97+00` or ISO-8601, as ISO-8601 UTC with milliseconds. */
const instant = z.string().transform((text, context) => {
  const time = new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  if (Number.isNaN(time.getTime())) {
    context.addIssue({ code: "custom", message: "is no time" });
    return z.NEVER;
  }
  return time.toISOString();
});

/** A row of the table of facts, the team left out. */
export const factRow = z.object({
  device: z.string(),
  seq: z.coerce.number().int(),
  id: z.string(),
  at: instant,
  project: z.string().nullable(),
  kind: z.string(),
  data: fields,
  extra: fields.nullable(),
  prev: z.string().nullable(),
  hash: z.string(),
});
export type FactRow = Readonly<z.infer<typeof factRow>>;

/** The columns that make a fact again. */
export const factColumns = "device,seq,id,at,project,kind,data,extra,prev,hash";

/**
 * A fact as a row. What the table cannot hold as it is goes to `extra`: fields without a column, data with NUL characters, which
 * jsonb refuses, and an id that is not in lower case, because the server's uuids are and the hash covers every letter.
 */
export function rowOf(fact: Fact): FactRow {
  const { id, at, device, seq, project, kind, data, prev, hash, ...others } = fact;
  const held = storable(data);
  const extra = { ...others, ...(id === id.toLowerCase() ? {} : { id }), ...(held === data ? {} : { data }) };
  return { device, seq, id, at, project, kind, data: held, extra: Object.keys(extra).length === 0 ? null : extra, prev, hash };
}

/** The fact of a row; null when it is none. Whether it is the one that was sent, its hash tells. */
export function factOf(row: FactRow): Fact | null {
  const { extra, ...columns } = row;
  const { id, data, ...others } = extra ?? {};
  const exact = typeof id === "string" && id.toLowerCase() === columns.id ? id : columns.id;
  const parsed = factEnvelope.safeParse({ ...others, ...columns, id: exact, ...(data === undefined ? {} : { data }) });
  return parsed.success ? parsed.data : null;
}
