import { type AgentAddCommandOptions, agentAddCommands } from "./agent-add.ts";
import { type AgentBudgetCommandOptions, agentBudgetCommands } from "./agent-budget.ts";
import { type AgentDataCommandOptions, agentDataCommands } from "./agent-data.ts";
import { type AgentListCommandOptions, agentListCommands } from "./agent-lists.ts";
import { type AgentRecordCommandOptions, agentRecordCommands } from "./agent-records.ts";
import { type AgentRowCommandOptions, agentRowCommands } from "./agent-rows.ts";
import { type BrowseCommandOptions, browseCommands } from "./browse.ts";
import { type ConnectCommandOptions, connectCommands } from "./connect.ts";
import { type DerivedCommandOptions, derivedCommands } from "./derived.ts";
import { createEvalReports, type EvalBrowseCommandOptions, evalBrowseCommands } from "./eval-browse.ts";
import { type EvalCacheCommandOptions, evalCacheCommands } from "./eval-cache.ts";
import { type EvalJudgeCommandOptions, evalJudgeCommands } from "./eval-judge.ts";
import { type EvalRecordCommandOptions, evalRecordCommands } from "./eval-record.ts";
import { type GateCommandOptions, gateCommands } from "./gate.ts";
import type { CommandName } from "./ids.ts";
import { type TransferCommandOptions, transferCommands } from "./import-export.ts";
import { type NavigateCommandOptions, navigateCommands } from "./navigate.ts";
import { type RecordCommandOptions, recordCommands } from "./record.ts";
import type { Handler } from "./register.ts";
import { type ResetCommandOptions, resetCommands } from "./reset.ts";
import { type ReviewCommandOptions, reviewCommands } from "./review.ts";
import { type RulesCommandOptions, rulesCommands } from "./rules.ts";
import { type SampleCommandOptions, sampleCommands } from "./sample.ts";
import { type ScanCommandOptions, scanCommand } from "./scan.ts";
import { scoreCommand } from "./score.ts";
import { type SyncCommandOptions, syncCommands } from "./sync.ts";
import { type TeamCommandOptions, teamCommands } from "./team.ts";
import { type TrustCommandOptions, trustCommands } from "./trust.ts";
import { type UndoIntakeCommandOptions, undoIntakeCommands } from "./undo-intake.ts";

/** The options of all groups of commands combined. */
export type HandlerOptions = RecordCommandOptions &
  BrowseCommandOptions &
  TransferCommandOptions &
  ResetCommandOptions &
  ReviewCommandOptions &
  RulesCommandOptions &
  GateCommandOptions &
  SampleCommandOptions &
  ConnectCommandOptions &
  DerivedCommandOptions &
  ScanCommandOptions &
  UndoIntakeCommandOptions &
  NavigateCommandOptions &
  SyncCommandOptions &
  TeamCommandOptions &
  AgentAddCommandOptions &
  AgentBudgetCommandOptions &
  AgentDataCommandOptions &
  AgentListCommandOptions &
  AgentRecordCommandOptions &
  AgentRowCommandOptions &
  EvalBrowseCommandOptions &
  TrustCommandOptions &
  EvalCacheCommandOptions &
  EvalJudgeCommandOptions &
  Omit<EvalRecordCommandOptions, "showEvalRun" | "compareEvalRun">;

/** The handler of every command; a missing one is a compile error. */
export function allHandlers(options: HandlerOptions): Readonly<Record<CommandName, Handler>> {
  const evalReports = createEvalReports(options);
  return {
    ...recordCommands(options),
    ...browseCommands(options),
    ...transferCommands(options),
    ...resetCommands(options),
    ...reviewCommands(options),
    ...rulesCommands(options),
    ...gateCommands(options),
    ...sampleCommands(options),
    ...connectCommands(options),
    ...derivedCommands(options),
    ...scanCommand(options),
    ...undoIntakeCommands(options),
    ...scoreCommand(options),
    ...navigateCommands(options),
    ...syncCommands(options),
    ...teamCommands(options),
    ...agentAddCommands(options),
    ...agentBudgetCommands(options),
    ...agentDataCommands(options),
    ...agentListCommands(options),
    ...agentRecordCommands(options),
    ...agentRowCommands(options),
    ...trustCommands(options),
    ...evalRecordCommands({
      ...options,
      showEvalRun: evalReports.show,
      compareEvalRun: (run) => evalReports.compare(undefined, run),
    }),
    ...evalBrowseCommands(options),
    ...evalCacheCommands(options),
    ...evalJudgeCommands(options),
  };
}
