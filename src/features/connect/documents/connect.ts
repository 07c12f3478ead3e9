import {
  bad,
  caution,
  code,
  type Document,
  good,
  heading,
  list,
  muted,
  action as nextAction,
  paragraph,
  type Text,
  table,
  type Words,
} from "../../../kernel/document.ts";
import type { ConnectView, FileChange, HostState, HostView } from "../model/views.ts";

type Translate = Words["t"];

/** The display text of a host's state. */
export function hostStateText(state: HostState, t: Translate): string {
  switch (state) {
    case "not_found":
      return t("not found");
    case "not_connected":
      return t("not connected");
    case "connected":
      return t("connected");
    case "stale_path":
      return t("stale path");
    case "broken":
      return t("broken");
    default:
      return state satisfies never;
  }
}

function stateTone(state: HostState, text: string): Text {
  if (state === "connected") return good(text);
  if (state === "broken") return bad(text);
  return state === "stale_path" ? caution(text) : muted(text);
}

function changeTitle({ path, change }: FileChange, t: Translate): string {
  return { create: t("Create {0}", path), update: t("Change {0}", path), delete: t("Remove {0}", path) }[change];
}

const inEnglish: Translate = (message, ...args) => message.replaceAll(/\{(\d)\}/g, (_, index) => String(args[Number(index)]));

/** The planned changes, as lines of the question for confirmation. */
export const planText = (changes: readonly FileChange[]): readonly string[] =>
  changes.flatMap((change) => [
    changeTitle(change, inEnglish),
    ...copyNote(change, inEnglish),
    ...change.lines.map((line) => `  ${line}`),
  ]);

/** The changes to files. Once they are written, only the files' names are shown. */
function changeBlocks({ changes, written }: ConnectView, t: Translate): Document {
  if (written) return [list(changes.map((change) => ({ text: changeTitle(change, t), details: copyNote(change, t) })))];
  return changes.flatMap((change) => [
    heading(changeTitle(change, t), copyNote(change, t)[0]),
    ...(change.lines.length === 0 ? [] : [code("diff", change.lines.join("\n"))]),
  ]);
}

const copyNote = ({ copy }: FileChange, t: Translate): readonly string[] =>
  copy === null ? [] : [t("A copy is kept as {0}.", copy)];

/** Whether connecting again repairs it. A project's entries contain no path, so that only the `PATH` can be repaired. */
const isRepairable = ({ state, scope }: HostView): boolean => state === "broken" || (state === "stale_path" && scope === "user");

function summaryOf({ action, written, changes }: ConnectView, t: Translate): Document {
  if (action === "check") return [];
  if (changes.length === 0) {
    return [paragraph(action === "remove" ? t("Nothing of Reward Ledger is configured there.") : t("Nothing to change."))];
  }
  if (!written) return [paragraph(t("This would be written:"))];
  return [
    paragraph(good(action === "remove" ? t("✓ Removed.") : t("✓ Connected. Start the agents again to have them read it."))),
  ];
}

const noteOf = ({ detail, problem, enforces_budget: enforces }: HostView, t: Translate): string =>
  detail ?? problem?.message ?? (enforces ? t("stops at spending limits") : "");

/** The state of the agents, the changes, and what the user still has to do. */
export function connectDocument(view: ConnectView, { t }: Pick<Words, "t">): Document {
  const { changes, hosts, next } = view;
  const wrong = hosts.find(isRepairable);
  return [
    ...summaryOf(view, t),
    ...(changes.length === 0 ? [] : changeBlocks(view, t)),
    table<HostView>(
      [
        { head: t("Agent"), cell: ({ name }) => name },
        { head: t("Where"), cell: ({ scope }) => (scope === "user" ? t("your configuration") : t("this project")) },
        { head: t("State"), cell: ({ state }) => stateTone(state, hostStateText(state, t)) },
        { head: "", shrink: 20, cell: (host) => noteOf(host, t) },
      ],
      hosts,
    ),
    ...(next.length === 0 ? [] : [list(next.map((text) => ({ text })))]),
    ...(wrong === undefined
      ? []
      : [nextAction(t("Repair it"), `reward-ledger connect ${wrong.host}${wrong.scope === "project" ? " --project" : ""}`)]),
  ];
}
