import { crc32 } from "node:zlib";
import type { Summary } from "../ports/summary.ts";
import { summaryVersion } from "../ports/summary-limits.ts";

/** Whether a value has fields of these values. */
export const has = (value: unknown, fields: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(fields).every(([name, wanted]) => Reflect.get(value, name) === wanted);

/** The check of a summary whose fields are in the order of its schema, as `summarize` and the schema leave them. */
export const checkAsWritten = (content: Readonly<Record<string, unknown>>): number =>
  crc32(JSON.stringify({ ...content, crc32: undefined }));

/**
 * Whether a value is a summary as this version wrote it: its check fits, and so does what its schema would find, which takes much
 * longer to say so. One with its fields in another order is not known to be.
 */
export const isAsWritten = (value: unknown): value is Summary =>
  has(value, { version: summaryVersion }) && value["crc32"] === checkAsWritten(value);
