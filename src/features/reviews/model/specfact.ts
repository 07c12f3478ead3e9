import * as z from "zod";
import { defaultAgent } from "../../../kernel/agent-name.ts";
import { timestamp } from "../../../kernel/timestamp.ts";
import { type Finding, text } from "./finding.ts";
import { maxScore, type Verdict, verdicts } from "./report.ts";

/*
 * The ledger file of the specfact tool (`ledger.json`): one agent's state, with its runs. Field names and defaults are that
 * tool's.
 */

const count = z.int().min(0);

/** One run as that tool stores it. Its findings are loose objects there; they are parsed together with the run. */
export const specfactRun = z
  .object({
    session_id: text,
    issue_number: z.int().min(1).nullable().default(null),
    agent: text.optional(),
    changed_files: z.array(z.string()).readonly().default([]),
    score: z.int().min(0).max(maxScore),
    reward_delta: z.int(),
    verdict: z.enum(verdicts),
    findings_json: z.array(z.unknown()).readonly().default([]),
    house_rules_ver: z.int().min(1).default(1),
    created_at: timestamp.optional(),
  })
  .readonly();

export type SpecfactRun = z.infer<typeof specfactRun>;

/** The file's totals; the runs are parsed one by one, so that one invalid run does not lose the others. */
export const specfactLedger = z
  .object({
    agent: text.default(defaultAgent),
    cumulative_coins: z.number().default(0),
    streak_pass: count.default(0),
    streak_block: count.default(0),
    last_delta: z.int().default(0),
    last_verdict: z.enum(verdicts).nullable().default(null),
    violation_counts: z.record(z.string(), count).default({}),
    runs: z.array(z.unknown()).readonly().default([]),
  })
  .readonly();

export type SpecfactLedger = z.infer<typeof specfactLedger>;

/** The file as that tool writes it, all keys present. */
export type SpecfactLedgerFile = Readonly<{
  agent: string;
  cumulative_coins: number;
  streak_pass: number;
  streak_block: number;
  last_delta: number;
  last_verdict: Verdict | null;
  violation_counts: Readonly<Record<string, number>>;
  runs: readonly Readonly<{
    session_id: string;
    issue_number: number | null;
    agent: string;
    changed_files: readonly string[];
    score: number;
    reward_delta: number;
    verdict: Verdict;
    findings_json: readonly Finding[];
    house_rules_ver: number;
    created_at: string;
  }>[];
}>;
