import * as z from "zod";
import type { Queries } from "../../../ports/ports.ts";
import { ciHistory } from "../../agent/model/ci-history.ts";
import { feedback } from "../../agent/model/feedback.ts";
import { learnings } from "../../agent/model/learnings.ts";
import { tasks } from "../../agent/model/tasks.ts";
import { budgetView } from "../../agent/operations/budget.ts";
import { buildWhere, onlyProject } from "../../agent/operations/fields.ts";
import { dollarsOf } from "../../agent/operations/rows.ts";
import { sumView } from "../../agent/operations/spend.ts";
import { taskView } from "../../agent/operations/tasks.ts";
import type { Effect } from "../../rules/model/effect.ts";
import { effectsOf } from "../../rules/operations/effects.ts";
import { readUpdates } from "../../rules/operations/files.ts";
import { defineOperation } from "../../shared/operation.ts";
import { digestText } from "./digest-text.ts";
import type { DigestRisk, DigestView } from "./views.ts";

const dayMs = 86_400_000;
const maxLearnings = 3;

const percent = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part * 1000) / whole) / 10);

/** Returns the top learnings, each observation once: the most frequent first, then those not dismissed, then the newest. */
function findTopLearnings({ agent }: Queries, from: string, project: string | undefined): DigestView["top_learnings"] {
  const rows = agent.list(learnings, { where: buildWhere({ ts: { from }, project }), reverse: true, limit: 1000 }).rows;
  const counts = new Map<string, number>();
  for (const { observation } of rows) counts.set(observation, (counts.get(observation) ?? 0) + 1);
  const rank = (row: (typeof rows)[number]): number =>
    (counts.get(row.observation) ?? 0) * 10 + (row.candidate === "dismissed" ? 0 : 5);
  return rows
    .filter((row, n) => rows.findIndex((one) => one.observation === row.observation) === n)
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, maxLearnings);
}

/** Minimum number of reviews for a judgement of an agent. */
const minRuns = 10;
const goodPercent = 90;
const poorPercent = 60;

type TierInputs = Pick<DigestView, "runs" | "pass_rate" | "ci_success_percent" | "tasks_abandoned"> & Readonly<{ grave: number }>;

/**
 * Suggests a change of the agent's tier. Raise: at least ten reviews, at least 90% of reviews and CI runs passed, no grave
 * feedback is open and no task was given up. Lower: fewer than 60% of at least ten reviews passed, or grave feedback is open.
 */
function tierOf({ runs, pass_rate, ci_success_percent, tasks_abandoned, grave }: TierInputs): DigestView["tier"] {
  const hasEnoughRuns = runs >= minRuns && pass_rate !== null;
  const isGood = hasEnoughRuns && pass_rate >= goodPercent && (ci_success_percent ?? 100) >= goodPercent;
  const isPoor = (hasEnoughRuns && pass_rate < poorPercent) || grave > 0;
  return {
    suggestion: isPoor ? "lower" : isGood && tasks_abandoned === 0 ? "raise" : "keep",
    reasons: [
      { what: "runs", value: runs },
      { what: "pass_rate", value: pass_rate },
      { what: "ci_success_percent", value: ci_success_percent },
      { what: "grave_feedback", value: grave },
      { what: "tasks_abandoned", value: tasks_abandoned },
    ],
  };
}

const openFeedback = ["pending", "triaged", "in-fix", "fix-pr-open"] as const;

/** Returns the number of open feedback of the two highest severities. */
const countGraveFeedback = ({ agent }: Queries, project: string | undefined): number =>
  agent.list(feedback, { where: buildWhere({ state: openFeedback, severity: ["high", "critical"], project }) }).rows.length;

const trailEntry = z.object({ at: z.string(), transition: z.string() });

/** Whether a trail (`notes_json`) has a transition to `verified` within a period, both ends included. Other notes are ignored. */
function isVerifiedWithin(trail: string, from: Date, to: Date): boolean {
  return z
    .array(z.unknown())
    .parse(JSON.parse(trail))
    .some((note) => {
      const { data } = trailEntry.safeParse(note);
      if (data === undefined || !data.transition.endsWith("→ verified")) return false;
      const at = Date.parse(data.at);
      return at >= from.getTime() && at <= to.getTime();
    });
}

/** Returns the number of feedback that was verified within a period, whenever it was received and even if closed since. */
const countVerified = ({ agent }: Queries, from: Date, to: Date, project: string | undefined): number =>
  agent
    .list(feedback, { where: buildWhere({ state: ["verified", "closed"], project }) })
    .rows.filter(({ notes_json }) => isVerifiedWithin(notes_json, from, to)).length;

/** Effects, those that need attention first. */
const effectOrder: readonly Effect[] = ["worse", "no_effect", "helped", "too_early"];

export const digest = defineOperation({
  name: "digest",
  summary: "Sum up the last seven days: work, cost, pass rates, learnings, taught rules, risks",
  input: z.object({ project: onlyProject }),
  effect: "read",
  examples: [{ run: "reward-ledger digest > week.md", does: "the week as Markdown" }],
  document: ({ markdown }: DigestView) => markdown,
  async run(ports, { project }): Promise<DigestView> {
    const { ledger, clock, calendar } = ports;
    const updates = await readUpdates(ports, project);
    const to = clock.now();
    const from = new Date(to.getTime() - 7 * dayMs);
    const period = { from: from.getTime(), to: to.getTime() + 1 };
    const earlier = { from: period.from - 7 * dayMs, to: period.from };
    const since = { from: from.toISOString() };
    return ledger.ask((queries) => {
      const { agent, review } = queries;
      const endedTasks = (state: string, when: Readonly<{ from: string; to?: string }>) =>
        agent.list(tasks, { where: buildWhere({ state, last_heartbeat_at: when, project }) }).rows;
      const reviewFigures = ({ from: first, to: end }: typeof period) => {
        const runs = review.history({ project, from: first, to: end });
        return { runs: runs.length, pass_rate: percent(runs.filter(({ verdict }) => verdict !== "FAIL").length, runs.length) };
      };
      const ci = agent
        .list(ciHistory, { where: buildWhere({ started_at: since, project }) })
        .rows.filter((run) => run.conclusion !== null);
      const budget = budgetView(queries, calendar, to);
      const abandoned = endedTasks("abandoned", since).length;
      const grave = countGraveFeedback(queries, project);
      const measured = {
        ...reviewFigures(period),
        ci_success_percent: percent(ci.filter(({ conclusion }) => conclusion === "success").length, ci.length),
        tasks_abandoned: abandoned,
      };
      const risks: readonly DigestRisk[] = [
        { what: "unanswered", value: agent.unanswered(project) },
        { what: "grave_feedback", value: grave },
        { what: "tasks_blocked", value: agent.counts(tasks, project)["blocked"] ?? 0 },
        { what: "tasks_abandoned", value: abandoned },
        {
          what: "budget_percent",
          value: budget.level === "ok" ? 0 : Math.max(budget.today.percent, budget.week.percent, budget.month.percent),
        },
      ];
      const figures: Omit<DigestView, "markdown"> = {
        from: from.toISOString(),
        to: to.toISOString(),
        project: project ?? null,
        tasks_done: endedTasks("done", since).map(taskView),
        feedback_verified: countVerified(queries, from, to, project),
        spend: sumView(agent.spendSum(period)),
        spend_by_model: agent.spendByModel(period).map((sum) => ({ name: sum.model, ...sumView(sum) })),
        ...measured,
        ci_runs: ci.length,
        before: {
          ...reviewFigures(earlier),
          tasks_done: endedTasks("done", { from: new Date(earlier.from).toISOString(), to: since.from }).length,
          usd: dollarsOf(agent.spendSum(earlier).usd_micros),
        },
        risks: risks.filter(({ value }) => value > 0),
        tier: tierOf({ ...measured, grave }),
        top_learnings: findTopLearnings(queries, from.toISOString(), project),
        rule_effects: effectsOf(queries, updates, { agent: undefined, isAsked: ({ until }) => until === null }).toSorted(
          (a, b) => effectOrder.indexOf(a.effect) - effectOrder.indexOf(b.effect),
        ),
      };
      return { ...figures, markdown: digestText(figures) };
    });
  },
});
