import * as z from "zod";
import type { AnyOperation } from "./operation.ts";
import { toolInput, toolOutput } from "./tool.ts";

/** A JSON Schema of an object. */
const objectSchema = z.object({
  type: z.literal("object"),
  properties: z.record(z.string(), z.json()),
  required: z.array(z.string()).exactOptional(),
});
export type ObjectSchema = Readonly<z.infer<typeof objectSchema>>;

/** A tool as it is listed to agents. */
export type ToolDefinition = Readonly<{
  name: string;
  description: string;
  inputSchema: ObjectSchema;
  outputSchema: ObjectSchema;
  annotations: Readonly<{ readOnlyHint: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint: boolean }>;
}>;

/**
 * Removes what is useless to a model and costs tokens in every conversation: bounds of the number type itself, patterns in
 * addition to a format, that a text is not empty, and that there are no other keys. The operation validates its input in any
 * case.
 */
function trimSchema({ jsonSchema: schema }: Readonly<{ jsonSchema: z.core.JSONSchema.BaseSchema }>): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minLength === 1) delete schema.minLength;
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  const { anyOf = [] } = schema;
  const [one, none] = anyOf;
  if (anyOf.length !== 2 || one === undefined || none?.type !== "null" || Object.keys(one).join() !== "type") return;
  delete schema.anyOf;
  Object.assign(schema, { type: [one.type, "null"] });
}

/** For answers, also removes which keys are always present. */
function trimOutputSchema(context: Parameters<typeof trimSchema>[0]): void {
  trimSchema(context);
  delete context.jsonSchema.required;
}

function toJsonSchema(schema: z.ZodObject, io: "input" | "output"): ObjectSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, override: io === "input" ? trimSchema : trimOutputSchema });
  return objectSchema.parse(rest);
}

/** Derives the tool of an operation from its definition. */
export function toolDefinition(name: string, operation: AnyOperation): ToolDefinition {
  const { effect, idempotent, summary, tool } = operation;
  const openWorldHint = tool?.outside ?? false;
  return {
    name,
    description: tool?.about ?? summary,
    inputSchema: toJsonSchema(toolInput(operation), "input"),
    outputSchema: toJsonSchema(toolOutput(operation), "output"),
    annotations:
      effect === "read"
        ? { readOnlyHint: true, openWorldHint }
        : {
            readOnlyHint: false,
            destructiveHint: effect === "destructive",
            idempotentHint: idempotent !== false,
            openWorldHint,
          },
  };
}
