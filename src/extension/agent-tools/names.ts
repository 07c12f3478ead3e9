import type { OperationName } from "../../features/operations.ts";

/** A language model tool: the operation behind it, and the name by which users reference it in a prompt. */
type LanguageModelTool = Readonly<{ operation: OperationName; reference: string; icon: string }>;

/** The language model tools in VS Code, by the names that all agent tools share. The manifest is generated from them. */
export const languageModelTools = {
  get_score: { operation: "status", reference: "ledgerScore", icon: "star" },
  list_violations: { operation: "violations", reference: "ledgerViolations", icon: "warning" },
  record_review: { operation: "update", reference: "recordReview", icon: "checklist" },
} as const satisfies Readonly<Record<string, LanguageModelTool>>;

export type LanguageModelToolName = keyof typeof languageModelTools;

/** The tool's id in VS Code, which must be unique across all extensions. */
export const toolId = (name: LanguageModelToolName): string => `rewardLedger_${name}`;

export const mcpProviderId = "rewardLedger.mcp";
