import { auditAdd, auditList } from "./agent/audit.ts";
import { budgetExtend, budgetSet, budgetShow } from "./agent/budget.ts";
import { ciAdd, ciEstimate, ciList } from "./agent/ci.ts";
import { digest } from "./agent/digest.ts";
import { storeExport } from "./agent/export.ts";
import { feedbackAdd, feedbackList, feedbackMove, feedbackShow } from "./agent/feedback.ts";
import { storeImport } from "./agent/import.ts";
import { ask, critical, inboxAnswer, inboxClose, inboxEscalate, inboxList, inboxSeen, inboxShow, note } from "./agent/inbox.ts";
import { learnAdd, learnList, selfEditAdd, selfEditList } from "./agent/logs.ts";
import { memoryAdd, memoryList, memoryRecall, memorySupersede } from "./agent/memory.ts";
import { overview } from "./agent/overview.ts";
import { taskPause, taskResume } from "./agent/pause.ts";
import { spendAdd, spendSummary } from "./agent/spend.ts";
import { spendTrends } from "./agent/spend-trends.ts";
import { storeGet, storeInit, storeList, storePut } from "./agent/store.ts";
import { taskAdd, taskClaim, taskHeartbeat, taskList, taskMove, taskShow } from "./agent/tasks.ts";
import { agents } from "./agents.ts";
import { breaking } from "./breaking.ts";
import { doctor } from "./doctor.ts";
import { evalCache, evalConvert } from "./eval/files.ts";
import { evalJudge } from "./eval/judge.ts";
import { evalLeaderboard } from "./eval/leaderboard.ts";
import { evalList, evalSummary, evalTrend } from "./eval/list.ts";
import { evalOverview } from "./eval/overview.ts";
import { evalImport, evalPush } from "./eval/push.ts";
import { evalRunDetail } from "./eval/run-detail.ts";
import { evalCompare, evalCost, evalPin, evalShow } from "./eval/show.ts";
import { evalSpending } from "./eval/spending.ts";
import { evalTake } from "./eval/take.ts";
import { evalTestHistory } from "./eval/test-history.ts";
import { evalTests } from "./eval/tests.ts";
import { evalWatch } from "./eval/watch.ts";
import { exportRuns } from "./export.ts";
import { history } from "./history.ts";
import { importRuns } from "./import.ts";
import { intakeList, intakeRedo, intakeUndo } from "./intake.ts";
import { intakeCheck } from "./intake-check.ts";
import type { Operation } from "./operation.ts";
import { rebuild } from "./rebuild.ts";
import { reset } from "./reset.ts";
import { score } from "./score.ts";
import { show } from "./show.ts";
import { status } from "./status.ts";
import { sync } from "./sync.ts";
import { syncBrowser } from "./sync-browser.ts";
import { team } from "./team.ts";
import { trends } from "./trends.ts";
import { update } from "./update.ts";
import { verify } from "./verify.ts";
import { violations } from "./violations.ts";

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
