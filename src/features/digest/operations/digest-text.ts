import * as z from "zod";
import { english } from "../../../kernel/document.ts";
import { sanitize } from "../../../kernel/escape.ts";
import { shorten } from "../../../kernel/shorten.ts";
import type { TaskView } from "../../agent/operations/views.ts";
import { effectName, rateText } from "../../rules/documents/effect.ts";
import type { EffectView } from "../../rules/operations/views.ts";
import type { DigestReason, DigestRisk, DigestView } from "./views.ts";

/*
 * The digest as English Markdown. The extension shows the same in the user's language.
 */

/** Characters that Markdown interprets as markup, an entity or a URL, or at the beginning of a text as a list item. */
const markupPattern = /[\\`*_{}[\]<>#|!~&@]|:(?=\/\/)|(?<=\bwww)\.|^[-+]|(?<=^\d{1,9})[.)]/gi;

/** A stored text as one line of Markdown, with its markup escaped. */
const escapeLine = (text: string, most = Number.POSITIVE_INFINITY): string =>
  shorten(sanitize(text.replace(/\s+/g, " ")).trim(), most).replace(markupPattern, "\\$&");

function promptOf({ inputs_json, id }: TaskView): string {
  const parsed = z.object({ prompt: z.string() }).safeParse(JSON.parse(inputs_json));
  return escapeLine(parsed.success ? parsed.data.prompt : id, 160);
}

function listSection(title: string, items: readonly string[], none: string): string {
  return `## ${title}\n\n${items.length === 0 ? none : items.map((item) => `- ${item}`).join("\n")}\n`;
}

const usd = (value: number): string => `${value.toFixed(2)} USD`;
const percentText = (value: number | null): string => (value === null ? "none" : `${value} %`);
const pluralize = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function riskText({ what, value }: DigestRisk): string {
  const texts: Readonly<Record<DigestRisk["what"], string>> = {
    unanswered: `${pluralize(value, "question waits", "questions wait")} for an answer`,
    grave_feedback: `${value} feedback of severity high or critical is open`,
    tasks_blocked: `${pluralize(value, "task is", "tasks are")} blocked`,
    tasks_abandoned: `${pluralize(value, "task was", "tasks were")} given up`,
    budget_percent: `${value} % of a limit is spent`,
  };
  return texts[what];
}

function reasonText({ what, value }: DigestReason): string {
  const texts: Readonly<Record<DigestReason["what"], string>> = {
    runs: pluralize(value ?? 0, "review", "reviews"),
    pass_rate: `reviews passed: ${percentText(value)}`,
    ci_success_percent: `CI passed: ${percentText(value)}`,
    grave_feedback: `open feedback of severity high or critical: ${value ?? 0}`,
    tasks_abandoned: `tasks given up: ${value ?? 0}`,
  };
  return texts[what];
}

const effectText = ({ rule, project, effect, before, after }: EffectView, one: boolean): string =>
  `${escapeLine(rule)}${one ? "" : ` in ${escapeLine(project)}`}: ${effectName(effect, { t: english })} (${rateText(before)} per run before, ${rateText(after)} since)`;

const suggestions: Readonly<Record<DigestView["tier"]["suggestion"], string>> = {
  raise: "Consider a higher tier",
  keep: "Keep the tier",
  lower: "Consider a lower tier",
};

/** A digest as Markdown. */
export function digestText(view: Omit<DigestView, "markdown">): string {
  const calls = ({ calls: n }: Readonly<{ calls: number }>): string => pluralize(n, "call", "calls");
  const { before, tier } = view;
  return [
    `# Week ${view.from.slice(0, 10)} to ${view.to.slice(0, 10)}${view.project === null ? "" : `, ${escapeLine(view.project)}`}\n`,
    listSection(
      `Done: ${view.tasks_done.length} (week before: ${before.tasks_done})`,
      view.tasks_done.map((task) => `${promptOf(task)} (${usd(task.cost_usd)})`),
      "No task was finished.",
    ),
    listSection(
      view.project === null ? "Cost" : "Cost of all projects",
      [
        `${usd(view.spend.usd)} in ${calls(view.spend)} (week before: ${usd(before.usd)})`,
        ...view.spend_by_model.map((sum) => `${escapeLine(sum.name ?? "-")}: ${usd(sum.usd)} in ${calls(sum)}`),
      ],
      "",
    ),
    listSection(
      "Pass rates",
      [
        `Reviews passed: ${percentText(view.pass_rate)} of ${view.runs} (week before: ${percentText(before.pass_rate)} of ${before.runs})`,
        `CI passed: ${percentText(view.ci_success_percent)} of ${view.ci_runs}`,
        `Feedback verified: ${view.feedback_verified}; tasks given up: ${view.tasks_abandoned}`,
      ],
      "",
    ),
    listSection(
      "Top learnings",
      view.top_learnings.map(({ observation, candidate }) => `${escapeLine(observation)} → ${escapeLine(candidate)}`),
      "Nothing was observed.",
    ),
    listSection(
      "Taught rules",
      view.rule_effects.map((effect) => effectText(effect, view.project !== null)),
      "No rule is taught.",
    ),
    listSection("Risks", view.risks.map(riskText), "Nothing stands out."),
    `## Tier\n\n${suggestions[tier.suggestion]}; a human decides. ${tier.reasons.map(reasonText).join(", ")}.\n`,
  ].join("\n");
}
