import * as z from "zod";
import { message, plain } from "../../../kernel/privacy.ts";
import { text } from "./column-types.ts";
import { defineStore } from "./store.ts";
import { taskId } from "./task-id.ts";

export const learningsFile = "learnings.log";

const candidate = () =>
  z.string().regex(/^(GAIA\.md|dismissed|skill:[A-Za-z0-9._-]+)$/, { error: "must be GAIA.md, dismissed or skill:<name>" });

/** Quotes are allowed in an observation, because the line's pattern matches up to the last one. */
const observation = () =>
  z
    .string()
    .refine((value) => value.trim() !== "", { error: "must not be blank" })
    .refine((value) => !/[\r\n\u0085\u2028\u2029\0]/.test(value), { error: "must be one line" })
    // The parser takes the last `" → candidate` as the end, and trims the line.
    .refine((value) => !/"\s*→/.test(value), { error: "must not hold a quote before →, which would end it" });

/** The content of a line of the log. */
export type Learning = Readonly<{ ts: string; task_id: string; observation: string; candidate: string }>;

/** One line of `learnings.log`, without its line feed. */
export const learningLine = ({ ts, task_id, observation: seen, candidate: to }: Learning): string =>
  `${ts} [task=${task_id}] Observed: "${seen}" → ${to}`;

const linePattern = /^(\S+)\s+\[task=([^\]]+)\]\s+Observed:\s+"(.*)"\s+→\s+(GAIA\.md|dismissed|skill:[A-Za-z0-9._-]+)$/u;

/**
 * Parses a line of the log; undefined if it does not have the log's format. Runs of white space between the parts are allowed.
 */
export function parseLearning(text: string): Learning | undefined {
  const [whole, ts, task, seen, to] = linePattern.exec(text.trim()) ?? [];
  if (whole === undefined || ts === undefined || task === undefined || seen === undefined || to === undefined) return undefined;
  return { ts, task_id: task, observation: seen, candidate: to };
}

export const learnings = defineStore({
  name: "learnings_log",
  happened: ["ts"],
  noun: "learning",
  about:
    'Observations that may become rules. Each row is also a line of `learnings.log`: `<ts> [task=<task_id>] Observed: "<observation>" → <candidate>`.',
  example: 'reward-ledger learn add "The human rejects broad catches" --task-id t_8f2 --to GAIA.md',
  kinds: { add: "learning.added" },
  place: learningsFile,
  row: z.object({
    recorded: plain(text()),
    ts: plain(z.string().regex(/^[^\s[\]"]+$/, { error: "must be a time without spaces" })),
    task_id: plain(taskId()),
    observation: message(observation()),
    candidate: plain(candidate()),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("Nothing was observed."),
    columns: [
      { name: "ts", head: t("Time") },
      { name: "task_id", head: t("Task"), cut: 8, drop: 1 },
      { name: "observation", head: t("Observation"), cut: 20 },
      { name: "candidate", head: t("Proposed for") },
    ],
  }),
  key: ["recorded"],
  keyFrom: "recorded",
  order: [{ column: "recorded" }],
  changes: "none",
  indexes: [{ name: "learnings_log_by_ts", columns: [{ column: "ts" }] }],
  rule: (row) => {
    const parsed = parseLearning(learningLine(row));
    const same =
      parsed !== undefined &&
      (["ts", "task_id", "observation", "candidate"] as const).every((field) => parsed[field] === row[field]);
    return same ? undefined : "its line in learnings.log would be read as something else";
  },
});

export type LearningRow = z.infer<typeof learnings.row>;
