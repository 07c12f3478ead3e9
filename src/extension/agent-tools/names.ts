import type { OperationName } from "../../features/operations.ts";

/** A tool of language models: the operation that answers it, and how people name it in a prompt. */
type LanguageModelTool = Readonly<{ operation: OperationName; reference: string; icon: string }>;

/** The tools that language models have in VS Code, by their names among all tools of agents. The manifest is written from them. */
export const languageModelTools = {
  get_score: { operation: "status", reference: "ledgerScore", icon: "star" },
  list_violations: { operation: "violations", reference: "ledgerViolations", icon: "warning" },
  record_review: { operation: "update", reference: "recordReview", icon: "checklist" },
} as const satisfies Readonly<Record<string, LanguageModelTool>>;

export type LanguageModelToolName = keyof typeof languageModelTools;

/** VS Code knows the tools of all extensions by one name each. */
export const toolId = (name: LanguageModelToolName): string => `rewardLedger_${name}`;

export const mcpProviderId = "rewardLedger.mcp";
