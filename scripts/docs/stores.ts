import type { Column, Store } from "../../src/features/agent/model/store.ts";
import { agentStores } from "../../src/features/agent/model/stores.ts";
import { storeVerbs } from "../../src/features/agent/operations/store-verbs.ts";

const text = (value: string): string => value.replaceAll("|", "\\|");

function allowedText({ values, min, max, name, about }: Column): string {
  if (about !== "") return values === null ? about : `${about}: ${values.map((value) => `\`${value}\``).join(", ")}`;
  if (values !== null) return values.map((value) => `\`${value}\``).join(", ");
  if (min !== null) return max === null ? `${min} or more` : `${min} to ${max}`;
  if (name.endsWith("_at")) return "a time";
  return name.endsWith("_json") ? "JSON" : "";
}

function columnRow(store: Store, column: Column): string {
  const key = store.key.includes(column.name) ? "key" : "";
  const absentText = column.nullable ? "may be null" : column.default === undefined ? "" : `default \`${column.default}\``;
  const notes = [key, absentText].filter((note) => note !== "").join(", ");
  return `| \`${column.name}\` | ${column.type} | ${text(allowedText(column))} | ${notes} |`;
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
  const example = store.example ?? (store.verbs === null ? undefined : storeVerbs(store).add.examples?.[0].run);
  const dollars = Object.entries(store.dollars).map(
    ([micros, name]) => `\`${name}\` is \`${micros}\` in dollars, computed when it is read.`,
  );
  return [
    `### ${store.name}`,
    store.about,
    [
      "| column | type | allowed | |",
      "| --- | --- | --- | --- |",
      ...store.columns.map((column) => columnRow(store, column)),
    ].join("\n"),
    ...dollars,
    statesText(store),
    ...(example === undefined ? [] : [`\`\`\`sh\n${example}\n\`\`\``]),
  ].join("\n\n");
}

/** Every store with its columns, states and an example command. */
export const storeReference = async (): Promise<string> => agentStores.map(section).join("\n\n");
