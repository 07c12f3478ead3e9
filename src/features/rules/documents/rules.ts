import type { Document, Text, Words } from "../../../kernel/document.ts";
import * as doc from "../../../kernel/document.ts";
import type { RulesWrittenView, RuleView, TargetView } from "../operations/views.ts";

const hitsTable = (rules: readonly RuleView[], added: readonly string[], { t, number }: Words) =>
  doc.table<RuleView>(
    [
      { head: t("Rule"), shrink: 12, cell: ({ rule }) => rule },
      { head: t("Hits"), align: "right", cell: ({ hits }) => number(hits) },
      { head: "", cell: ({ rule }) => (added.includes(rule) ? doc.good(t("new")) : "") },
    ],
    rules,
  );

/** Warnings about the rules that could not be listed and the files that were not written. */
function omissionWarnings({ no_room, no_id, not_refreshed }: RulesWrittenView, words: Words): Document {
  const { t } = words;
  return [
    ...not_refreshed.map(({ file, reason }) =>
      doc.warning(
        reason ??
          t(
            "Somebody edited the rules in {0}, so it was left as it is. Move the edits to the house rules, then replace it (`rules targets --add`).",
            file,
          ),
      ),
    ),
    ...(no_room.length === 0
      ? []
      : [
          doc.warning(
            t(
              "There is no line left for: {0}. Shorten the lists, or raise the limit with --max-lines.",
              joinNames(no_room.map(({ rule }) => rule)),
            ),
          ),
        ]),
    ...(no_id.length === 0
      ? []
      : [
          doc.warning(
            t("Left out, as agents could read them as instructions: {0}.", joinNames(no_id.map((one) => JSON.stringify(one)))),
          ),
        ]),
  ];
}

const joinNames = (names: readonly string[]): string => names.join(", ");

export function rulesWrittenDocument(view: RulesWrittenView, words: Words, cause: "init" | "update"): Document {
  const { t } = words;
  const { file, version, rules, added, removed, installed } = view;
  const doneText = cause === "init" ? t("Created {0}.", file) : t("Updated {0} to version {1}.", file, version);
  return [
    doc.group(
      doc.paragraph(doc.strong(doneText)),
      ...installed.map((one) => doc.paragraph(t("Installed in {0}.", one))),
      ...(removed.length === 0 ? [] : [doc.paragraph(t("No longer listed: {0}.", joinNames(removed)))]),
    ),
    ...(rules.length > 0
      ? [hitsTable(rules, added, words)]
      : cause === "update"
        ? [doc.paragraph(doc.muted(t("No rule was broken three times in the latest 20 runs.")))]
        : []),
    ...omissionWarnings(view, words),
    ...(cause === "init"
      ? [doc.action(t("Teach what reviews find"), "reward-ledger rules update")]
      : installed.length === 0
        ? [doc.action(t("Install them for an agent"), "reward-ledger rules targets --add agents-md")]
        : []),
  ];
}

export function retiredDocument(view: RulesWrittenView, words: Words): Document {
  const { t } = words;
  return [
    doc.group(
      doc.paragraph(doc.strong(t("Retired {0}; {1} is at version {2}.", joinNames(view.removed), view.file, view.version))),
      doc.paragraph(doc.muted(t("It returns when it is broken three times in the latest 20 runs from now on."))),
    ),
  ];
}

const stateText = ({ state, problem }: TargetView, { t }: Words): Text => {
  switch (state) {
    case "current":
      return doc.good(t("current"));
    case "stale":
      return doc.caution(t("stale"));
    case "linked":
      return doc.good(t("current"));
    case "edited":
      return doc.bad(t("edited by hand"));
    case "unreadable":
      return doc.bad(problem ?? t("not readable"));
    case "missing":
      return doc.muted("-");
    default:
      return state satisfies never;
  }
};

export function targetsDocument(views: readonly TargetView[], words: Words): Document {
  const { t } = words;
  return [
    doc.table<TargetView>(
      [
        { head: t("Agent"), cell: ({ target }) => target },
        { head: t("File"), shrink: 20, cell: ({ file }) => file },
        { head: t("Rules"), cell: (view) => stateText(view, words) },
      ],
      views,
    ),
    ...views
      .filter(({ state }) => state === "edited")
      .map(({ target, file }) => doc.action(t("Replace the edits of {0}", file), `reward-ledger rules targets --add ${target}`)),
    ...(views.some(({ state }) => state === "stale") ? [doc.action(t("Update them"), "reward-ledger rules update")] : []),
    ...(views.every(({ state }) => state === "missing")
      ? [doc.action(t("Install them for an agent"), "reward-ledger rules targets --add agents-md")]
      : []),
  ];
}
