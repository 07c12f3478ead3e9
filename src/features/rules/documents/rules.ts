import {
  action,
  bad,
  caution,
  type Document,
  good,
  group,
  muted,
  paragraph,
  strong,
  type Text,
  table,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import type { RulesWrittenView, RuleView, TargetView } from "../operations/views.ts";

const hitsTable = (rules: readonly RuleView[], added: readonly string[], { t, number }: Words) =>
  table<RuleView>(
    [
      { head: t("Rule"), shrink: 12, cell: ({ rule }) => rule },
      { head: t("Hits"), align: "right", cell: ({ hits }) => number(hits) },
      { head: "", cell: ({ rule }) => (added.includes(rule) ? good(t("new")) : "") },
    ],
    rules,
  );

/** What of the reviews could not be listed, and which files were not written. */
function leftOut({ no_room, no_id, not_refreshed }: RulesWrittenView, words: Words): Document {
  const { t } = words;
  return [
    ...not_refreshed.map(({ file, reason }) =>
      warning(
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
          warning(
            t(
              "There is no line left for: {0}. Shorten the lists, or raise the limit with --max-lines.",
              namesOf(no_room.map(({ rule }) => rule)),
            ),
          ),
        ]),
    ...(no_id.length === 0
      ? []
      : [
          warning(
            t("Left out, as agents could read them as instructions: {0}.", namesOf(no_id.map((one) => JSON.stringify(one)))),
          ),
        ]),
  ];
}

const namesOf = (names: readonly string[]): string => names.join(", ");

export function rulesWrittenDocument(view: RulesWrittenView, words: Words, cause: "init" | "update"): Document {
  const { t } = words;
  const { file, version, rules, added, removed, installed } = view;
  const done = cause === "init" ? t("Created {0}.", file) : t("Updated {0} to version {1}.", file, version);
  return [
    group(
      paragraph(strong(done)),
      ...installed.map((one) => paragraph(t("Installed in {0}.", one))),
      ...(removed.length === 0 ? [] : [paragraph(t("No longer listed: {0}.", namesOf(removed)))]),
    ),
    ...(rules.length > 0
      ? [hitsTable(rules, added, words)]
      : cause === "update"
        ? [paragraph(muted(t("No rule was broken three times in the latest 20 runs.")))]
        : []),
    ...leftOut(view, words),
    ...(cause === "init"
      ? [action(t("Teach what reviews find"), "reward-ledger rules update")]
      : installed.length === 0
        ? [action(t("Install them for an agent"), "reward-ledger rules targets --add agents-md")]
        : []),
  ];
}

export function retiredDocument(view: RulesWrittenView, words: Words): Document {
  const { t } = words;
  return [
    group(
      paragraph(strong(t("Retired {0}; {1} is at version {2}.", namesOf(view.removed), view.file, view.version))),
      paragraph(muted(t("It returns when it is broken three times in the latest 20 runs from now on."))),
    ),
  ];
}

const stateText = ({ state, problem }: TargetView, { t }: Words): Text => {
  switch (state) {
    case "current":
      return good(t("current"));
    case "stale":
      return caution(t("stale"));
    case "linked":
      return good(t("current"));
    case "edited":
      return bad(t("edited by hand"));
    case "unreadable":
      return bad(problem ?? t("not readable"));
    case "missing":
      return muted("-");
    default:
      return state satisfies never;
  }
};

export function targetsDocument(views: readonly TargetView[], words: Words): Document {
  const { t } = words;
  return [
    table<TargetView>(
      [
        { head: t("Agent"), cell: ({ target }) => target },
        { head: t("File"), shrink: 20, cell: ({ file }) => file },
        { head: t("Rules"), cell: (view) => stateText(view, words) },
      ],
      views,
    ),
    ...views
      .filter(({ state }) => state === "edited")
      .map(({ target, file }) => action(t("Replace the edits of {0}", file), `reward-ledger rules targets --add ${target}`)),
    ...(views.some(({ state }) => state === "stale") ? [action(t("Bring them up to date"), "reward-ledger rules update")] : []),
    ...(views.every(({ state }) => state === "missing")
      ? [action(t("Install them for an agent"), "reward-ledger rules targets --add agents-md")]
      : []),
  ];
}
