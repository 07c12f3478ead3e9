import { createHash } from "node:crypto";
import * as z from "zod";
import { invalidEval } from "../../../../kernel/errors.ts";
import { isRecord } from "../../model/validate.ts";

/** The rows of an export: a list, or an object that holds it under one of some names. Undefined where there is none. */
export function rowsOf(value: unknown, names: readonly string[]): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return undefined;
  return names.map((name) => value[name]).find((rows) => Array.isArray(rows));
}

/** A value that holds rows, the first of which are of a schema, so that a wrong one among them does not hide what they are. */
export const listOf = (row: z.ZodType, names: readonly string[]): z.ZodType =>
  z.unknown().refine((value) => rowsOf(value, names)?.some((one) => row.safeParse(one).success) ?? false);

/** A name for what may hold anything, and may not leave the machine as it is: the same for the same content, in whatever order. */
export const contentName = (content: unknown): string =>
  `test ${createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12)}`;

/**
 * What all rows of an export have in common.
 * @throws invalid_eval when they have several: they are several runs
 */
export function onlyOne(values: readonly string[], what: string, target: string): string | undefined {
  const [only, ...others] = new Set(values);
  if (others.length > 0) throw invalidEval(target, [`it holds ${others.length + 1} ${what}; export each into a file of its own`]);
  return only;
}
