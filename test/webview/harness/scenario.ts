import { type FixtureRun, makeHistory } from "../../support/fixtures.ts";

/** A ledger to show: its runs, and the time that counts as now. */
export type Scenario = Readonly<{ runs: readonly FixtureRun[]; now: string; resets: readonly string[] }>;

const start = "2026-01-05T08:00:00.000Z";

function history(runs: number, days: number, agents: readonly [string, ...string[]]): Scenario {
  return {
    runs: makeHistory({ seed: 7, runs, days, agents, start }),
    now: new Date(Date.parse(start) + days * 86_400_000).toISOString(),
    resets: [],
  };
}

const manyAgents = ["claude-code", "codex", "gemini-cli", "aider", "cursor", "copilot", "windsurf", "cline"] as const;

export const scenarioNames = ["empty", "one", "sixty", "reset", "thousands", "eight"] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** The named ledgers, from none to fifteen thousand runs. */
export function scenarioOf(name: ScenarioName): Scenario {
  switch (name) {
    case "empty":
      return { runs: [], now: start, resets: [] };
    case "one":
      return history(1, 1, ["claude-code"]);
    case "sixty":
      return history(120, 60, ["claude-code", "codex"]);
    case "reset":
      return { ...history(60, 40, ["claude-code"]), resets: ["2026-01-20T12:00:00.000Z"] };
    case "thousands":
      return history(6000, 340, ["claude-code", "codex", "gemini-cli"]);
    case "eight":
      return history(15_000, 700, manyAgents);
    default:
      return name satisfies never;
  }
}
