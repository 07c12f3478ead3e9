import * as z from "zod";
import type { Words } from "../../../kernel/document.ts";
import { feedbackSeverities } from "./feedback.ts";
import type { Intent } from "./intents.ts";
import { highestTier } from "./tiers.ts";

/**
 * A command line that would do what was meant. It is shown and never run; words in capitals are placeholders for the person to
 * fill in.
 */
export type Proposal = Readonly<{
  /** Null if no command does it. */
  command: string | null;
  does: string;
  /** False if it changes nothing. */
  changes: boolean;
}>;

/** Quotes a word of a command line for a shell, if necessary. */
const shellQuote = (word: string): string => (/^[\w./:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

const commandLine = (...words: readonly string[]): string => ["reward-ledger", ...words].join(" ");
/** A text that begins with a dash must not be parsed as a flag. */
const textArgs = (text: string): readonly string[] => (text.startsWith("-") ? ["--", shellQuote(text)] : [shellQuote(text)]);

const trimmedText = z.string().trim().min(1).max(200).optional().catch(undefined);
const argsSchema = z.object({
  agent: trimmedText,
  reason: trimmedText,
  task: trimmedText,
  tier: z.coerce.number().int().min(0).max(highestTier).optional().catch(undefined),
  period: z.enum(["today", "week", "month", "all"]).default("today").catch("today"),
  severity: z.enum(feedbackSeverities).default("med").catch("med"),
});

/** Returns the name that the model gave, or `fallback` if it cannot be a name: one that begins with a dash would be a flag. */
const nameOr = (name: string | undefined, fallback: string): string =>
  name === undefined || name.startsWith("-") ? fallback : shellQuote(name);

/** Returns what could be done about an intent. A promotion is never signed here, whatever the text says. */
export function proposalOf({ intent, args: rawArgs, text }: Pick<Intent, "intent" | "args" | "text">, t: Words["t"]): Proposal {
  const { agent, reason, task, tier, period, severity } = argsSchema.parse(rawArgs);
  const reasonFlags = reason === undefined ? [] : [`--reason=${shellQuote(reason)}`];
  const change = (does: string, ...words: readonly string[]): Proposal => ({
    command: commandLine(...words),
    does,
    changes: true,
  });
  const note = (does: string): Proposal => change(does, "note", ...textArgs(text));
  switch (intent) {
    case "enable_self_edit_session":
      return note(t("Tell the agent at its next breakpoint that it may change its own source in this session"));
    case "enable_self_edit_permanent":
      return { command: null, does: t("Set dev_mode_self_edit = true in em.toml"), changes: true };
    case "disable_self_edit":
      return { command: null, does: t("Set dev_mode_self_edit = false in em.toml"), changes: true };
    case "promote_tier": {
      const requiredReason = reasonFlags.length === 0 ? ["--reason=REASON"] : reasonFlags;
      return change(
        t("See the evidence and sign the promotion"),
        "promote",
        nameOr(agent, "AGENT"),
        tier === undefined ? "TIER" : String(tier),
        ...requiredReason,
      );
    }
    case "demote_tier":
      return change(
        t("Lower the tier"),
        "demote",
        nameOr(agent, "AGENT"),
        ...(tier === undefined ? [] : [String(tier)]),
        ...reasonFlags,
      );
    case "grant_per_call_selfedit":
      return note(t("Tell the agent at its next breakpoint that it may change its own source once"));
    case "authorise_sensitive":
      return note(t("Tell the agent at its next breakpoint what it may do"));
    case "what_tier":
      return {
        command: commandLine("trust", ...(agent === undefined ? [] : [`--agent=${shellQuote(agent)}`])),
        does: t("Show the tier"),
        changes: false,
      };
    case "spend_query":
      return { command: commandLine("spend", "summary", `--${period}`), does: t("Show what was spent"), changes: false };
    case "pause":
      return change(t("Pause the task"), "task", "pause", nameOr(task, "ID"), `--reason=${shellQuote(reason ?? text)}`);
    case "resume":
      return change(t("Resume the task"), "task", "resume", nameOr(task, "ID"));
    case "feedback":
      return change(t("Record the feedback"), "feedback", "add", `--severity=${severity}`, ...textArgs(text));
    case "skill_invoke":
      return change(t("Queue a task for the agent"), "task", "add", ...textArgs(text));
    case "free_form":
      return change(t("Ask the agent"), "ask", ...textArgs(text));
    default:
      return intent satisfies never;
  }
}
