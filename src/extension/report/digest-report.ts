import type { DigestReason, DigestRisk, DigestView } from "../../features/agent/operations/views.ts";
import { plain as oneLine } from "../../kernel/escape.ts";
import { shortened } from "../../kernel/shorten.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { promptOf } from "../agent/nodes.ts";
import { usd } from "../agent/texts.ts";
import { dayOf, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

const longest = 160;

const bullets = (items: readonly string[], none: string): string =>
  items.length === 0 ? plain(none) : items.map((item) => `- ${plain(item)}`).join("\n");

function riskText({ what, value }: DigestRisk, t: Translate): string {
  const texts: Readonly<Record<DigestRisk["what"], string>> = {
    unanswered: t("Questions that wait for an answer: {0}", value),
    grave_feedback: t("Open feedback of severity high or critical: {0}", value),
    tasks_blocked: t("Blocked tasks: {0}", value),
    tasks_abandoned: t("Tasks given up: {0}", value),
    budget_percent: t("{0} % of a ceiling is spent", value),
  };
  return texts[what];
}

function reasonText({ what, value }: DigestReason, t: Translate): string {
  const share = value === null ? t("none") : `${value} %`;
  const texts: Readonly<Record<DigestReason["what"], string>> = {
    runs: t("Reviews: {0}", value ?? 0),
    pass_rate: t("Reviews passed: {0}", share),
    ci_success_percent: t("CI passed: {0}", share),
    grave_feedback: t("Open feedback of severity high or critical: {0}", value ?? 0),
    tasks_abandoned: t("Tasks given up: {0}", value ?? 0),
  };
  return texts[what];
}

/** The digest of a week in the display language, as a Markdown document. */
export function digestReport(view: DigestView, style: TimeStyle, t: Translate): string {
  const { before, spend, tier, project } = view;
  const share = (value: number | null): string => (value === null ? t("none") : `${value} %`);
  const suggestions = {
    raise: t("Consider a higher tier. A human decides."),
    keep: t("Keep the tier. A human decides."),
    lower: t("Consider a lower tier. A human decides."),
  };
  const week = t("Week {0} to {1}", dayOf(view.from, style.zone), dayOf(view.to, style.zone));
  const trends = [
    [t("Tasks done"), String(view.tasks_done.length), String(before.tasks_done)],
    [t("Cost"), usd(spend.usd, style), usd(before.usd, style)],
    [t("Reviews"), String(view.runs), String(before.runs)],
    [t("Reviews passed"), share(view.pass_rate), share(before.pass_rate)],
    [t("CI passed"), share(view.ci_success_percent), ""],
    [t("Feedback verified"), String(view.feedback_verified), ""],
  ];
  const sections = [
    `# ${plain(project === null ? week : `${week}, ${project}`)}`,
    table(
      [" ", t("This week"), t("Week before")],
      ["left", "right", "right"],
      trends.map((cells) => cells.map(plain)),
    ),
    `## ${t("Done")}`,
    bullets(
      view.tasks_done.map((task) => `${shortened(oneLine(promptOf(task.inputs_json)), longest)} (${usd(task.cost_usd, style)})`),
      t("No task was finished."),
    ),
    `## ${project === null ? t("Cost") : t("Cost of all projects")}`,
    bullets(
      view.spend_by_model.map(
        (sum) =>
          `${sum.name ?? t("no task")}: ${usd(sum.usd, style)}, ${sum.calls === 1 ? t("1 call") : t("{0} calls", sum.calls)}`,
      ),
      t("Nothing was spent."),
    ),
    `## ${t("Top Learnings")}`,
    bullets(
      view.top_learnings.map(({ observation, candidate }) => `${observation} → ${candidate}`),
      t("Nothing was observed."),
    ),
    `## ${t("Risks")}`,
    bullets(
      view.risks.map((risk) => riskText(risk, t)),
      t("Nothing stands out."),
    ),
    `## ${t("Tier")}`,
    plain(suggestions[tier.suggestion]),
    bullets(
      tier.reasons.map((reason) => reasonText(reason, t)),
      "",
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}
