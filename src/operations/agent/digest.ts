import * as z from "zod";
import { ciHistory } from "../../domain/agent/ci-history.ts";
import { feedback } from "../../domain/agent/feedback.ts";
import { learnings } from "../../domain/agent/learnings.ts";
import { type TaskRow, tasks } from "../../domain/agent/tasks.ts";
import type { Queries } from "../../domain/ports.ts";
import type { DigestView } from "../agent-views.ts";
import { defineOperation } from "../operation.ts";
import { onlyProject, where } from "./fields.ts";
import { sumView } from "./spend.ts";
import { taskView } from "./tasks.ts";

const dayMs = 86_400_000;
const topLearnings = 3;

/** Text of a store on one line of Markdown, its marks made harmless. */
const line = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>#|!]/g, "\\$&");

function promptOf({ inputs_json, id }: TaskRow): string {
  const parsed = z.object({ prompt: z.string() }).safeParse(JSON.parse(inputs_json));
  const text = line(parsed.success ? parsed.data.prompt : id);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

const percent = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part * 1000) / whole) / 10);

function list(title: string, items: readonly string[], none: string): string {
  return `## ${title}\n\n${items.length === 0 ? none : items.map((item) => `- ${item}`).join("\n")}\n`;
}

function markdownOf(view: Omit<DigestView, "markdown">): string {
  const usd = (value: number): string => `${value.toFixed(2)} USD`;
  const calls = ({ calls: n }: Readonly<{ calls: number }>): string => `${n} ${n === 1 ? "call" : "calls"}`;
  const share = (value: number | null): string => (value === null ? "none" : `${value} %`);
  return [
    `# Week ${view.from.slice(0, 10)} to ${view.to.slice(0, 10)}\n`,
    list(
      "Done",
      view.tasks_done.map((task) => `${promptOf(task)} (${usd(task.cost_usd)})`),
      "No task was finished.",
    ),
    list(
      "Cost",
      [
        `${usd(view.spend.usd)} in ${calls(view.spend)}`,
        ...view.spend_by_model.map((sum) => `${line(sum.name ?? "-")}: ${usd(sum.usd)} in ${calls(sum)}`),
      ],
      "",
    ),
    list(
      "Pass rates",
      [
        `Reviews passed: ${share(view.pass_rate)} of ${view.runs}`,
        `CI passed: ${share(view.ci_success_percent)} of ${view.ci_runs}`,
        `Feedback verified: ${view.feedback_verified}; tasks abandoned: ${view.tasks_abandoned}`,
      ],
      "",
    ),
    list(
      "Top learnings",
      view.top_learnings.map(({ observation, candidate }) => `${line(observation)} → ${line(candidate)}`),
      "Nothing was observed.",
    ),
  ].join("\n");
}

/** Learnings that want to become a rule, newest first; each observation once. */
function topOf({ agent }: Queries, from: string, project: string | undefined): DigestView["top_learnings"] {
  const rows = agent.list(learnings, { where: where({ ts: { from }, project }), reverse: true, limit: 1000 }).rows;
  const counts = new Map<string, number>();
  for (const { observation } of rows) counts.set(observation, (counts.get(observation) ?? 0) + 1);
  const rank = (row: (typeof rows)[number]): number =>
    (counts.get(row.observation) ?? 0) * 10 + (row.candidate === "dismissed" ? 0 : 5);
  return rows
    .filter((row, n) => rows.findIndex((one) => one.observation === row.observation) === n)
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, topLearnings);
}

export const digest = defineOperation({
  name: "digest",
  summary: "Sum up the last seven days: what was done, what it cost, pass rates, top learnings",
  input: z.object({ project: onlyProject }),
  writes: false,
  run: ({ ledger, clock }, { project }): Promise<DigestView> => {
    const to = clock.now();
    const from = new Date(to.getTime() - 7 * dayMs);
    const period = { from: from.getTime(), to: to.getTime() + 1 };
    const since = { from: from.toISOString() };
    return ledger.ask((queries) => {
      const { agent, review } = queries;
      const ended = (state: string) =>
        agent.list(tasks, { where: where({ state, last_heartbeat_at: since, project }), limit: 200 }).rows;
      const runs = review.history({ project, from: period.from, to: period.to });
      const ci = agent
        .list(ciHistory, { where: where({ started_at: since, project }) })
        .rows.filter((run) => run.conclusion !== null);
      const facts: Omit<DigestView, "markdown"> = {
        from: from.toISOString(),
        to: to.toISOString(),
        tasks_done: ended("done").map(taskView),
        tasks_abandoned: ended("abandoned").length,
        feedback_verified: agent.list(feedback, { where: where({ state: ["verified", "closed"], received_at: since, project }) })
          .rows.length,
        spend: sumView(agent.spendSum(period)),
        spend_by_model: agent.spendByModel(period).map((sum) => ({ name: sum.model, ...sumView(sum) })),
        runs: runs.length,
        pass_rate: percent(runs.filter(({ verdict }) => verdict !== "FAIL").length, runs.length),
        ci_runs: ci.length,
        ci_success_percent: percent(ci.filter(({ conclusion }) => conclusion === "success").length, ci.length),
        top_learnings: topOf(queries, from.toISOString(), project),
      };
      return { ...facts, markdown: markdownOf(facts) };
    });
  },
});
