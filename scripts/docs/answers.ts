import type * as z from "zod";
import { answerSchemas } from "./answer-schemas.ts";
import { table } from "./table.ts";

type Schema = z.core.JSONSchema.BaseSchema;

const refName = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);
const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);
const schemasOf = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const withParentheses = (text: string): string => (text.includes("| ") && !text.startsWith("{") ? `(${text})` : text);

/** The lines of a field, with its description as a comment above it. */
function fieldLines(name: string, schema: Schema, isRequired: boolean): readonly string[] {
  const { description } = schema;
  const text = `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}${isRequired ? "" : "?"}: ${typeText(schema)};`;
  return [...(description === undefined ? [] : [`/** ${description} */`]), ...text.split("\n")];
}

function objectText({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
  const others = isSchema(additionalProperties) ? typeText(additionalProperties) : "unknown";
  if (fields.length === 0) return `Record<string, ${others}>`;
  const lines = [
    ...fields.flatMap(([name, schema]) => fieldLines(name, schema, required.includes(name))),
    ...(additionalProperties === undefined ? [] : [`[name: string]: ${others};`]),
  ];
  const short = `{ ${lines.join(" ").replace(/;$/, "")} }`;
  const isShort = short.length <= 90 && !lines.some((line) => line.startsWith("/**"));
  return isShort ? short : ["{", ...lines.map((line) => `  ${line}`), "}"].join("\n");
}

/** A union, over several lines if it is long. */
function unionText(types: readonly string[]): string {
  const line = types.join(" | ");
  return line.length <= 100 ? line : types.map((type) => `\n  | ${type.replaceAll("\n", "\n    ")}`).join("");
}

/** A schema in the notation of TypeScript. */
function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) return refName(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return unionText(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.anyOf !== undefined) {
    const isNull = (one: unknown): boolean => isSchema(one) && one.type === "null";
    const [others, nulls] = [schema.anyOf.filter((one) => !isNull(one)), schema.anyOf.filter(isNull)];
    return unionText(schemasOf([...others, ...nulls]).map(typeText));
  }
  if (schema.prefixItems !== undefined) return `[${schemasOf(schema.prefixItems).map(typeText).join(", ")}]`;
  if (schema.type === "array") return `${withParentheses(isSchema(schema.items) ? typeText(schema.items) : "unknown")}[]`;
  if (schema.type === "object") return objectText(schema);
  return typeof schema.type === "string" ? schema.type : "unknown";
}

/** A schema as a table cell, with links to named shapes. */
function cellText(schema: Schema, list = ""): string {
  if (schema.description !== undefined) return schema.description;
  if (schema.anyOf !== undefined && list === "")
    return schemasOf(schema.anyOf)
      .map((one) => cellText(one))
      .join(" or ");
  if (schema.type === "array" && isSchema(schema.items) && list === "") return cellText(schema.items, "[]");
  const text = typeText(schema).replace(/\s+/g, " ");
  return schema.$ref === undefined ? `\`${text}${list}\`` : `[\`${text}${list}\`](#${text.toLowerCase()})`;
}

const shapeText = (name: string, { description, ...schema }: Schema): string =>
  [
    `### ${name}`,
    ...(description === undefined ? [] : [description]),
    `\`\`\`ts\n${`type ${name} = ${typeText(schema)};`.replaceAll(" \n", "\n")}\n\`\`\``,
  ].join("\n\n");

/** The answer of every command with `--json`, and the shapes that these answers contain. */
export async function answerReference(): Promise<string> {
  const { properties, $defs } = await answerSchemas();
  const rows = Object.entries(properties).map(([name, schema]) => [`\`${name}\``, cellText(schema)]);
  const shapes = Object.entries($defs).map(([name, schema]) => shapeText(name, schema));
  return [table(["command", "answer"], rows), "## Shapes", ...shapes].join("\n\n");
}

/** The same as one JSON Schema: an object with each command's answer under the command's name. */
export async function answerSchemaFile(): Promise<string> {
  const about = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What commands of Reward Ledger answer with --json",
  };
  return `${JSON.stringify({ ...about, type: "object", ...(await answerSchemas()) }, null, 2)}\n`;
}
