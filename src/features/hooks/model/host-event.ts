/** What an event of a host means to a session. */
export type Meaning = "start" | "prompt" | "before-tool" | "tool" | "failed-tool" | "edit" | "turn" | "stop" | "end" | "other";

/** Letters of the events' names: hosts write them in snake, camel and Pascal case. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
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

/** The letters of a name, to compare those that differ in case and separators alone. */
export const lettersOf = (name: string): string => name.replaceAll(/[^A-Za-z]/g, "").toLowerCase();

/** What an event means; `other` for those that this version does not know. */
export const meaningOf = (event: string): Meaning => meanings.get(lettersOf(event)) ?? "other";

export const hosts = ["claude-code", "vscode", "codex", "cursor", "gemini"] as const;

/** The host that a payload comes from, by what only it sends. @param names letters of the payload's fields */
export function hostOf(event: string, names: ReadonlySet<string>, keys: readonly string[]): (typeof hosts)[number] {
  if (names.has("cursorversion") || names.has("conversationid")) return "cursor";
  if (names.has("turnid") || names.has("threadid")) return "codex";
  // The field and its spelling, where the events bear the names that all use.
  if (/^(?:before|after)(?:tool|agent|model)/i.test(event) || (names.has("timestamp") && keys.includes("session_id")))
    return "gemini";
  return keys.includes("sessionId") || keys.includes("hookEventName") ? "vscode" : "claude-code";
}
