import * as z from "zod";

/** One input key of an operation, as the command line accepts it. */
export type Flag = Readonly<{
  /** The key in the operation's input, snake_case. */
  key: string;
  /** Without dashes, kebab-case. */
  name: string;
  kind: "boolean" | "string" | "integer" | "number";
  /** Accepts several values. */
  many: boolean;
  required: boolean;
  choices: readonly string[] | null;
  description: string;
  /** The placeholder of the value in help: `--limit <n>`. */
  placeholder: string;
}>;

/** `house_rules_version` → `house-rules-version`. */
export const toKebab = (key: string): string => key.replaceAll("_", "-");

/** Keys whose value has a placeholder other than the key. */
const placeholders: Readonly<Record<string, string>> = {
  after: "run",
  anon_key: "key",
  agent: "name",
  at: "time",
  base: "commit",
  before: "run",
  body: "text",
  bonus: "name",
  by: "name",
  changed_file: "file",
  completed_at: "time",
  context_url: "url",
  data: "json",
  email: "address",
  files: "file",
  fix_pr_url: "url",
  from: "file",
  from_handle: "name",
  level: "severity",
  member: "address",
  meta: "json",
  on: "place",
  out: "file",
  pass: "pass=result",
  paths: "path",
  project: "name",
  projects: "pattern",
  redact: "what",
  regression_test_path: "file",
  row: "json",
  set: "column=value",
  snapshot: "json",
  since: "date",
  source: "file",
  started_at: "time",
  task_id: "id",
  team: "slug",
  to: "target",
  trace_file: "file",
  until: "date",
  usd: "usd",
  where: "column=value",
  words: "word",
  worker: "name",
};

/** The placeholder of a value in help: the name of its key, unless that is not informative. */
const placeholderOf = (key: string): string => placeholders[key] ?? (key.endsWith("_json") ? "json" : toKebab(key));

type Unwrapped = Readonly<{ schema: z.core.$ZodType; description: string; optional: boolean }>;

/** The description of a key and its schema, without defaults and other wrappers. The outermost description counts. */
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
  const choices = value instanceof z.ZodEnum ? value.options.map(String) : null;
  return {
    key,
    name: toKebab(key),
    kind,
    many,
    required: !optional,
    choices,
    description,
    placeholder: choices !== null ? toKebab(key) : kind === "string" ? placeholderOf(key) : (placeholders[key] ?? "n"),
  };
}

/** The flags of an operation's input, in the order of its keys. */
export const flagsOf = (input: z.ZodObject): readonly Flag[] =>
  Object.entries(input.shape).map(([key, property]) => flagOf(key, property));
