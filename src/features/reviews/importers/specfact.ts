import { invalidReport } from "../../../kernel/errors.ts";
import { repairTexts, replacementWarnings } from "../../../kernel/repair-surrogates.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import { attempt, type Disagreement, type ParsedFile, type ReadOptions } from "../../shared/input/input-file.ts";
import { type Standing, step, zeroStanding } from "../model/coins-and-streaks.ts";
import { countViolations } from "../model/count-violations.ts";
import { type Finding, finding } from "../model/finding.ts";
import { neutralSummary } from "../model/neutral-summary.ts";
import { deriveVerdict, rewardBaseline, type Verdict } from "../model/report.ts";
import { type SpecfactLedger, type SpecfactRun, specfactLedger, specfactRun } from "../model/specfact.ts";
import { draftOf, parseReview, type ReadDraft } from "./review.ts";

type ReplayedRun = Readonly<{ agent: string; at: string; verdict: Verdict; rewardDelta: number; findings: readonly Finding[] }>;
type ParsedRun = Readonly<{
  read: ReadDraft;
  run: ReplayedRun;
  key: string;
  disagreements: readonly Omit<Disagreement, "file">[];
}>;

/** Whether a value is that tool's ledger: it has runs and at least one of the totals. */
export const isSpecfactLedger = (value: object): boolean =>
  "runs" in value && ["cumulative_coins", "streak_pass", "streak_block", "violation_counts"].some((key) => key in value);

/** Lists where a run's own stored fields contradict its score and findings. */
function contradictions(run: SpecfactRun, verdict: Verdict): readonly Omit<Disagreement, "file">[] {
  const delta = run.score - rewardBaseline;
  return [
    ...(run.verdict === verdict ? [] : [{ total: `verdict of ${run.session_id}`, stated: run.verdict, replayed: verdict }]),
    ...(run.reward_delta === delta
      ? []
      : [{ total: `reward_delta of ${run.session_id}`, stated: String(run.reward_delta), replayed: String(delta) }]),
  ];
}

function parseRun(value: unknown, target: string, ledger: SpecfactLedger, options: ReadOptions): ParsedRun {
  const repaired = repairTexts(value);
  const parsed = specfactRun.safeParse(repaired.value, { reportInput: true });
  if (!parsed.success) throw invalidReport(target, problemsOf(parsed.error));
  const run = parsed.data;
  const findings = finding.array().safeParse(run.findings_json, { reportInput: true });
  if (!findings.success) {
    throw invalidReport(
      target,
      problemsOf(findings.error).map((line) => `findings_json${line}`),
    );
  }
  const review = parseReview(
    {
      run_id: run.session_id,
      timestamp: run.created_at,
      score: run.score,
      findings: run.findings_json,
      summary: neutralSummary(findings.data),
    },
    target,
    options.now,
  );
  const agent = (run.agent ?? ledger.agent).normalize("NFC");
  const verdict = deriveVerdict(run.score, findings.data);
  const draft = draftOf(review, {
    agent,
    project: options.project,
    issueNumber: run.issue_number,
    changedFiles: run.changed_files,
    // The tool writes 1 whatever the version is, so 1 means unknown.
    houseRulesVersion: run.house_rules_ver === 1 ? null : run.house_rules_ver,
  });
  return {
    read: { draft, warnings: [...replacementWarnings(repaired.replaced), ...review.warnings] },
    run: { agent, at: review.report.timestamp, verdict, rewardDelta: review.report.reward_delta, findings: findings.data },
    key: JSON.stringify([agent, run.session_id]),
    disagreements: contradictions(run, verdict),
  };
}

type AgentReplay = Readonly<{ agent: string; standing: Standing; lastDelta: number; lastVerdict: Verdict }>;

/** Folds the runs as this ledger will: per agent, oldest first, each run once. */
function replay(runs: readonly ReplayedRun[]): readonly AgentReplay[] {
  const byAgent = new Map<string, AgentReplay>();
  for (const run of runs.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const { after } = step(byAgent.get(run.agent)?.standing ?? zeroStanding, run);
    byAgent.set(run.agent, { agent: run.agent, standing: after, lastDelta: run.rewardDelta, lastVerdict: run.verdict });
  }
  return [...byAgent.values()].sort((a, b) => (a.agent < b.agent ? -1 : 1));
}

const coinsText = (tenths: number): string => (tenths / 10).toFixed(2);

/** Returns stated totals that the replay of the runs contradicts. If a file contains several agents, each is named. */
function compareTotals(ledger: SpecfactLedger, runs: readonly ReplayedRun[]): readonly Omit<Disagreement, "file">[] {
  const replays = replay(runs);
  const formatEach = (value: (one: AgentReplay) => string, none: string): string => {
    const [only, ...more] = replays;
    if (only === undefined) return none;
    return more.length === 0 ? value(only) : replays.map((one) => `${one.agent} ${value(one)}`).join(", ");
  };
  const totals = [
    {
      total: "coins",
      stated: ledger.cumulative_coins.toFixed(2),
      replayed: formatEach((one) => coinsText(one.standing.coinTenths), "0.00"),
    },
    {
      total: "streak_pass",
      stated: String(ledger.streak_pass),
      replayed: formatEach((one) => String(one.standing.streakPass), "0"),
    },
    {
      total: "streak_block",
      stated: String(ledger.streak_block),
      replayed: formatEach((one) => String(one.standing.streakBlock), "0"),
    },
    { total: "last_delta", stated: String(ledger.last_delta), replayed: formatEach((one) => String(one.lastDelta), "0") },
    { total: "last_verdict", stated: ledger.last_verdict ?? "none", replayed: formatEach((one) => one.lastVerdict, "none") },
  ];
  const statedCounts = new Map(Object.entries(ledger.violation_counts));
  const replayedCounts = new Map(countViolations(runs.flatMap((run) => run.findings)).map(({ rule, count }) => [rule, count]));
  const rules = [...new Set([...statedCounts.keys(), ...replayedCounts.keys()])].sort();
  const violations = rules.map((rule) => ({
    total: `violations of ${rule}`,
    stated: String(statedCounts.get(rule) ?? 0),
    replayed: String(replayedCounts.get(rule) ?? 0),
  }));
  return [...totals, ...violations].filter(({ stated, replayed }) => stated !== replayed);
}

/**
 * Reads a specfact ledger: its runs become drafts, to be folded again; totals of the file that differ from the replay are
 * reported. In the replay, a run that appears twice counts once.
 * @throws invalid_report if the file's own fields are invalid; invalid runs are rejected individually
 */
export function readSpecfactLedger(value: object, target: string, options: ReadOptions): ParsedFile {
  const parsed = specfactLedger.safeParse(value, { reportInput: true });
  if (!parsed.success) throw invalidReport(target, problemsOf(parsed.error));
  const ledger = parsed.data;
  const results = ledger.runs.map((one, index) => {
    const label = `${target} runs[${index}]`;
    return { label, ...attempt(() => parseRun(one, label, ledger, options)) };
  });
  const parsedRuns = results.flatMap((one) => (one.ok ? [one.value] : []));
  const distinctRuns = [...new Map(parsedRuns.toReversed().map((one) => [one.key, one])).values()].reverse();
  const disagreements = [
    ...distinctRuns.flatMap((one) => one.disagreements),
    ...compareTotals(
      ledger,
      distinctRuns.map(({ run }) => run),
    ),
  ];
  return {
    drafts: results.flatMap((one) => (one.ok ? [{ ...one.value.read, label: one.label, partial: true }] : [])),
    rejected: results.flatMap((one) => (one.ok ? [] : [{ label: one.label, error: one.error }])),
    disagreements: disagreements.map((one) => ({ file: target, ...one })),
    evals: [],
  };
}
