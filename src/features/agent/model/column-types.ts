import * as z from "zod";
import { withContent } from "../../../kernel/privacy.ts";

/*
 * The types of columns. A store's row schema consists of them; its table, checks, validation and the command line's `--set` are
 * derived from the schema.
 */

/** Value of a cell. */
export const cell = z.union([z.string(), z.number(), z.null()]);
export type Cell = z.infer<typeof cell>;

/** Cells by column name. */
export const cells = z.record(z.string(), cell).readonly();
export type Row = z.infer<typeof cells>;

const metaSchema = z.object({ holds: z.enum(["json", "time", "flag"]) });

/** What the cells of a column contain, if that is more specific than text or a number. */
export type Holds = z.infer<typeof metaSchema>["holds"] | null;

export const holdsOf = (schema: z.core.$ZodType): Holds =>
  schema instanceof z.ZodType ? (metaSchema.safeParse(schema.meta()).data?.holds ?? null) : null;

/** A time: ISO-8601 UTC with milliseconds and `Z`, so that texts sort chronologically. */
export const time = () =>
  z.iso
    .datetime({ precision: 3, error: "must be an ISO-8601 UTC time such as 2026-03-16T08:00:00.000Z" })
    .meta({ holds: "time" });

/** Whether a text is a time in this format. */
export const isTime = (value: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);

export const text = () => z.string();

/** Text that is not blank. It is stored unchanged: never trimmed or cut. */
export const nonBlank = () => z.string().refine((value) => value.trim() !== "", { error: "must not be blank" });

export const integer = (min?: number, max?: number) => {
  const lower = min === undefined ? z.int() : z.int().min(min);
  return max === undefined ? lower : lower.max(max);
};

/** An amount in millionths of a USD. */
export const micros = () => z.int().min(0);

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) => z.enum(values);

/** A text that contains JSON of a shape. The text is stored unchanged. */
export const json = (shape: z.ZodType = z.unknown()) =>
  withContent(
    z
      .string()
      .superRefine((value, context) => {
        try {
          const parsed = shape.safeParse(JSON.parse(value));
          if (parsed.success) return;
          const [issue] = parsed.error.issues;
          const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
          const isObject = issue?.code === "invalid_type" && (issue.expected === "record" || issue.expected === "object");
          const what = isObject ? "must be a JSON object" : `holds JSON of another shape (${issue?.message ?? "wrong"})`;
          context.addIssue({ code: "custom", message: `${where}${what}` });
        } catch {
          context.addIssue({ code: "custom", message: "must be JSON" });
        }
      })
      .meta({ holds: "json" }),
    shape,
  );

/** A boolean as SQLite stores it: 0 or 1. */
export const flag = () => z.int().min(0).max(1).meta({ holds: "flag" });
