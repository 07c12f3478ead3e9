import * as z from "zod";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { severities } from "../model/finding.ts";

/*
 * The compact views of runs and findings that agents receive.
 */

export const scoreShape = z.object({
  agent: toolName(),
  project: toolName().nullable(),
  coins: z.number(),
  streak_pass: z.int(),
  streak_block: z.int(),
  best_streak_pass: z.int(),
  last_verdict: toolName(),
  last_delta: z.number().nullable(),
  last_run_at: toolName().nullable(),
  runs: z.int(),
  top_violations: z.array(z.object({ rule: toolName(), count: z.int() })),
  warnings: z.array(toolText()),
});

export const runShape = z.object({
  fact_id: toolName(),
  run_id: toolName(),
  agent: toolName(),
  project: toolName().nullable(),
  created_at: toolName(),
  score: z.number(),
  verdict: toolName(),
  coin_delta: z.number(),
  coins: z.number(),
  findings: z.int(),
  blocking: z.int(),
});

/** Where a rule was broken. */
export const placeShape = z.object({
  file: toolName(),
  line: z.int(),
  severity: z.enum(severities),
  message: toolText(),
});
