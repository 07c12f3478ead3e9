import { createHash } from "node:crypto";
import * as z from "zod";
import { invalidEval } from "../../../../kernel/errors.ts";
import { isRecord } from "../../model/validate.ts";

/**
 * Returns the rows of an export: a list, or an object that holds the list under one of some names. Undefined when there is none.
 */
export function rowsOf(value: unknown, names: readonly string[]): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return undefined;
  return names.map((name) => value[name]).find((rows) => Array.isArray(rows));
}

/** A schema for a value with rows, at least one of which matches a schema, so that an invalid row does not prevent detection. */
export const listSchema = (row: z.ZodType, names: readonly string[]): z.ZodType =>
  z.unknown().refine((value) => rowsOf(value, names)?.some((one) => row.safeParse(one).success) ?? false);

/**
 * Returns a name for content that may be anything and must not leave the machine as it is. The same content has the same name, in
 * whatever order tests are exported.
 */
export const contentName = (content: unknown): string =>
  `test ${createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12)}`;

/**
 * Returns the value that all rows of an export share.
 * @throws invalid_eval when there are several values: the rows are then several runs
 */
export function requireSingle(values: readonly string[], what: string, target: string): string | undefined {
  const [only, ...others] = new Set(values);
  if (others.length > 0) throw invalidEval(target, [`it holds ${others.length + 1} ${what}; export each into a file of its own`]);
  return only;
}
