import { findOperation, toolsets } from "../../src/features/operations.ts";
import { type ToolDefinition, toolDefinition } from "../../src/features/shared/tool-definition.ts";
import { defaultToolsets, toolsetNames } from "../../src/mcp/tool-names.ts";
import { table } from "./table.ts";

async function definitionOf(name: string, operation: string): Promise<ToolDefinition> {
  const found = await findOperation(operation);
  if (found === undefined) throw new Error(`there is no operation ${operation}`);
  return toolDefinition(name, found);
}

function inputText({ properties, required = [] }: ToolDefinition["inputSchema"]): string {
  const keys = Object.keys(properties).map((key) => (required.includes(key) ? `**\`${key}\`**` : `\`${key}\``));
  return keys.length === 0 ? "-" : keys.join(", ");
}

/** Every tool by its set: what it does, its input, and whether it writes. */
export async function toolReference(): Promise<string> {
  const sections = await Promise.all(
    toolsetNames.map(async (set) => {
      const tools = await Promise.all(
        Object.entries(toolsets[set]).map(async ([name, operation]) => {
          const { description, inputSchema, annotations } = await definitionOf(name, operation);
          return [
            `\`${name}\``,
            description,
            inputText(inputSchema),
            annotations.readOnlyHint ? "reads" : "writes",
            `\`${operation}\``,
          ];
        }),
      );
      const heading = `### ${set}${defaultToolsets.includes(set) ? "" : ` (\`--toolsets ${set}\`)`}`;
      return `${heading}\n\n${table(["tool", "what it does", "takes", "effect", "command"], tools)}`;
    }),
  );
  return sections.join("\n\n");
}
