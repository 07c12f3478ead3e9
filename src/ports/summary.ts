import * as z from "zod";
import { verdicts } from "../features/reviews/model/report.ts";
import { summaryVersion } from "./summary-limits.ts";

/*
 * `summary.json`: the few numbers that a status bar and its tooltip show, so that they need neither the journal nor the index.
 * Derived data: it may be deleted. Readers do without it if it is missing, unreadable or of another version.
 */

const time = z.iso.datetime({ precision: 3 });

/** An agent's standing over all projects (`project` null) or in one: the numbers of its status, coins in tenths. */
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
    /** Time of the latest run's report, ISO-8601 UTC. */
    last_run_at: z.iso.datetime({ precision: 3 }).nullable(),
    runs: z.int().min(0),
    /** The three rules broken most often: by count descending, then rule ascending. */
    top_violations: z.array(z.object({ rule: z.string(), count: z.int().min(1) }).readonly()).readonly(),
    /** Those of the latest runs whose reports state a time later than their recording. */
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
    /** CRC-32 of `summaryText`: detects a summary changed by other programs. Not a signature: anybody can compute it. */
    crc32: z.int().optional(),
    written_at: z.iso.datetime({ precision: 3 }),
    /** How far each device's log is included: seq and hash of its last fact, and where reading continues. */
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
    /** The agent of the latest run over all projects; null if there is no visible run. */
    newest_agent: z.string().nullable(),
    /** The latest time at which a run or reset was recorded, by the devices' clocks; null if there are none. */
    latest_recording: time.nullable(),
    /** Number of messages to agents that wait for an answer, over all projects. */
    unanswered: z.int().min(0).optional(),
    /** Recent spending and the limits; used to answer agent hooks (`features/agent/model/spend-limits.ts`). */
    spend: recentSpend.optional(),
    /** Standings over all projects, latest run first. */
    agents: z.array(summaryStanding).readonly(),
    /** Standings per agent and project, latest run first: the first entry of a project has its latest agent. */
    projects: z.array(summaryStanding).readonly(),
  })
  .readonly();

export type Summary = z.infer<typeof summary>;

/** The text that the checksum covers: the whole summary in a fixed field order, without `crc32`. */
export const summaryText = (content: Summary): string => JSON.stringify({ ...summary.parse(content), crc32: undefined });
