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
/** The toolsets that are offered by default: the list is part of every conversation, so it has to be short. */
export const defaultToolsets: readonly Toolset[] = ["reviews", "evals"];

const isToolset = (name: string): name is Toolset => toolsetNames.some((one) => one === name);

/** The toolsets that a text such as `reviews,spend` or `all` names; undefined when one of them is unknown. */
export function parseToolsets(text: string): readonly Toolset[] | undefined {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("all")) return toolsetNames;
  const known = names.filter(isToolset);
  return known.length === names.length ? toolsetNames.filter((name) => known.includes(name)) : undefined;
}
