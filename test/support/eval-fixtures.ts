import { between, pick, type Random, seededRandom } from "./random.ts";

/** A test in an eval file, in the form in which a test run writes it. */
export type FixtureTest = {
  name: string;
  suite: string;
  tier: string;
  passed: boolean;
  duration_ms: number;
  cost_usd: number;
  turns_used?: number;
  exit_reason?: string;
  detection_rate?: number;
  detected_bugs?: string[];
  missed_bugs?: string[];
  false_positives?: number;
  evidence_quality?: number;
  judge_scores?: Record<string, number>;
  error?: string;
};

/** An eval file in the standard format. */
export type FixtureEval = {
  schema_version: number;
  version: string;
  label?: string;
  git_branch: string;
  git_sha: string;
  timestamp: string;
  hostname: string;
  tier: string;
  total: number;
  passed: number;
  failed: number;
  total_cost_usd: number;
  duration_seconds: number;
  costs: {
    model: string;
    calls: number;
    input_tokens: number;
    output_tokens: number;
    cache_read_input_tokens?: number;
    cost_usd?: number;
  }[];
  by_category: Record<string, { passed: number; failed: number }>;
  all_results: FixtureTest[];
};

export type EvalHistoryOptions = Readonly<{
  seed: number;
  runs: number;
  /** Tests per run. */
  tests: number;
  /** Default: checkout, search and review. */
  suites?: readonly [string, ...string[]];
  /** The models of the runs, in rotation. Default: the fast and the standard tier's, and one without a known price. */
  models?: readonly [string, ...string[]];
  /** Default: e2e, with every fourth run llm-judge. */
  tiers?: readonly [string, ...string[]];
  /** Default main and feature/parser. */
  branches?: readonly [string, ...string[]];
  /** Time of the first run, ISO-8601. Default 2026-01-05T08:00:00.000Z, a Monday. */
  start?: string;
  /** Hours between runs. Default 24. */
  everyHours?: number;
}>;

/** Probability that a test passes: in the first run, in the last, and (if different) in the last three. */
type Odds = Readonly<{ first: number; last: number; lately?: number }>;
type Habit = Odds & Readonly<{ ms: number; turns: number }>;

const habits: readonly [Odds, ...Odds[]] = [
  { first: 1, last: 1 },
  { first: 1, last: 1 },
  { first: 1, last: 1 },
  { first: 0.97, last: 0.99 },
  { first: 0.5, last: 0.5 },
  { first: 0, last: 0 },
  { first: 0.1, last: 1 },
  { first: 1, last: 0.3 },
  { first: 1, last: 1, lately: 0.2 },
];

const areas = [
  "opens the cart",
  "keeps the filter",
  "finds the planted bug",
  "explains the failure",
  "renames a symbol",
  "retries once",
] as const;

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");

const usd = (micros: number): number => Math.round(micros) / 1_000_000;

/** @param odds probability of passing */
function resultOf(random: Random, habit: Habit, odds: number, tier: string): Omit<FixtureTest, "name" | "suite"> {
  const passed = random() < odds;
  const turns = Math.max(1, habit.turns + between(random, -1, 2));
  const base = {
    tier,
    passed,
    duration_ms: Math.round(habit.ms * (0.8 + random() * 0.4)),
    cost_usd: usd(turns * between(random, 4_000, 9_000)),
    exit_reason: passed || random() < 0.7 ? "success" : "error_max_turns",
    ...(passed ? {} : { error: "expected the outcome to hold" }),
  };
  if (tier === "llm-judge") {
    const score = (): number => between(random, passed ? 3 : 1, passed ? 5 : 3);
    return { ...base, judge_scores: { clarity: score(), completeness: score(), actionability: score() } };
  }
  const detected = between(random, passed ? 3 : 0, passed ? 5 : 2);
  const bugs = ["off by one", "lost update", "missing await", "wrong default", "stale cache"];
  return {
    ...base,
    turns_used: turns,
    detection_rate: detected,
    detected_bugs: bugs.slice(0, detected),
    missed_bugs: bugs.slice(detected),
    false_positives: between(random, 0, 1),
    evidence_quality: between(random, 2, 5),
  };
}

function categoriesOf(tests: readonly FixtureTest[]): FixtureEval["by_category"] {
  const counts: FixtureEval["by_category"] = {};
  for (const test of tests) {
    const sum = counts[test.suite] ?? { passed: 0, failed: 0 };
    counts[test.suite] = { passed: sum.passed + (test.passed ? 1 : 0), failed: sum.failed + (test.passed ? 0 : 1) };
  }
  return counts;
}

/** The probability that a test passes in a run. */
function oddsOf({ first, last, lately }: Odds, run: number, runs: number): number {
  if (lately !== undefined && run >= runs - 3) return lately;
  return runs < 2 ? last : first + ((last - first) * run) / (runs - 1);
}

/** Creates a history of eval runs, oldest first. The same options give the same files. Long histories have every trend status. */
export function makeEvalHistory(options: EvalHistoryOptions): readonly FixtureEval[] {
  const random = seededRandom(options.seed);
  const suites = options.suites ?? ["checkout", "search", "review"];
  const models = options.models ?? ["claude-haiku-4-5", "claude-sonnet-4-6", "house-model-1"];
  const tiers = options.tiers ?? ["e2e", "e2e", "e2e", "llm-judge"];
  const branches = options.branches ?? ["main", "feature/parser"];
  const start = Date.parse(options.start ?? "2026-01-05T08:00:00.000Z");
  const tests = Array.from({ length: options.tests }, (_, index) => ({
    suite: suites[index % suites.length] ?? suites[0],
    name: `${areas[index % areas.length] ?? areas[0]} (${index + 1})`,
    habit: { ...pick(random, habits), ms: between(random, 800, 40_000), turns: between(random, 2, 14) },
  }));
  return Array.from({ length: options.runs }, (_, run): FixtureEval => {
    const tier = tiers[run % tiers.length] ?? tiers[0];
    const model = models[run % models.length] ?? models[0];
    const results = tests.map(({ suite, name, habit }) => ({
      name,
      suite,
      ...resultOf(random, habit, oddsOf(habit, run, options.runs), tier),
    }));
    const passed = results.filter((test) => test.passed).length;
    const micros = results.reduce((sum, test) => sum + Math.round(test.cost_usd * 1_000_000), 0);
    return {
      schema_version: 1,
      version: `1.${Math.floor(run / 10)}.${run % 10}`,
      label: `nightly-${run + 1}`,
      git_branch: random() < 0.75 ? branches[0] : pick(random, branches),
      git_sha: hex(random, 7),
      timestamp: new Date(start + run * (options.everyHours ?? 24) * 3_600_000).toISOString(),
      hostname: "builder",
      tier,
      total: results.length,
      passed,
      failed: results.length - passed,
      total_cost_usd: usd(micros),
      duration_seconds: results.reduce((sum, test) => sum + test.duration_ms, 0) / 1000,
      costs: [
        {
          model,
          calls: results.length,
          input_tokens: results.length * between(random, 2_000, 6_000),
          output_tokens: results.length * between(random, 200, 900),
          cache_read_input_tokens: results.length * between(random, 1_000, 9_000),
          ...(run % 2 === 0 ? { cost_usd: usd(micros) } : {}),
        },
      ],
      by_category: categoriesOf(results),
      all_results: results,
    };
  });
}
