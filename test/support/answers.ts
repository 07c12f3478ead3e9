import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

type Schema = z.core.JSONSchema.BaseSchema;

const file = join(import.meta.dirname, "..", "..", "docs", "answers.schema.json");

const schemas: z.ZodType<Readonly<{ properties: Record<string, Schema>; $defs: Record<string, Schema> }>> = z.object({
  properties: z.record(z.string(), z.custom<Schema>()),
  $defs: z.record(z.string(), z.custom<Schema>()),
});

/** The same schema, except that objects with listed properties reject all other properties. */
function toStrictSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toStrictSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, toStrictSchema(value)]));
  return "properties" in copy && !("additionalProperties" in copy) && copy["type"] === "object"
    ? { ...copy, additionalProperties: false }
    : copy;
}

const errorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });
const { properties, $defs } = schemas.parse(toStrictSchema(JSON.parse(readFileSync(file, "utf8"))));
const answerSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(properties).map(([name, schema]) => [name, z.lazy(() => z.fromJSONSchema({ ...schema, $defs }))]),
);

/** The command in a command line: its first two words or its first word, whichever is a documented command. */
function commandOf(args: readonly string[]): string | undefined {
  if (args.includes("--help")) return undefined;
  const words = args.filter((word) => word !== "--json");
  return [words.slice(0, 2).join(" "), words[0] ?? ""].find((name) => answerSchemas.has(name));
}

/**
 * Rejects an answer whose shape differs from the one in `docs/answers.schema.json`. Errors have a separate shape.
 * @throws naming what differs
 */
export function checkAnswer(args: readonly string[], answer: unknown): void {
  const name = commandOf(args);
  if (name === undefined || errorAnswer.safeParse(answer).success) return;
  const { error: problem } = answerSchemas.get(name)?.safeParse(answer) ?? {};
  if (problem !== undefined) throw new Error(`${name} answered in another shape than documented:\n${z.prettifyError(problem)}`);
}
