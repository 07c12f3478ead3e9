import { fixClasses } from "../../features/agent/model/feedback.ts";
import { memoryTopics } from "../../features/agent/model/memory.ts";
import type { OperationInput, OperationName } from "../../features/operations.ts";
import type { Translate } from "../format/translate.ts";

type Key<Name extends OperationName> = keyof OperationInput<Name> & string;
type Choice = Readonly<{ label: string; description?: string; value: string | null }>;

/** A question asked before an operation runs: for the value of one input key, or for which of several options to set. */
export type Question<K extends string = string> =
  /** If `optional`, an empty text is accepted and the key is left out. */
  | Readonly<{ key: K; prompt: string; kind: "text" | "object" | "whole" | "dollars"; optional?: true }>
  /** `null` leaves the key out. */
  | Readonly<{ key: K; prompt: string; choices: readonly Choice[] }>
  | Readonly<{ options: readonly Option<K>[] }>;

/** An option that is only switched on, or one with a number that starts at `initial`. */
export type Option<K extends string = string> = Readonly<{
  key: K;
  label: string;
  number?: Readonly<{ initial: number; prompt: string }>;
}>;

/** A palette command that asks for input, runs an operation, and shows its document. */
export type PaletteCommand<Name extends OperationName = OperationName> = Readonly<{
  operation: Name;
  /** Title of the document and of the questions. */
  title: string;
  /** Name of the VS Code icon in menus. */
  icon?: string;
  /** Constant input. */
  fixed?: Readonly<Partial<OperationInput<Name>>>;
  /** Whether the operation is limited to the window's project. */
  scoped?: true;
  /** Set if the operation needs a project folder, and whether it only reads or also writes files there. */
  project?: "reads" | "writes";
  /** Whether the operation runs the project's own commands, which must be approved first. */
  approves?: true;
  /** Whether the setting for the maximum number of lines of the house rules is passed. */
  capped?: true;
  ask?: readonly Question<Key<Name>>[];
  /** Shows the first line of the document in the status bar instead of the document. */
  brief?: true;
}>;

/** Maximum number of rows that a document shows. */
const limit = 200;

const toChoices = (values: readonly string[]): readonly Choice[] => values.map((value) => ({ label: value, value }));

/**
 * The commands defined by their operation alone, by id. To add one, add an entry here and a title in package.nls.json and its
 * translations; `npm run docs` writes it into the manifest.
 * @param make maps each command
 */
export const palette = <Made>(t: Translate, make: <Name extends OperationName>(command: PaletteCommand<Name>) => Made) => ({
  check: make({
    operation: "check",
    title: t("Check Thresholds"),
    ask: [
      {
        options: [
          { key: "min_score", label: t("Score of the latest run"), number: { initial: 80, prompt: t("Lowest score, 0 to 120") } },
          {
            key: "min_pass_rate",
            label: t("Share of runs that passed"),
            number: { initial: 80, prompt: t("Lowest share in percent") },
          },
          { key: "max_block_streak", label: t("Fails in a row"), number: { initial: 2, prompt: t("Most fails in a row") } },
          {
            key: "max_regressions",
            label: t("Tests that regressed"),
            number: { initial: 0, prompt: t("Most tests that may regress") },
          },
          { key: "budget", label: t("No spending limit is reached") },
        ],
      },
    ],
  }),
  rulesInit: make({ operation: "rules init", title: t("Create House Rules"), project: "writes" }),
  rulesUpdate: make({
    operation: "rules update",
    title: t("Update House Rules"),
    icon: "sync",
    project: "writes",
    capped: true,
  }),
  rulesEffect: make({ operation: "rules effect", title: t("Effect of Taught Rules"), project: "reads" }),
  showStopReview: make({ operation: "on-stop", title: t("Reviews on Stop") }),
  report: make({
    operation: "report",
    title: t("What Changed"),
    scoped: true,
    ask: [
      {
        key: "against",
        prompt: t("Compare with which branch, commit or run? Empty for the previous run"),
        kind: "text",
        optional: true,
      },
    ],
  }),
  verify: make({ operation: "verify", title: t("Ledger Verification") }),
  verifyRemote: make({ operation: "verify", title: t("Ledger Verification"), fixed: { remote: true } }),
  doctor: make({ operation: "doctor", title: t("Doctor") }),
  rebuildIndex: make({ operation: "rebuild", title: t("Rebuild Index") }),
  teamMembers: make({ operation: "team members", title: t("Team Members"), icon: "organization" }),
  syncTest: make({ operation: "sync test", title: t("Team Connection") }),
  syncPreview: make({ operation: "sync preview", title: t("What Sync Would Send"), icon: "eye", fixed: { limit: 100 } }),
  syncShow: make({
    operation: "sync show",
    title: t("Team"),
    ask: [
      {
        key: "view",
        prompt: t("Show what of the team?"),
        choices: [
          { label: t("Agents"), description: t("coins and streaks"), value: "summary" },
          { label: t("Review Runs"), value: "runs" },
          { label: t("Eval Runs"), value: "evals" },
          { label: t("Members"), description: t("with their last sync"), value: "members" },
        ],
      },
    ],
  }),
  evalLeaderboard: make({ operation: "eval leaderboard", title: t("Eval Leaderboard") }),
  evalSummary: make({ operation: "eval summary", title: t("Eval Summary"), icon: "book", scoped: true }),
  evalCacheStats: make({ operation: "eval cache", title: t("Cached Answers"), fixed: { action: "stats" } }),
  evalCacheVerify: make({ operation: "eval cache", title: t("Cached Answers"), fixed: { action: "verify" } }),
  showBudget: make({ operation: "budget show", title: t("Budget"), icon: "credit-card" }),
  showInbox: make({ operation: "inbox list", title: t("Inbox"), scoped: true, fixed: { limit } }),
  showTasks: make({ operation: "task list", title: t("Tasks"), scoped: true, fixed: { limit } }),
  showFeedback: make({ operation: "feedback list", title: t("Feedback"), scoped: true, fixed: { limit } }),
  processFeedback: make({ operation: "self-fix process", title: t("Process Feedback"), project: "writes", approves: true }),
  verifyFixes: make({ operation: "self-fix verify", title: t("Verify Merged Fixes"), project: "writes", approves: true }),
  showFixes: make({ operation: "self-fix list", title: t("Fixes of Feedback"), scoped: true, fixed: { limit } }),
  showAudit: make({ operation: "audit list", title: t("Audit"), scoped: true, fixed: { limit } }),
  showCiRuns: make({ operation: "ci list", title: t("CI Runs"), scoped: true, fixed: { limit } }),
  showMemories: make({ operation: "memory list", title: t("Memories"), scoped: true, fixed: { limit } }),
  showLearnings: make({ operation: "learn list", title: t("Learnings"), scoped: true, fixed: { limit } }),
  showSelfEdits: make({ operation: "self-edit list", title: t("Self-Edits"), scoped: true, fixed: { limit } }),
  showTrust: make({ operation: "trust status", title: t("Trust"), icon: "shield", fixed: { history: true } }),
  classifyIntent: make({
    operation: "intent classify",
    title: t("Find the Command for a Text"),
    ask: [
      {
        key: "text",
        prompt: t("What do you want the agent to do? The text is sent to the model you set up; nothing is run."),
        kind: "text",
      },
    ],
  }),
  initStores: make({ operation: "store init", title: t("Stores") }),
  recallMemories: make({
    operation: "memory recall",
    title: t("Memories"),
    ask: [
      {
        key: "topic",
        prompt: t("Recall what is known of which topic?"),
        choices: [{ label: t("All topics"), value: null }, ...toChoices(memoryTopics)],
      },
    ],
  }),
  // The set of message channels is fixed; `tui`, which is typed and has its own screen, is the closest match.
  ask: make({
    operation: "ask",
    title: t("Ask the Agent"),
    icon: "comment",
    fixed: { channel: "tui" },
    ask: [{ key: "body", prompt: t("The question; the agent answers at its next breakpoint"), kind: "text" }],
    brief: true,
  }),
  note: make({
    operation: "note",
    title: t("Note to the Agent"),
    icon: "note",
    fixed: { channel: "tui" },
    ask: [{ key: "body", prompt: t("What the agent should know; it needs no answer"), kind: "text" }],
    brief: true,
  }),
  critical: make({
    operation: "critical",
    title: t("Stop the Agent"),
    icon: "warning",
    fixed: { channel: "tui" },
    ask: [{ key: "body", prompt: t("Why the agent must stop at its next breakpoint and turn to this"), kind: "text" }],
    brief: true,
  }),
  addTask: make({
    operation: "task add",
    title: t("Add a Task"),
    icon: "add",
    ask: [{ key: "prompt", prompt: t("What is to be done"), kind: "text" }],
    brief: true,
  }),
  addSpend: make({
    operation: "spend add",
    title: t("Add Spend"),
    ask: [
      { key: "model", prompt: t("Which model was called?"), kind: "text" },
      { key: "call_site", prompt: t("Where in the agent: triage, plan, review …"), kind: "text" },
      { key: "usd", prompt: t("What did it cost, in dollars?"), kind: "dollars" },
      { key: "input_tokens", prompt: t("How many input tokens? Leave empty for none."), kind: "whole", optional: true },
      { key: "output_tokens", prompt: t("How many output tokens? Leave empty for none."), kind: "whole", optional: true },
    ],
    brief: true,
  }),
  addAudit: make({
    operation: "audit add",
    title: t("Add Audit Entry"),
    ask: [
      { key: "tool_name", prompt: t("Which tool was used?"), kind: "text" },
      { key: "args_json", prompt: t("What was it called with? A JSON object."), kind: "object" },
      { key: "error", prompt: t("Class of the error. Leave empty if it succeeded."), kind: "text", optional: true },
    ],
    brief: true,
  }),
  addCiRun: make({
    operation: "ci add",
    title: t("Add CI Run"),
    ask: [
      { key: "workflow_name", prompt: t("Name of the workflow"), kind: "text" },
      { key: "branch", prompt: t("On which branch?"), kind: "text" },
      { key: "run_id", prompt: t("Number of the run"), kind: "whole" },
      {
        key: "conclusion",
        prompt: t("How did it end?"),
        choices: [...toChoices(["success", "failure", "cancelled", "timed_out"]), { label: t("Still running"), value: null }],
      },
      {
        key: "duration_s",
        prompt: t("How many seconds did it take? Leave empty if unknown."),
        kind: "whole",
        optional: true,
      },
    ],
    brief: true,
  }),
  addMemory: make({
    operation: "memory add",
    title: t("Add Memory"),
    ask: [
      { key: "topic", prompt: t("What is the memory about?"), choices: toChoices(memoryTopics) },
      { key: "payload_json", prompt: t("What was learnt? A JSON object."), kind: "object" },
    ],
    brief: true,
  }),
  addSelfEdit: make({
    operation: "self-edit add",
    title: t("Add Self-Edit"),
    ask: [
      { key: "pr", prompt: t("Address of the pull request"), kind: "text" },
      { key: "fix_class", prompt: t("What kind of fix is it?"), choices: toChoices(fixClasses) },
      { key: "before_sha", prompt: t("Commit before"), kind: "text" },
      { key: "after_sha", prompt: t("Commit after"), kind: "text" },
      { key: "confidence", prompt: t("How sure was the review, 0 to 100?"), kind: "whole" },
      { key: "em_review", prompt: t("What did the human say, such as approved?"), kind: "text" },
    ],
    brief: true,
  }),
});

export type PaletteCommandName = keyof ReturnType<typeof palette<unknown>>;
