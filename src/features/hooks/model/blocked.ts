import { type Meaning, meaningOf } from "./host-event.ts";

/** Whether an agent can be stopped before an event. */
export const canBlock = (meaning: Meaning): boolean => meaning === "prompt" || meaning === "before-tool";

/**
 * Formats "blocked" as the JSON text that a host understands; undefined for events that cannot be blocked. Codex ignores an
 * answer with fields that it does not support, so each host has its own format.
 * @param reason shown to the user, and to the agent if the host passes it on
 */
export function blockedAnswer(host: string, event: string, reason: string): string | undefined {
  const meaning = meaningOf(event);
  if (!canBlock(meaning)) return undefined;
  const isPrompt = meaning === "prompt";
  const denied = {
    hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: reason },
  };
  const stops = { continue: false, stopReason: reason };
  switch (host) {
    case "cursor":
      return JSON.stringify(
        isPrompt
          ? { continue: false, user_message: reason }
          : { permission: "deny", user_message: reason, agent_message: reason },
      );
    case "gemini":
      return JSON.stringify(isPrompt ? { decision: "deny", reason } : { decision: "deny", reason, ...stops });
    case "codex":
      return JSON.stringify(isPrompt ? { decision: "block", reason } : denied);
    default:
      return JSON.stringify(isPrompt ? { decision: "block", reason, ...stops } : { ...denied, ...stops });
  }
}
