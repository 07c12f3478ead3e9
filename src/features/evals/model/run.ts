import * as z from "zod";
import { message, path, plain, transcript, withContent } from "../../../kernel/privacy.ts";
import { parseTimestamp } from "../../../kernel/timestamp.ts";
import { amountMicros } from "./money.ts";

/*
 * The internal form of an eval run: a lossless superset of the standard and the legacy file format. Fields have the names of the
 * standard format; fields that only the legacy format has keep their names. Fields unknown to both formats, and optional fields
 * of an unexpected type, are kept unchanged in `extra`. Numbers are kept as written; the functions below convert them to
 * integers.
 */

const anyFields = z.record(z.string(), z.unknown());

/** Fields that no format knows, with the names under which other producers store prompts and paths. */
const unknownFields = withContent(
  anyFields,
  z.looseObject({
    conversation: transcript(z.unknown()).optional(),
    prompts: transcript(z.unknown()).optional(),
    transcripts: transcript(z.unknown()).optional(),
    folder: path(z.unknown()).optional(),
    paths: path(z.unknown()).optional(),
  }),
);

/**
 * Tokens and calls of one model. `cost_usd` is the cost that the provider reported, including cache discounts. Missing counts are
 * 0.
 */
export const costEntry = z.looseObject({
  model: plain(z.string()),
  calls: z.number().optional(),
  input_tokens: z.number().optional(),
  output_tokens: z.number().optional(),
  cache_read_input_tokens: z.number().optional(),
  cache_creation_input_tokens: z.number().optional(),
  cost_usd: z.number().optional(),
});

export type CostEntry = Readonly<z.infer<typeof costEntry>>;

const harvest = z.looseObject({
  filesChanged: z.number().optional(),
  patchPath: path(z.string()).optional(),
  isDuplicate: z.boolean().optional(),
});

/** One test of a run. Durations are milliseconds, costs USD as written. */
export const evalTest = z.object({
  name: plain(z.string()),
  suite: plain(z.string()).optional(),
  tier: plain(z.string()).optional(),
  passed: z.boolean(),
  duration_ms: z.number().optional(),
  cost_usd: z.number().optional(),
  category: plain(z.string()).optional(),
  /** Output of the test as an object (standard format). */
  output: message(anyFields).optional(),
  /** Output of the test as text (`output` of the legacy format). */
  output_text: message(z.string()).optional(),
  turns_used: z.number().optional(),
  exit_reason: plain(z.string()).optional(),
  /** Count of planted bugs found. */
  detection_rate: z.number().optional(),
  false_positives: z.number().optional(),
  evidence_quality: z.number().optional(),
  detected_bugs: z.array(plain(z.string())).optional(),
  missed_bugs: z.array(plain(z.string())).optional(),
  judge_scores: z.record(z.string(), z.number()).optional(),
  judge_reasoning: message(z.string()).optional(),
  error: message(z.string()).optional(),
  model: plain(z.string()).optional(),
  prompt: transcript(z.string()).optional(),
  transcript: transcript(z.array(z.unknown())).optional(),
  browse_errors: message(z.array(z.unknown())).optional(),
  timeout_at_turn: z.number().optional(),
  last_tool_call: message(z.string()).optional(),
  first_response_ms: z.number().optional(),
  max_inter_turn_ms: z.number().optional(),
  costs: z.array(costEntry).optional(),
  harvest: harvest.optional(),
  extra: message(unknownFields).optional(),
});

export type EvalTest = Readonly<z.infer<typeof evalTest>>;

const categoryCounts = z.looseObject({ passed: z.number(), failed: z.number() });

const comparisonRow = z.looseObject({
  label: plain(z.string()),
  model: plain(z.string()),
  score: z.number(),
  cost_usd: z.number(),
});

const failureRow = z.looseObject({
  test_name: plain(z.string()),
  error: message(z.string()),
  category: plain(z.string()).optional(),
});

/** Which of the two file formats a run was written in. */
export const evalFormats = ["standard", "legacy"] as const;
export type EvalFormat = (typeof evalFormats)[number];

/** A whole eval run. Counts are those the file states; `testCounts` counts the tests themselves. */
export const evalRun = z.object({
  format: z.enum(evalFormats),
  schema_version: z.number(),
  version: plain(z.string()),
  git_branch: plain(z.string()),
  git_sha: plain(z.string()),
  /** As written; `runInstant` parses it. */
  timestamp: plain(z.string()),
  hostname: plain(z.string()).optional(),
  /** `e2e`, `llm-judge` or any other word. */
  tier: plain(z.string()),
  label: plain(z.string()).optional(),
  prompt_sha: plain(z.string()).optional(),
  total: z.number(),
  passed: z.number(),
  failed: z.number(),
  total_cost_usd: z.number(),
  /** Milliseconds: the legacy field, or the standard's seconds × 1000. */
  total_duration_ms: z.number(),
  /**
   * Seconds as the standard format wrote them; present only where rounding `total_duration_ms` to seconds gives another number.
   */
  duration_seconds: z.number().optional(),
  /** Milliseconds from the start of the collector to its end. */
  wall_clock_ms: z.number().optional(),
  by_category: z.record(z.string(), categoryCounts).optional(),
  costs: z.array(costEntry).optional(),
  comparison: z.array(comparisonRow).optional(),
  failures: z.array(failureRow).optional(),
  _partial: z.boolean().optional(),
  /** The format of results that the run was imported from; absent where it was written in one of the two eval formats. */
  source_format: plain(z.string()).optional(),
  /** Tests that did not run; they are not among `tests`. */
  tests_skipped: z.number().optional(),
  tests: z.array(evalTest),
  extra: message(unknownFields).optional(),
});

export type EvalRun = Readonly<z.infer<typeof evalRun>>;

/** When the run happened, ms since the epoch; undefined when its timestamp is not a time. */
export const runInstant = (run: Pick<EvalRun, "timestamp">): number | undefined => parseTimestamp(run.timestamp);

/** Stated total cost in micro-dollars; 0 when the stated amount cannot be right (see `amountMicros`). */
export const runCostMicros = (run: Pick<EvalRun, "total_cost_usd">): number => amountMicros(run.total_cost_usd) ?? 0;

/** A test's cost in micro-dollars; undefined when the file states none, or one that cannot be right. */
export const testCostMicros = (test: Pick<EvalTest, "cost_usd">): number | undefined =>
  test.cost_usd === undefined ? undefined : amountMicros(test.cost_usd);

/** The cost entries of a run: its own, else those of all its tests in order. */
export const runCostEntries = (run: Pick<EvalRun, "costs" | "tests">): readonly CostEntry[] =>
  run.costs ?? run.tests.flatMap((test) => test.costs ?? []);

/** Identifies a test: by suite (empty when there is none) and name within its tier. */
export type TestKey = Readonly<{ tier: string; suite: string; name: string }>;

/**
 * Returns the key of a test; a test without a tier has the tier of its run. Names are normalized to NFC: some systems write file
 * names decomposed, and both forms look the same.
 */
export const testKey = (run: Pick<EvalRun, "tier">, test: Pick<EvalTest, "tier" | "suite" | "name">): TestKey => ({
  tier: (test.tier ?? run.tier).normalize("NFC"),
  suite: (test.suite ?? "").normalize("NFC"),
  name: test.name.normalize("NFC"),
});
