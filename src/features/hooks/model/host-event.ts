/** What an event of a host means to a session. */
export type EventKind = "start" | "prompt" | "before-tool" | "tool" | "failed-tool" | "edit" | "turn" | "stop" | "end" | "other";

/** Meanings by the letters of the events' names, which hosts write in snake, camel or Pascal case. */
const eventKinds: ReadonlyMap<string, EventKind> = new Map([
  ["sessionstart", "start"],
  ["userpromptsubmit", "prompt"],
  ["userpromptsubmitted", "prompt"],
  ["beforesubmitprompt", "prompt"],
  ["beforeagent", "prompt"],
  ["pretooluse", "before-tool"],
  ["beforetool", "before-tool"],
  ["beforeshellexecution", "before-tool"],
  ["beforemcpexecution", "before-tool"],
  ["posttooluse", "tool"],
  ["aftertool", "tool"],
  ["aftershellexecution", "tool"],
  ["aftermcpexecution", "tool"],
  ["posttoolusefailure", "failed-tool"],
  ["afterfileedit", "edit"],
  ["agentturncomplete", "turn"],
  ["stop", "stop"],
  ["agentstop", "stop"],
  ["afteragent", "stop"],
  ["sessionend", "end"],
]);

/** Returns the letters of a name in lower case, to compare names that differ only in case and separators. */
export const lettersOf = (name: string): string => name.replaceAll(/[^A-Za-z]/g, "").toLowerCase();

/** Returns the meaning of an event; `other` for events that this version does not know. */
export const eventKindOf = (event: string): EventKind => eventKinds.get(lettersOf(event)) ?? "other";

export const hosts = ["claude-code", "vscode", "codex", "cursor", "gemini"] as const;

/** Detects the host of a payload by what only that host sends. @param names letters of the payload's fields */
export function hostOf(event: string, names: ReadonlySet<string>, keys: readonly string[]): (typeof hosts)[number] {
  if (names.has("cursorversion") || names.has("conversationid")) return "cursor";
  if (names.has("turnid") || names.has("threadid")) return "codex";
  // A `timestamp` field and the spelling of `session_id`, if the event has a name that all hosts use.
  if (/^(?:before|after)(?:tool|agent|model)/i.test(event) || (names.has("timestamp") && keys.includes("session_id")))
    return "gemini";
  return keys.includes("sessionId") || keys.includes("hookEventName") ? "vscode" : "claude-code";
}
