import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import type { RowNode } from "../agent/nodes.ts";
import { promptOf } from "../agent/nodes.ts";
import { feedbackSeverity, messageSeverity, stateText, usd } from "../agent/texts.ts";
import { fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** A message, task or feedback with all that is known of it as a Markdown document. */
export function rowReport(node: RowNode, style: TimeStyle, t: Translate): string {
  const time = (value: string | null): string | null => (value === null ? null : fullTime(value, style));
  switch (node.kind) {
    case "message": {
      const { row } = node;
      return report(t("Message"), row.body, t("Answer"), row.answer, [
        [t("State"), stateText(row.state, t)],
        [t("Severity"), messageSeverity(row.severity, t)],
        [t("From"), row.from_handle],
        [t("Received"), time(row.received_at)],
        [t("Answered"), time(row.answered_at)],
        [t("Closed"), time(row.closed_at)],
        [t("Became feedback"), row.escalated_to],
        [t("Project"), row.project],
        ["ID", row.id],
      ]);
    }
    case "task": {
      const { row } = node;
      return report(t("Task"), promptOf(row.inputs_json), t("Result"), row.result_json, [
        [t("State"), stateText(row.state, t)],
        [t("Priority"), String(row.priority)],
        [t("Worker"), row.worker],
        [t("Stage"), row.stage ?? row.current_state_name],
        [t("Cost"), usd(row.cost_usd, style)],
        [t("Created"), time(row.created_at)],
        [t("Last sign of life"), time(row.last_heartbeat_at)],
        [t("Trace"), row.trace_file],
        [t("Project"), row.project],
        ["ID", row.id],
      ]);
    }
    case "feedback": {
      const { row } = node;
      return report(t("Feedback"), row.body, t("Root cause"), row.root_cause, [
        [t("State"), stateText(row.state, t)],
        [t("Severity"), feedbackSeverity(row.severity, t)],
        [t("About"), row.context_url],
        [t("From"), row.from_handle],
        [t("Received"), time(row.received_at)],
        [t("Kind of fix"), row.fix_class],
        [t("Pull request"), row.fix_pr_url],
        [t("Regression test"), row.regression_test_path],
        [t("Success criterion"), row.success_criterion],
        [t("Project"), row.project],
        ["ID", row.id],
      ]);
    }
    default:
      return node satisfies never;
  }
}

/** A heading, the text said, what came of it, and a table of what is known; fields without a value are left out. */
function report(
  title: string,
  body: string,
  outcomeTitle: string,
  outcome: string | null,
  fields: readonly (readonly [string, string | null])[],
): string {
  const known = fields.flatMap(([name, value]) => (value === null || value === "" ? [] : [[plain(name), plain(value)]]));
  const sections = [`# ${title}`, quoted(body)];
  if (outcome !== null && outcome !== "") sections.push(`## ${outcomeTitle}`, quoted(outcome));
  return `${[...sections, table([" ", " "], ["left", "left"], known)].join("\n\n")}\n`;
}

/** Text in its own lines that makes no Markdown. */
const quoted = (text: string): string =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => `> ${plain(line)}`)
    .join("  \n");
