import { type OperationName, toolsets } from "../features/operations.ts";
import type { Toolset } from "./tool-names.ts";

/** The tools of some sets, in the order in which the sets are listed. */
export const selectTools = (sets: readonly Toolset[]): ReadonlyMap<string, OperationName> =>
  new Map(sets.flatMap((set) => Object.entries(toolsets[set])));
