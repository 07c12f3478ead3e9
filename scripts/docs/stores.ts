import type { Column, Store } from "../../src/features/agent/model/store.ts";
import { agentStores } from "../../src/features/agent/model/stores.ts";

/** What each store is for, and a command that shows it. */
const about: Readonly<Record<string, Readonly<{ what: string; example: string }>>> = {
  em_inbox: { what: "What humans send to the agent.", example: 'reward-ledger ask "Which branch is the release cut from?"' },
  tasks: { what: "What the agent has to do.", example: "reward-ledger task claim --worker a1 --stale-minutes 30" },
  feedback: {
    what: "What humans say of the agent's work, and what became of it.",
    example: "reward-ledger feedback move ID verified --regression-test-path test/push.test.ts",
  },
  spend: { what: "What each call of a model cost.", example: "reward-ledger spend summary --week --by-task" },
  audit: {
    what: "Every use of a tool. Rows are added; of a row only what was not known yet is filled in.",
    example: "reward-ledger audit add git_push --duration-ms 800",
  },
  ci_history: { what: "Runs of CI workflows.", example: "reward-ledger ci estimate build main" },
  memory: {
    what: "What the agent has learnt for good, in one project.",
    example: "reward-ledger memory recall failure_patterns",
  },
  paused_tasks: {
    what: "Everything that is needed to go on with a task that was put aside. Each row is also `paused-tasks/<task id>.json`: pretty JSON, keys sorted, the two JSON columns as what they hold, without `project`.",
    example: 'reward-ledger task pause ID --reason "fix myself first" --from work.json',
  },
  self_edits_log: {
    what: "Changes that the agent made to itself. Each row is also a line of `self-edits.log`: one JSON object, fields in the order of the columns, without `recorded` and `project`.",
    example:
      "reward-ledger self-edit add https://example.com/pull/7 --fix-class prompt --before-sha 1a2b --after-sha 3c4d --confidence 92 --em-review approved",
  },
  learnings_log: {
    what: 'Observations that may become rules. Each row is also a line of `learnings.log`: `<ts> [task=<task_id>] Observed: "<observation>" → <candidate>`.',
    example: 'reward-ledger learn add "The human rejects broad catches" --task-id t_8f2 --to GAIA.md',
  },
};

const text = (value: string): string => value.replaceAll("|", "\\|");

function allowed({ values, min, max, name }: Column): string {
  if (values !== null) return values.map((value) => `\`${value}\``).join(", ");
  if (min !== null) return max === null ? `${min} or more` : `${min} to ${max}`;
  if (name.endsWith("_at")) return "a time";
  return name.endsWith("_json") ? "JSON" : "";
}

function columnRow(store: Store, column: Column): string {
  const key = store.key.includes(column.name) ? "key" : "";
  const absent = column.nullable ? "may be null" : column.default === undefined ? "" : `default \`${column.default}\``;
  const notes = [key, absent].filter((note) => note !== "").join(", ");
  return `| \`${column.name}\` | ${column.type} | ${text(allowed(column))} | ${notes} |`;
}

function statesText({ states, changes }: Store): string {
  if (states !== null) {
    const ways = Object.entries(states.ways).map(
      ([from, to]) => `- \`${from}\` → ${to.length === 0 ? "nothing: it is final" : to.map((one) => `\`${one}\``).join(", ")}`,
    );
    return `States, and what can follow each:\n\n${ways.join("\n")}`;
  }
  if (changes === "none") return "No states: a row stays as it was added.";
  if (changes === "free") return "No states.";
  return `No states: a row stays as it was added, but ${changes.fill.map((name) => `\`${name}\``).join(", ")} can be filled in once.`;
}

function section(store: Store): string {
  const { what = "", example = "" } = about[store.name] ?? {};
  const dollars = Object.entries(store.dollars).map(
    ([micros, name]) => `\`${name}\` is \`${micros}\` in dollars, computed when it is read.`,
  );
  return [
    `### ${store.name}`,
    what,
    [
      "| column | type | allowed | |",
      "| --- | --- | --- | --- |",
      ...store.columns.map((column) => columnRow(store, column)),
    ].join("\n"),
    ...dollars,
    statesText(store),
    `\`\`\`sh\n${example}\n\`\`\``,
  ].join("\n\n");
}

/** Every store with its columns, states and a command. */
export const storeReference = async (): Promise<string> => agentStores.map(section).join("\n\n");
