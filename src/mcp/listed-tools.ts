import { findOperation } from "../features/operations.ts";
import { type ToolDefinition, toolDefinition } from "../features/shared/tool-definition.ts";
import { selectTools } from "./select-tools.ts";
import { type Toolset, toolsetNames } from "./tool-names.ts";

const loadDefinitions = (set: Toolset): Promise<readonly ToolDefinition[]> =>
  Promise.all(
    [...selectTools([set])].map(async ([name, operation]) => {
      const found = await findOperation(operation);
      if (found === undefined) throw new TypeError(`there is no operation ${operation}`);
      return toolDefinition(name, found);
    }),
  );

/**
 * The tools of each set, as they are listed for agents. The build computes the value, so that a bundle
 * includes it and no operation.
 */
export const listedTools: readonly Readonly<{ set: Toolset; tools: readonly ToolDefinition[] }>[] = await Promise.all(
  toolsetNames.map(async (set) => ({ set, tools: await loadDefinitions(set) })),
);
