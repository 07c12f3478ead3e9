import type { toolsets } from "../features/operations.ts";

export type Toolset = keyof typeof toolsets;
export const toolsetNames: readonly Toolset[] = [
  "reviews",
  "evals",
  "spend",
  "tasks",
  "memory",
  "inbox",
  "trust",
  "gate",
  "self-fix",
];
/** What an agent has without asking for more: a list that is in every conversation has to be short. */
export const usualToolsets: readonly Toolset[] = ["reviews", "evals"];

const isToolset = (name: string): name is Toolset => toolsetNames.some((one) => one === name);

/** The sets that a text such as `reviews,spend` or `all` names; undefined where one of them is none. */
export function toolsetsIn(text: string): readonly Toolset[] | undefined {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("all")) return toolsetNames;
  const known = names.filter(isToolset);
  return known.length === names.length ? toolsetNames.filter((name) => known.includes(name)) : undefined;
}
