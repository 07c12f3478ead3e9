/** Texts of the panel about evals; see `strings.ts`. */
export const evalStrings = {
  "tab.evals": "Evals",
  "filter.tier": "Tier",
  "filter.allTiers": "All tiers",
  "filter.suite": "Suite",
  "filter.allSuites": "All suites",
  "filter.noSuite": "(no suite)",
  "filter.branch": "Branch",
  "filter.allBranches": "All branches",
} as const satisfies Readonly<Record<string, string>>;
