import { crc32 } from "node:zlib";
import type { Summary } from "../ports/summary.ts";
import { summaryVersion } from "../ports/summary-limits.ts";

/** Whether a value is an object whose fields have these values. */
export const hasFields = (
  value: unknown,
  fields: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(fields).every(([name, wanted]) => Reflect.get(value, name) === wanted);

/** The checksum of a summary whose fields are in the order of its schema, as `summarize` and parsing return them. */
export const summaryChecksum = (content: Readonly<Record<string, unknown>>): number =>
  crc32(JSON.stringify({ ...content, crc32: undefined }));

/**
 * Whether a value is a summary exactly as this version wrote it. A matching checksum implies that the schema matches, which takes
 * much longer to validate. False for a summary with its fields in another order.
 */
export const isIntactSummary = (value: unknown): value is Summary =>
  hasFields(value, { version: summaryVersion }) && value["crc32"] === summaryChecksum(value);
