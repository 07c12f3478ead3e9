import * as z from "zod";

/** One input key of an operation, as the command line takes it. */
export type Flag = Readonly<{
  /** The key in the operation's input, snake_case. */
  key: string;
  /** Without dashes, kebab-case. */
  name: string;
  kind: "boolean" | "string" | "integer" | "number";
  /** Takes several values. */
  many: boolean;
  required: boolean;
  choices: readonly string[] | null;
  description: string;
  /** What stands for the value in help: `--limit <n>`. */
  placeholder: string;
}>;

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** `house_rules_version` → `house-rules-version`. */
export const kebab = (key: string): string => key.replaceAll("_", "-");

const placeholders: Readonly<Record<string, string>> = {
  agent: "name",
  changed_file: "file",
  format: "format",
  from: "file",
  out: "file",
  paths: "path",
  project: "name",
  since: "date",
};

/** The schema under `null | …`, which no flag can say: a flag that is not given is null. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const choice = schema.anyOf?.find((one) => typeof one === "object" && one.type !== "null");
  return typeof choice === "object" ? choice : schema;
}

function kindOf(schema: JsonSchema): Flag["kind"] {
  switch (schema.type) {
    case "boolean":
    case "integer":
    case "number":
      return schema.type;
    default:
      return "string";
  }
}

function flagOf(key: string, property: JsonSchema, required: boolean): Flag {
  const schema = withoutNull(property);
  const items = schema.type === "array" && typeof schema.items === "object" && !Array.isArray(schema.items) ? schema.items : null;
  const value = items ?? schema;
  const kind = kindOf(value);
  return {
    key,
    name: kebab(key),
    kind,
    many: items !== null,
    required,
    choices: value.enum?.filter((one) => typeof one === "string") ?? null,
    description: property.description ?? schema.description ?? "",
    placeholder: placeholders[key] ?? (kind === "string" ? "text" : "n"),
  };
}

/** The flags of an operation's input, in the order of its keys. */
export function flagsOf(input: z.ZodObject): readonly Flag[] {
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
    typeof property === "object" ? [flagOf(key, property, schema.required?.includes(key) ?? false)] : [],
  );
}
