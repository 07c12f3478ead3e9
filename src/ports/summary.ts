import * as z from "zod";
import { verdicts } from "../features/reviews/model/report.ts";
import { summaryVersion } from "./summary-limits.ts";

/*
 * `summary.json`: the few numbers that a status bar and its tooltip show, so that showing them needs neither the journal nor the
 * index. Derived data: it may be deleted, and whoever finds it missing, unreadable or of another version does without.
 */

const time = z.iso.datetime({ precision: 3 });

/** Where an agent stands, over all projects (`project` null) or in one; the numbers of a status, coins in tenths. */
export const summaryStanding = z
  .object({
    agent: z.string(),
    project: z.string().nullable(),
    coin_tenths: z.int(),
    streak_pass: z.int().min(0),
    streak_block: z.int().min(0),
    best_streak_pass: z.int().min(0),
    last_verdict: z.enum(verdicts).nullable(),
    last_delta: z.int().nullable(),
    /** Time of the newest run's report, ISO-8601 UTC. */
    last_run_at: z.iso.datetime({ precision: 3 }).nullable(),
    runs: z.int().min(0),
    /** The three rules broken most: count desc, rule asc. */
    top_violations: z.array(z.object({ rule: z.string(), count: z.int().min(1) }).readonly()).readonly(),
    /** Of the newest runs those whose reports state a time after their recording. */
    dated_ahead: z.array(z.object({ run_id: z.string(), stated_at: time, created_at: time }).readonly()).readonly(),
  })
  .readonly();

export type SummaryStanding = z.infer<typeof summaryStanding>;

const micros = z.int().min(0);

const recentSpend = z
  .object({
    limits: z
      .object({
        daily_usd_micros: micros,
        weekly_usd_micros: micros,
        monthly_usd_micros: micros,
        allow_extension_request: micros,
      })
      .readonly()
      .nullable(),
    extensions: z.array(z.object({ granted_at: time, usd_micros: micros }).readonly()).readonly(),
    quarters: z.array(z.tuple([z.int(), micros]).readonly()).readonly(),
  })
  .readonly();

export const summary = z
  .object({
    version: z.literal(summaryVersion),
    /** Of `summaryText`: tells a summary that was changed by other means. No secret: whoever wants to can make one. */
    crc32: z.int().optional(),
    written_at: z.iso.datetime({ precision: 3 }),
    /** How far each device's log is counted: its last fact's seq and hash, and where reading goes on. */
    heads: z
      .array(
        z
          .object({
            device: z.string(),
            seq: z.int().min(0),
            hash: z.string().nullable(),
            segment: z.int().min(1),
            offset: z.int().min(0),
          })
          .readonly(),
      )
      .readonly(),
    /** The agent of the newest run over all projects; null when there is no visible run. */
    newest_agent: z.string().nullable(),
    /** The latest time at which a run or reset was recorded, by the clocks of the devices; null without any. */
    latest_recording: time.nullable(),
    /** Messages to agents that wait for an answer, over all projects. */
    unanswered: z.int().min(0).optional(),
    /** What was spent lately, and the limits: what an agent's hook is answered from (`features/agent/model/spend-limits.ts`). */
    spend: recentSpend.optional(),
    /** Over all projects, newest run first. */
    agents: z.array(summaryStanding).readonly(),
    /** Per agent and project, newest run first: the first entry of a project names its newest agent. */
    projects: z.array(summaryStanding).readonly(),
  })
  .readonly();

export type Summary = z.infer<typeof summary>;

/** What the check of a summary is made of: all that it says, in one order of fields. */
export const summaryText = (content: Summary): string => JSON.stringify({ ...summary.parse(content), crc32: undefined });
