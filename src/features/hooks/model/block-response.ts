import { type EventKind, eventKindOf } from "./host-event.ts";

/** Whether an agent can be stopped before an event. */
export const canBlock = (kind: EventKind): boolean => kind === "prompt" || kind === "before-tool";

/**
 * Formats "blocked" as the JSON text that a host understands; undefined for events that cannot be blocked. Codex ignores an
 * answer with fields that it does not support, so each host has its own format.
 * @param reason shown to the user, and to the agent if the host passes it on
 */
export function blockResponse(host: string, event: string, reason: string): string | undefined {
  const kind = eventKindOf(event);
  if (!canBlock(kind)) return undefined;
  const isPrompt = kind === "prompt";
  const denial = {
    hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: reason },
  };
  const stopFields = { continue: false, stopReason: reason };
  switch (host) {
    case "cursor":
      return JSON.stringify(
        isPrompt
          ? { continue: false, user_message: reason }
          : { permission: "deny", user_message: reason, agent_message: reason },
      );
    case "gemini":
      return JSON.stringify(isPrompt ? { decision: "deny", reason } : { decision: "deny", reason, ...stopFields });
    case "codex":
      return JSON.stringify(isPrompt ? { decision: "block", reason } : denial);
    case "vscode":
      // Copilot's command line runs the same hooks, and reads the decision at the top level.
      return JSON.stringify(
        isPrompt
          ? { decision: "block", reason, ...stopFields }
          : { ...denial, permissionDecision: "deny", permissionDecisionReason: reason, ...stopFields },
      );
    default:
      return JSON.stringify(isPrompt ? { decision: "block", reason, ...stopFields } : { ...denial, ...stopFields });
  }
}
