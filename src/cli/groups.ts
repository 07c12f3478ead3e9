/**
 * Groups of commands: `inbox list` is the command `list` of the group `inbox`. The texts are for help; a group without
 * one is described by its list.
 */
export const groups: Readonly<Record<string, string>> = {
  rules: "House rules of the project, with the rules that its reviews find broken",
  gate: "Review gate: judges a change before it is proposed",
  intake: "Automatic recordings",
  eval: "Eval runs: history, comparison, trends and costs",
  inbox: "Messages to the agent",
  task: "The agent's tasks",
  feedback: "Feedback on the agent's work",
  "self-fix": "Tested fixes of feedback, as draft pull requests",
  spend: "Cost of model calls",
  budget: "Spending limits",
  audit: "Tool calls",
  ci: "Runs of CI workflows",
  memory: "What the agent has learnt",
  learn: "Observations that may become rules",
  "self-edit": "The agent's changes to itself",
  sessions: "Sessions of coding agents: prompts, tools, branches and cost",
  trust: "Who decides about the agent, its tier and what it may do",
  intent: "What a text wants, as a model reads it",
  store: "The agent's stores as tables, for programs",
  sync: "Share the ledger with a team, or between your machines",
  team: "Create a team, and manage its members and settings",
};

/** The command that a group runs when none is named, if that is not `list`. Null: the group shows its help. */
export const defaultVerbs: Readonly<Record<string, string | null>> = {
  spend: "summary",
  rules: "show",
  budget: "show",
  store: null,
  trust: "status",
  sync: "status",
  team: "members",
};
