import {
  caution,
  counted,
  type Document,
  fields,
  group,
  heading,
  paragraph,
  type Text,
  type Words,
} from "../../../kernel/document.ts";
import { nameList, sessions, toolsText } from "../../agent/model/sessions.ts";
import { durationText } from "../model/duration.ts";
import type { SessionView } from "../operations/views.ts";

function costText({ calls, unpriced_calls, usd }: SessionView, words: Words): Text {
  const { t } = words;
  const cost = t("{0} for {1}", counted(words, calls, "{0} call", "{0} calls"), words.usd(usd));
  return unpriced_calls === 0 ? cost : [`${cost} `, caution(t("({0} without a known price)", unpriced_calls))];
}

/** Shows one session: its result, duration and cost, and what was done in it. */
export function sessionDocument(view: SessionView, words: Words): Document {
  const { t, time } = words;
  const row = sessions.row.parse(Object.fromEntries(sessions.columns.map(({ name }) => [name, view[name]])));
  const lines = (text: string): readonly string[] => nameList.parse(JSON.parse(text));
  const files = lines(row.files_json);
  const facts: readonly (readonly [string, Text | null])[] = [
    [t("Session"), row.session_id],
    [t("Host"), row.host],
    [t("Model"), row.model],
    [t("Project"), row.project],
    [t("Branch"), row.branch],
    [t("Pull request"), row.pull_request],
    [t("Started"), time(row.started_at)],
    [t("Ended"), row.ended_at === null ? null : time(row.ended_at)],
    [t("Duration"), view.duration_ms === null ? null : durationText(view.duration_ms)],
    [t("Turns"), words.number(row.turns)],
    [t("Cost"), costText(view, words)],
    [t("Tools"), toolsText(row.tools_json) || null],
    [t("Commits"), lines(row.commits_json).join(", ") || null],
  ];
  return [
    ...(row.summary === null ? [] : [paragraph(row.summary)]),
    fields(facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]))),
    ...(files.length === 0 ? [] : [group(heading(t("Changed files")), ...files.map((file) => paragraph(file)))]),
  ];
}
