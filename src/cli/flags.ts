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

/** `house_rules_version` → `house-rules-version`. */
export const kebab = (key: string): string => key.replaceAll("_", "-");

const placeholders: Readonly<Record<string, string>> = {
  action: "action",
  agent: "name",
  anon_key: "key",
  at: "time",
  body: "text",
  code: "code",
  email: "address",
  bonus: "name",
  changed_file: "file",
  format: "format",
  file: "file",
  from: "file",
  id: "id",
  key: "key",
  level: "severity",
  out: "file",
  paths: "path",
  project: "name",
  projects: "pattern",
  redact: "what",
  rule: "rule",
  role: "role",
  run_id: "run-id",
  since: "date",
  set: "column=value",
  source: "file",
  state: "state",
  store: "store",
  task_id: "id",
  team: "slug",
  topic: "topic",
  until: "date",
  url: "url",
  usd: "usd",
  view: "view",
  where: "column=value",
  words: "word",
  worker: "name",
};

type Unwrapped = Readonly<{ schema: z.core.$ZodType; description: string; optional: boolean }>;

/** What a key says about itself and what it holds, defaults and the like taken off. The outermost description counts. */
function unwrap(schema: z.core.$ZodType): Unwrapped {
  const description = z.globalRegistry.get(schema)?.description;
  const inside = (inner: z.core.$ZodType, optional: boolean): Unwrapped => {
    const unwrapped = unwrap(inner);
    return { ...unwrapped, description: description ?? unwrapped.description, optional: optional || unwrapped.optional };
  };
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return inside(schema.unwrap(), true);
  if (schema instanceof z.ZodNullable) return inside(schema.unwrap(), false);
  if (schema instanceof z.ZodPipe) return inside(schema.in, false);
  return { schema, description: description ?? "", optional: false };
}

function kindOf(schema: z.core.$ZodType): Flag["kind"] {
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodNumberFormat) return "integer";
  return schema instanceof z.ZodNumber ? "number" : "string";
}

function flagOf(key: string, property: z.core.$ZodType): Flag {
  const { schema, description, optional } = unwrap(property);
  const many = schema instanceof z.ZodArray;
  const value = many ? unwrap(schema.element).schema : schema;
  const kind = kindOf(value);
  return {
    key,
    name: kebab(key),
    kind,
    many,
    required: !optional,
    choices: value instanceof z.ZodEnum ? value.options.map(String) : null,
    description,
    placeholder: placeholders[key] ?? (kind === "string" ? "text" : "n"),
  };
}

/** The flags of an operation's input, in the order of its keys. */
export const flagsOf = (input: z.ZodObject): readonly Flag[] =>
  Object.entries(input.shape).map(([key, property]) => flagOf(key, property));
