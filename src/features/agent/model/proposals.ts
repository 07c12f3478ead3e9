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
const quoted = (word: string): string => (/^[\w./:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

const lineOf = (...words: readonly string[]): string => ["reward-ledger", ...words].join(" ");
/** A text that begins with a dash must not be parsed as a flag. */
const textOf = (text: string): readonly string[] => (text.startsWith("-") ? ["--", quoted(text)] : [quoted(text)]);

const word = z.string().trim().min(1).max(200).optional().catch(undefined);
const args = z.object({
  agent: word,
  reason: word,
  task: word,
  tier: z.coerce.number().int().min(0).max(highestTier).optional().catch(undefined),
  period: z.enum(["today", "week", "month", "all"]).default("today").catch("today"),
  severity: z.enum(feedbackSeverities).default("med").catch("med"),
});

/** Returns the name that the model gave, or `otherwise` if it cannot be a name: one that begins with a dash would be a flag. */
const nameOr = (given: string | undefined, otherwise: string): string =>
  given === undefined || given.startsWith("-") ? otherwise : quoted(given);

/** Returns what could be done about an intent. A promotion is never signed here, whatever the text says. */
export function proposalOf({ intent, args: given, text }: Pick<Intent, "intent" | "args" | "text">, t: Words["t"]): Proposal {
  const { agent, reason, task, tier, period, severity } = args.parse(given);
  const because = reason === undefined ? [] : [`--reason=${quoted(reason)}`];
  const change = (does: string, ...words: readonly string[]): Proposal => ({ command: lineOf(...words), does, changes: true });
  const note = (does: string): Proposal => change(does, "note", ...textOf(text));
  switch (intent) {
    case "enable_self_edit_session":
      return note(t("Tell the agent at its next breakpoint that it may change its own source in this session"));
    case "enable_self_edit_permanent":
      return { command: null, does: t("Set dev_mode_self_edit = true in em.toml"), changes: true };
    case "disable_self_edit":
      return { command: null, does: t("Set dev_mode_self_edit = false in em.toml"), changes: true };
    case "promote_tier": {
      const why = because.length === 0 ? ["--reason=REASON"] : because;
      return change(
        t("See the evidence and sign the promotion"),
        "promote",
        nameOr(agent, "AGENT"),
        tier === undefined ? "TIER" : String(tier),
        ...why,
      );
    }
    case "demote_tier":
      return change(
        t("Lower the tier"),
        "demote",
        nameOr(agent, "AGENT"),
        ...(tier === undefined ? [] : [String(tier)]),
        ...because,
      );
    case "grant_per_call_selfedit":
      return note(t("Tell the agent at its next breakpoint that it may change its own source once"));
    case "authorise_sensitive":
      return note(t("Tell the agent at its next breakpoint what it may do"));
    case "what_tier":
      return {
        command: lineOf("trust", ...(agent === undefined ? [] : [`--agent=${quoted(agent)}`])),
        does: t("Show the tier"),
        changes: false,
      };
    case "spend_query":
      return { command: lineOf("spend", "summary", `--${period}`), does: t("Show what was spent"), changes: false };
    case "pause":
      return change(t("Pause the task"), "task", "pause", nameOr(task, "ID"), `--reason=${quoted(reason ?? text)}`);
    case "resume":
      return change(t("Resume the task"), "task", "resume", nameOr(task, "ID"));
    case "feedback":
      return change(t("Record the feedback"), "feedback", "add", `--severity=${severity}`, ...textOf(text));
    case "skill_invoke":
      return change(t("Queue a task for the agent"), "task", "add", ...textOf(text));
    case "free_form":
      return change(t("Ask the agent"), "ask", ...textOf(text));
    default:
      return intent satisfies never;
  }
}
