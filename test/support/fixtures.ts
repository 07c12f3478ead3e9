import type { Finding } from "../../src/features/reviews/model/finding.ts";
import { ciExitCode, deriveVerdict, rewardBaseline, type Verdict } from "../../src/features/reviews/model/report.ts";
import { type BonusName, scoreOf } from "../../src/features/reviews/model/score.ts";
import { between, pick, type Random, seededRandom, uuid4 } from "./random.ts";
import { type RuleSample, sampleFiles, sampleRules } from "./samples.ts";

/** A review report in the form in which a tool writes it, with all keys present. */
export type FixtureReport = Readonly<{
  schema_version: string;
  run_id: string;
  timestamp: string;
  overall_verdict: Verdict;
  ci_exit_code: 0 | 1;
  score: number;
  reward_delta: number;
  findings: readonly Finding[];
  summary: string;
  house_rules_updates: readonly string[];
}>;

/** One run of a generated history: the report, and the values that a caller passes with it. */
export type FixtureRun = Readonly<{
  agent: string;
  project: string;
  issue_number: number | null;
  changed_files: readonly string[];
  report: FixtureReport;
}>;

export type HistoryOptions = Readonly<{
  seed: number;
  runs: number;
  /** The agent of each run is chosen at random. Default: claude-code, codex and gemini-cli. */
  agents?: readonly [string, ...string[]];
  /** Default: acme/storefront and acme/billing. */
  projects?: readonly [string, ...string[]];
  /** Time of the first run, ISO-8601. Default 2026-01-05T08:00:00.000Z, a Monday. */
  start?: string;
  /** Days from the first run to the last. Default 90. */
  days?: number;
}>;

/** The quality of an agent's runs. Each mood lasts for several runs in a row, so that streaks reach their bonuses. */
type Mood = "steady" | "sloppy" | "broken";
type AgentState = { mood: Mood; lastTrouble: Mood; left: number; runs: number };

const freshState = (): AgentState => ({ mood: "broken", lastTrouble: "broken", left: 0, runs: 0 });

/** Alternates between sloppy and broken, so that every sufficiently long history has both. */
function moodAfter(state: AgentState, random: Random): Mood {
  if (state.mood === "steady") return state.lastTrouble === "broken" ? "sloppy" : "broken";
  return state.mood === "sloppy" && random() < 0.3 ? "broken" : "steady";
}

function nextMood(state: AgentState, random: Random): Mood {
  if (state.left === 0) {
    state.mood = moodAfter(state, random);
    if (state.mood !== "steady") state.lastTrouble = state.mood;
    // Later runs of an agent are steadier: longer spells of passing, shorter ones of failing.
    const experience = Math.min(6, Math.floor(state.runs / 25));
    state.left =
      state.mood === "steady" ? between(random, 6, 9 + experience) : between(random, state.mood === "broken" ? 3 : 2, 4);
  }
  state.left -= 1;
  state.runs += 1;
  return state.mood;
}

function findingOf(sample: RuleSample, random: Random): Finding {
  const file = pick(random, sampleFiles);
  const line = between(random, 1, 420);
  return {
    category: sample.category,
    severity: sample.severity,
    tool: sample.tool,
    rule: sample.rule,
    file,
    line,
    message: sample.message,
    fixable: sample.fixable,
    evidence_refs:
      sample.severity === "error" && random() < 0.2
        ? [{ path: file, start_line: line, end_line: line + between(random, 0, 12), artifact_id: null, description: null }]
        : null,
  };
}

const randomFindings = (count: number, samples: readonly [RuleSample, ...RuleSample[]], random: Random): readonly Finding[] =>
  Array.from({ length: count }, () => findingOf(pickSkewed(random, samples), random));

/** Picks a sample, earlier ones more often, so that some rules are much more frequent than others, as in real projects. */
function pickSkewed(random: Random, samples: readonly [RuleSample, ...RuleSample[]]): RuleSample {
  return samples[Math.floor(random() ** 1.8 * samples.length)] ?? samples[0];
}

function findingsFor(mood: Mood, random: Random): readonly Finding[] {
  switch (mood) {
    case "steady":
      return [
        ...randomFindings(between(random, 0, 3), sampleRules.warning, random),
        ...randomFindings(between(random, 0, 4), sampleRules.info, random),
        ...randomFindings(random() < 0.12 ? 1 : 0, sampleRules.fixable, random),
      ];
    case "sloppy":
      return [
        ...randomFindings(between(random, 17, 22), sampleRules.warning, random),
        ...randomFindings(between(random, 0, 5), sampleRules.info, random),
      ];
    case "broken":
      return [
        ...randomFindings(between(random, 1, 3), sampleRules.blocking, random),
        ...randomFindings(between(random, 1, 5), sampleRules.warning, random),
        ...randomFindings(between(random, 0, 4), sampleRules.info, random),
      ];
    default:
      return mood satisfies never;
  }
}

function bonusesFor(mood: Mood, findings: readonly Finding[], random: Random): readonly BonusName[] {
  // A sloppy run earns none, so that its score stays between the advisory bounds.
  if (mood === "sloppy") return [];
  return [
    ...(findings.some((one) => one.tool === "radon") ? [] : (["zero_complexity_violations"] as const)),
    ...(random() < 0.3 ? (["coverage_90_plus"] as const) : []),
    ...(random() < 0.15 ? (["no_new_suppressions"] as const) : []),
  ];
}

function reportOf(mood: Mood, timestamp: string, random: Random): FixtureReport {
  const findings = findingsFor(mood, random);
  const score = scoreOf(findings, bonusesFor(mood, findings, random));
  const verdict = deriveVerdict(score, findings);
  const blocking = findings.filter((one) => one.severity === "error" && !one.fixable).length;
  const shadow = verdict === "FAIL" && random() < 0.1;
  return {
    schema_version: "1.0",
    run_id: `review-${uuid4(random)}`,
    timestamp,
    overall_verdict: verdict,
    ci_exit_code: shadow ? 0 : ciExitCode(verdict),
    score,
    reward_delta: score - rewardBaseline,
    findings,
    summary: findings.length === 0 ? "No findings." : `${findings.length} findings, ${blocking} blocking.`,
    house_rules_updates: [],
  };
}

/**
 * Creates a realistic history, oldest first. The same options give the same runs, byte for byte. Every agent with 40 runs or
 * more has passes, advisories and fails, and reaches both the pass bonus (5 in a row) and the block penalty (3 in a row). There
 * are about six findings per run. Times are unique and increase.
 */
export function makeHistory(options: HistoryOptions): readonly FixtureRun[] {
  const random = seededRandom(options.seed);
  const agents = options.agents ?? ["claude-code", "codex", "gemini-cli"];
  const projects = options.projects ?? ["acme/storefront", "acme/billing"];
  const start = Date.parse(options.start ?? "2026-01-05T08:00:00.000Z");
  const stepMs = Math.max(2, Math.floor(((options.days ?? 90) * 86_400_000) / Math.max(1, options.runs)));
  const states = new Map<string, AgentState>(agents.map((agent) => [agent, freshState()]));

  return Array.from({ length: options.runs }, (_, index) => {
    const agent = pick(random, agents);
    const state = states.get(agent) ?? freshState();
    const timestamp = new Date(start + index * stepMs + between(random, 0, stepMs - 1)).toISOString();
    const report = reportOf(nextMood(state, random), timestamp, random);
    const files = new Set([...report.findings.map((one) => one.file), pick(random, sampleFiles)]);
    return {
      agent,
      project: pick(random, projects),
      issue_number: random() < 0.4 ? between(random, 1, 240) : null,
      changed_files: [...files].sort(),
      report,
    };
  });
}
