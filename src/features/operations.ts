import { auditAdd, auditList } from "./agent/operations/audit.ts";
import { budgetExtend, budgetSet, budgetShow } from "./agent/operations/budget.ts";
import { ciAdd, ciEstimate, ciList } from "./agent/operations/ci.ts";
import { digest } from "./agent/operations/digest.ts";
import { storeExport } from "./agent/operations/export-rows.ts";
import { feedbackAdd, feedbackList, feedbackMove, feedbackShow } from "./agent/operations/feedback.ts";
import { storeImport } from "./agent/operations/import-home.ts";
import {
  ask,
  critical,
  inboxAnswer,
  inboxClose,
  inboxEscalate,
  inboxList,
  inboxSeen,
  inboxShow,
  note,
} from "./agent/operations/inbox.ts";
import { learnAdd, learnList, selfEditAdd, selfEditList } from "./agent/operations/logs.ts";
import { memoryAdd, memoryList, memoryRecall, memorySupersede } from "./agent/operations/memory.ts";
import { overview } from "./agent/operations/overview.ts";
import { taskPause, taskResume } from "./agent/operations/pause.ts";
import { spendAdd, spendSummary } from "./agent/operations/spend.ts";
import { storeGet, storeInit, storeList, storePut } from "./agent/operations/store.ts";
import { taskAdd, taskClaim, taskHeartbeat, taskList, taskMove, taskShow } from "./agent/operations/tasks.ts";
import { evalSpending } from "./costs/operations/eval-spending.ts";
import { spendTrends } from "./costs/operations/spend-trends.ts";
import { evalCache, evalConvert } from "./evals/operations/files.ts";
import { evalJudge } from "./evals/operations/judge.ts";
import { evalLeaderboard } from "./evals/operations/leaderboard.ts";
import { evalList, evalSummary, evalTrend } from "./evals/operations/list.ts";
import { evalOverview } from "./evals/operations/overview.ts";
import { evalImport, evalPush } from "./evals/operations/push.ts";
import { evalRunDetail } from "./evals/operations/run-detail.ts";
import { evalCompare, evalCost, evalPin, evalShow } from "./evals/operations/show.ts";
import { evalTake } from "./evals/operations/take.ts";
import { evalTestHistory } from "./evals/operations/test-history.ts";
import { evalTests } from "./evals/operations/tests.ts";
import { evalWatch } from "./evals/operations/watch.ts";
import { importRuns } from "./intake/operations/import.ts";
import { intakeList, intakeRedo, intakeUndo } from "./intake/operations/intake.ts";
import { intakeCheck } from "./intake/operations/intake-check.ts";
import { doctor } from "./maintenance/operations/doctor.ts";
import { rebuild } from "./maintenance/operations/rebuild.ts";
import { verify } from "./maintenance/operations/verify.ts";
import { agents } from "./reviews/operations/agents.ts";
import { exportRuns } from "./reviews/operations/export.ts";
import { history } from "./reviews/operations/history.ts";
import { reset } from "./reviews/operations/reset.ts";
import { breaking } from "./reviews/operations/runs-by-rule.ts";
import { score } from "./reviews/operations/score.ts";
import { show } from "./reviews/operations/show.ts";
import { status } from "./reviews/operations/status.ts";
import { trends } from "./reviews/operations/trends.ts";
import { update } from "./reviews/operations/update.ts";
import { violations } from "./reviews/operations/violations.ts";
import type { Operation } from "./shared/operation.ts";
import { sync } from "./team/operations/sync.ts";
import { syncBrowser } from "./team/operations/sync-browser.ts";
import { team } from "./team/operations/team.ts";

/** The verbs of evals. */
const evalOperations = [
  evalPush,
  evalImport,
  evalTake,
  evalList,
  evalShow,
  evalCompare,
  evalPin,
  evalSummary,
  evalTrend,
  evalLeaderboard,
  evalTests,
  evalCost,
  evalConvert,
  evalCache,
  evalJudge,
  evalWatch,
  evalOverview,
  evalRunDetail,
  evalTestHistory,
  evalSpending,
] as const;

/** The verbs of the agent's stores. */
const agentOperations = [
  ask,
  note,
  critical,
  overview,
  inboxList,
  inboxShow,
  inboxSeen,
  inboxAnswer,
  inboxEscalate,
  inboxClose,
  taskAdd,
  taskClaim,
  taskHeartbeat,
  taskMove,
  taskPause,
  taskResume,
  taskList,
  taskShow,
  feedbackAdd,
  feedbackList,
  feedbackShow,
  feedbackMove,
  spendAdd,
  spendSummary,
  spendTrends,
  budgetShow,
  budgetSet,
  budgetExtend,
  auditAdd,
  auditList,
  ciAdd,
  ciList,
  ciEstimate,
  memoryAdd,
  memoryRecall,
  memorySupersede,
  memoryList,
  learnAdd,
  learnList,
  selfEditAdd,
  selfEditList,
  storeInit,
  storeList,
  storeGet,
  storePut,
  storeExport,
  storeImport,
  digest,
] as const;

/** Every verb of the product, in the order in which help lists them. */
export const operations = [
  update,
  status,
  agents,
  history,
  show,
  violations,
  breaking,
  trends,
  score,
  importRuns,
  intakeCheck,
  exportRuns,
  reset,
  verify,
  doctor,
  rebuild,
  intakeList,
  intakeUndo,
  intakeRedo,
  ...evalOperations,
  ...agentOperations,
  sync,
  syncBrowser,
  team,
] as const;

type AnyOperation = (typeof operations)[number];
export type OperationName = AnyOperation["name"];
type OperationOf<Name extends OperationName> = Extract<AnyOperation, { name: Name }>;

/** What an operation takes, before its defaults are filled in. */
export type OperationInput<Name extends OperationName> =
  OperationOf<Name> extends Operation<Name, infer Input, unknown> ? Input["_zod"]["input"] : never;
/** What an operation answers. */
export type OperationView<Name extends OperationName> = Awaited<ReturnType<OperationOf<Name>["call"]>>;

/** The operation of a name that came over a wire. */
export const findOperation = (name: string): AnyOperation | undefined => operations.find((one) => one.name === name);
