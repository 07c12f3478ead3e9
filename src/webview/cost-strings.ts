/** Texts of the panel about costs; see `strings.ts`. */
export const costStrings = {
  "tab.costs": "Costs",
} as const satisfies Readonly<Record<string, string>>;
