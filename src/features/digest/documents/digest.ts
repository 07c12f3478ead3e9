import * as doc from "../../../kernel/document.ts";
import { shorten } from "../../../kernel/shorten.ts";
import { promptOf } from "../../agent/model/tasks.ts";
import { effectName, rateText } from "../../rules/documents/effect.ts";
import type { EffectView } from "../../rules/operations/views.ts";
import type { DigestReason, DigestRisk, DigestView } from "../operations/views.ts";

const maxPromptLength = 160;

function riskText({ what, value }: DigestRisk, { t }: doc.Words): string {
  const texts: Readonly<Record<DigestRisk["what"], string>> = {
    unanswered: t("Questions that wait for an answer: {0}", value),
    grave_feedback: t("Open feedback of severity high or critical: {0}", value),
    tasks_blocked: t("Blocked tasks: {0}", value),
    tasks_abandoned: t("Tasks given up: {0}", value),
    budget_percent: t("{0}% of a limit is spent", value),
  };
  return texts[what];
}

function reasonText({ what, value }: DigestReason, words: doc.Words): string {
  const { t } = words;
  const texts: Readonly<Record<DigestReason["what"], string>> = {
    runs: t("Reviews: {0}", value ?? 0),
    pass_rate: t("Reviews passed: {0}", shareText(value, words)),
    ci_success_percent: t("CI passed: {0}", shareText(value, words)),
    grave_feedback: t("Open feedback of severity high or critical: {0}", value ?? 0),
    tasks_abandoned: t("Tasks given up: {0}", value ?? 0),
  };
  return texts[what];
}

function ruleText({ rule, project, effect, before, after }: EffectView, only: string | null, words: doc.Words): string {
  const name = only === null ? `${rule}, ${project}` : rule;
  return words.t("{0}: {1}, {2} per run before, {3} since", name, effectName(effect, words), rateText(before), rateText(after));
}

const shareText = (value: number | null, { t }: doc.Words): string => (value === null ? t("none") : t("{0}%", value));

const section = (title: string, items: readonly string[], none: string): doc.Block =>
  doc.group(doc.heading(title), items.length === 0 ? doc.paragraph(none) : doc.list(items.map((text) => ({ text }))));

/** The digest of a week, in the language of the reader. */
export function digestDocument(view: DigestView, words: doc.Words): doc.Document {
  const { t, usd, number, time } = words;
  const { before, spend, tier, project } = view;
  const suggestions = {
    raise: t("Consider a higher tier. A human decides."),
    keep: t("Keep the tier. A human decides."),
    lower: t("Consider a lower tier. A human decides."),
  };
  const week = t("Week {0} to {1}", time(view.from), time(view.to));
  const trends = [
    { what: t("Tasks done"), now: number(view.tasks_done.length), earlier: number(before.tasks_done) },
    { what: t("Cost"), now: usd(spend.usd), earlier: usd(before.usd) },
    { what: t("Reviews"), now: number(view.runs), earlier: number(before.runs) },
    { what: t("Reviews passed"), now: shareText(view.pass_rate, words), earlier: shareText(before.pass_rate, words) },
    { what: t("CI passed"), now: shareText(view.ci_success_percent, words), earlier: "" },
    { what: t("Feedback verified"), now: number(view.feedback_verified), earlier: "" },
  ];
  return [
    doc.paragraph(project === null ? week : `${week}, ${project}`),
    doc.table<(typeof trends)[number]>(
      [
        { head: "", cell: ({ what }) => what },
        { head: t("This week"), align: "right", cell: ({ now }) => now },
        { head: t("Week before"), align: "right", cell: ({ earlier }) => earlier },
      ],
      trends,
    ),
    section(
      t("Done"),
      view.tasks_done.map((task) => `${shorten(promptOf(task.inputs_json), maxPromptLength)} (${usd(task.cost_usd)})`),
      t("No task was finished."),
    ),
    section(
      project === null ? t("Cost") : t("Cost of all projects"),
      view.spend_by_model.map(
        (sum) => `${sum.name ?? t("no task")}: ${usd(sum.usd)}, ${doc.counted(words, sum.calls, "{0} call", "{0} calls")}`,
      ),
      t("Nothing was spent."),
    ),
    section(
      t("Top Learnings"),
      view.top_learnings.map(({ observation, candidate }) => `${observation} → ${candidate}`),
      t("Nothing was observed."),
    ),
    section(
      t("Taught Rules"),
      view.rule_effects.map((effect) => ruleText(effect, project, words)),
      t("No rule is taught."),
    ),
    section(
      t("Risks"),
      view.risks.map((risk) => riskText(risk, words)),
      t("Nothing stands out."),
    ),
    doc.group(
      doc.heading(t("Tier")),
      doc.paragraph(suggestions[tier.suggestion]),
      doc.list(tier.reasons.map((reason) => ({ text: reasonText(reason, words) }))),
    ),
  ];
}
