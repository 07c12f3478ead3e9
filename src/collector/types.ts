/*
 * The types that are visible to programs that collect runs. They refer to no package and to no schema of another file, so
 * that they fit into one file of declarations and work with any version of zod that the program has. The schemas that check
 * the values are in the domain.
 */

/** Tokens and calls of one model. `cost_usd` is what the provider reported, cache discounts included. Missing counts are 0. */
export type CostEntry = Readonly<{
  model: string;
  calls?: number | undefined;
  input_tokens?: number | undefined;
  output_tokens?: number | undefined;
  cache_read_input_tokens?: number | undefined;
  cache_creation_input_tokens?: number | undefined;
  cost_usd?: number | undefined;
  [further: string]: unknown;
}>;

/** The result of one test. Durations are milliseconds, costs USD. */
export type EvalTest = Readonly<{
  name: string;
  passed: boolean;
  suite?: string | undefined;
  /** Default: the tier of the run. */
  tier?: string | undefined;
  duration_ms?: number | undefined;
  cost_usd?: number | undefined;
  category?: string | undefined;
  /** What the test produced as an object. */
  output?: Readonly<Record<string, unknown>> | undefined;
  /** What the test produced as text. */
  output_text?: string | undefined;
  turns_used?: number | undefined;
  exit_reason?: string | undefined;
  /** Count of planted bugs found. */
  detection_rate?: number | undefined;
  false_positives?: number | undefined;
  evidence_quality?: number | undefined;
  detected_bugs?: readonly string[] | undefined;
  missed_bugs?: readonly string[] | undefined;
  judge_scores?: Readonly<Record<string, number>> | undefined;
  judge_reasoning?: string | undefined;
  error?: string | undefined;
  model?: string | undefined;
  prompt?: string | undefined;
  transcript?: readonly unknown[] | undefined;
  browse_errors?: readonly unknown[] | undefined;
  timeout_at_turn?: number | undefined;
  last_tool_call?: string | undefined;
  first_response_ms?: number | undefined;
  max_inter_turn_ms?: number | undefined;
  costs?: readonly CostEntry[] | undefined;
  harvest?:
    | Readonly<{
        filesChanged?: number | undefined;
        patchPath?: string | undefined;
        isDuplicate?: boolean | undefined;
        [further: string]: unknown;
      }>
    | undefined;
  /** Other data to store with the result. */
  extra?: Readonly<Record<string, unknown>> | undefined;
}>;

/** A judge's assessment of a text: 1 (worst) to 5 for each criterion, and the reasons. */
export type JudgeScores = Readonly<{
  clarity: number;
  completeness: number;
  actionability: number;
  reasoning: string;
  [further: string]: unknown;
}>;

/** A judge's assessment of a search for planted bugs. `detection_rate` is the number of bugs detected. */
export type OutcomeJudgement = Readonly<{
  detected: readonly string[];
  missed: readonly string[];
  false_positives: number;
  detection_rate: number;
  evidence_quality: number;
  reasoning: string;
  [further: string]: unknown;
}>;

/** The schema of the JSON in a judge's answer: a zod schema, or anything that parses in the same way. */
export type AnswerSchema<T> = Readonly<{
  safeParse(value: unknown):
    | Readonly<{ success: true; data: T }>
    | Readonly<{
        success: false;
        error: Readonly<{ issues: readonly Readonly<{ path: readonly PropertyKey[]; message: string }>[] }>;
      }>;
}>;
