import * as z from "zod";
import { type Fact, factEnvelope, fields } from "../kernel/fact.ts";
import { parseJsonObject, toStorable } from "./jsonb-safe.ts";

/** Parses PostgreSQL's `2026-11-21 00:03:14.97+00` or ISO-8601 to ISO-8601 UTC with milliseconds. */
export const instant = z.string().transform((text, context) => {
  const time = new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  if (Number.isNaN(time.getTime())) {
    context.addIssue({ code: "custom", message: "is no time" });
    return z.NEVER;
  }
  return time.toISOString();
});

/** A row of the facts table, without the team. */
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

/** A row received from a server: a fact's row, or why it is invalid. Its seq is known in both cases. */
export type ReadRow =
  | Readonly<{ seq: number; row: FactRow; characters: number }>
  | Readonly<{ seq: number; row: null; fault: string }>;

/** A row of which only the seq is validated; `readRow` parses the rest. */
export const rowWithSeq = z.looseObject({ seq: z.coerce.number().int() });

/** Parses a single row, so that an invalid row does not affect the others. */
export function readRow(input: z.infer<typeof rowWithSeq>): ReadRow {
  const { seq } = input;
  try {
    const parsed = factRow.safeParse(input);
    if (parsed.success) return { seq, row: parsed.data, characters: JSON.stringify(input).length };
    const [issue] = parsed.error.issues;
    return {
      seq,
      row: null,
      fault: `its ${issue?.path.join(".") || "row"} cannot be read (${issue?.message ?? "unknown form"})`,
    };
  } catch (error) {
    // Nested too deeply to be serialized.
    return { seq, row: null, fault: `it cannot be read (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** The columns needed to restore a fact. */
export const factColumns = "device,seq,id,at,project,kind,data,extra,prev,hash";

/** Field of `extra` with values that SQL cannot hold, as JSON text: there, their escapes are ordinary characters. */
const exactJsonKey = "exact_json";

/**
 * Converts a fact to a row. Values that the columns cannot hold go to `extra`: fields without a column; an id that is not in
 * lower case, because the server's UUIDs are and the hash covers every letter; and, as JSON text, values with NUL characters or
 * lone surrogates, which SQL refuses anywhere (the column then has U+FFFD in their place).
 */
export function rowOf(fact: Fact): FactRow {
  const { id, at, device, seq, prev, hash, project, kind, data, ...others } = fact;
  const columns = { project, kind, data };
  const extraFields = { ...others, ...(id === id.toLowerCase() ? {} : { id }) };
  const safeColumns = toStorable(columns);
  const extra = toStorable(extraFields) === extraFields && !(exactJsonKey in extraFields) ? extraFields : {};
  const exactFields = { ...(safeColumns === columns ? {} : columns), ...(extra === extraFields ? {} : extraFields) };
  const extraColumn = Object.keys(exactFields).length === 0 ? extra : { ...extra, [exactJsonKey]: JSON.stringify(exactFields) };
  return { device, seq, id, at, ...safeColumns, extra: Object.keys(extraColumn).length === 0 ? null : extraColumn, prev, hash };
}

/** Converts a row to a fact; null if it is not one. The hash shows whether it is the fact that was sent. */
export function factOf(row: FactRow): Fact | null {
  const { extra, ...columns } = row;
  const { [exactJsonKey]: text, ...plain } = extra ?? {};
  const { id, ...others } = { ...plain, ...(typeof text === "string" ? (parseJsonObject(text) ?? {}) : {}) };
  const { project = columns.project, kind = columns.kind, data = columns.data, ...beside } = others;
  const exactId = typeof id === "string" && id.toLowerCase() === columns.id ? id : columns.id;
  const parsed = factEnvelope.safeParse({ ...beside, ...columns, project, kind, data, id: exactId });
  return parsed.success ? parsed.data : null;
}
