import type * as z from "zod";
import type { Store } from "./agent/model/store.ts";
import type { AnyOperation, Operation } from "./shared/operation.ts";

/*
 * All operations by name. Each is loaded with its schemas on demand, so that a short command does not load them all.
 */

/** The operations of a store that defines none of its own. */
const verbsOf = async (store: Promise<Store>) => (await import("./agent/operations/store-verbs.ts")).storeVerbs(await store);
const trust = async () => (await import("./agent/model/trust.ts")).trust;
const sessions = async () => (await import("./agent/model/sessions.ts")).sessions;

const gatePass = async (...about: Parameters<typeof import("./gate/operations/run.ts").gatePass>) =>
  (await import("./gate/operations/run.ts")).gatePass(...about);

const selfFixStep = async (...about: Parameters<typeof import("./self-fix/operations/process.ts").selfFixStepOperation>) =>
  (await import("./self-fix/operations/process.ts")).selfFixStepOperation(...about);

/** The commands of the program, in the order of help. A name of two words is a command in a group. */
export const commands = {
  update: async () => (await import("./reviews/operations/update.ts")).update,
  review: async () => (await import("./reviews/operations/review.ts")).review,
  status: async () => (await import("./reviews/operations/status.ts")).status,
  agents: async () => (await import("./reviews/operations/agents.ts")).agents,
  history: async () => (await import("./reviews/operations/history.ts")).history,
  show: async () => (await import("./reviews/operations/show.ts")).show,
  violations: async () => (await import("./reviews/operations/violations.ts")).violations,
  breaking: async () => (await import("./reviews/operations/runs-by-rule.ts")).breaking,
  score: async () => (await import("./reviews/operations/score.ts")).score,
  import: async () => (await import("./intake/operations/import.ts")).importRuns,
  export: async () => (await import("./reviews/operations/export.ts")).exportRuns,
  reset: async () => (await import("./reviews/operations/reset.ts")).reset,
  report: async () => (await import("./report/operations/report.ts")).report,
  check: async () => (await import("./check/operations/check.ts")).check,
  comment: async () => (await import("./report/operations/comment.ts")).comment,
  verify: async () => (await import("./maintenance/operations/verify.ts")).verify,
  doctor: async () => (await import("./maintenance/operations/doctor.ts")).doctor,
  rebuild: async () => (await import("./maintenance/operations/rebuild.ts")).rebuild,
  "rules init": async () => (await import("./rules/operations/rules.ts")).rulesInit,
  "rules show": async () => (await import("./rules/operations/rules.ts")).rulesShow,
  "rules update": async () => (await import("./rules/operations/rules.ts")).rulesUpdate,
  "rules targets": async () => (await import("./rules/operations/rules.ts")).rulesTargets,
  "rules teach": async () => (await import("./rules/operations/rules.ts")).rulesTeach,
  "rules retire": async () => (await import("./rules/operations/rules.ts")).rulesRetire,
  "rules effect": async () => (await import("./rules/operations/effect.ts")).rulesEffect,
  critique: async () => (await import("./critique/operations/critique.ts")).critique,
  prompt: async () => (await import("./prompt/operations/show.ts")).promptShow,
  "gate run": async () => (await import("./gate/operations/run.ts")).gateRun,
  "gate list": async () => (await import("./gate/operations/list.ts")).gateList,
  "gate show": async () => (await import("./gate/operations/list.ts")).gateShow,
  "gate commands": async () => (await import("./gate/operations/commands.ts")).gateCommands,
  "intake list": async () => (await import("./intake/operations/intake.ts")).intakeList,
  "intake undo": async () => (await import("./intake/operations/intake.ts")).intakeUndo,
  "intake redo": async () => (await import("./intake/operations/intake.ts")).intakeRedo,
  "eval push": async () => (await import("./evals/operations/push.ts")).evalPush,
  "eval import": async () => (await import("./evals/operations/push.ts")).evalImport,
  "eval list": async () => (await import("./evals/operations/list.ts")).evalList,
  "eval show": async () => (await import("./evals/operations/show.ts")).evalShow,
  "eval compare": async () => (await import("./evals/operations/show.ts")).evalCompare,
  "eval baseline": async () => (await import("./evals/operations/show.ts")).evalPin,
  "eval summary": async () => (await import("./evals/operations/list.ts")).evalSummary,
  "eval trend": async () => (await import("./evals/operations/list.ts")).evalTrend,
  "eval leaderboard": async () => (await import("./evals/operations/leaderboard.ts")).evalLeaderboard,
  "eval tests": async () => (await import("./evals/operations/tests.ts")).evalTests,
  "eval cost": async () => (await import("./evals/operations/show.ts")).evalCost,
  "eval convert": async () => (await import("./evals/operations/files.ts")).evalConvert,
  "eval cache": async () => (await import("./evals/operations/files.ts")).evalCache,
  "eval judge": async () => (await import("./evals/operations/judge.ts")).evalJudge,
  "eval watch": async () => (await import("./evals/operations/watch.ts")).evalWatch,
  connect: async () => (await import("./connect/operations/connect.ts")).connect,
  ask: async () => (await import("./agent/operations/inbox.ts")).ask,
  note: async () => (await import("./agent/operations/inbox.ts")).note,
  critical: async () => (await import("./agent/operations/inbox.ts")).critical,
  overview: async () => (await import("./agent/operations/overview.ts")).overview,
  "inbox list": async () => (await import("./agent/operations/inbox.ts")).inboxList,
  "inbox show": async () => (await import("./agent/operations/inbox.ts")).inboxShow,
  "inbox seen": async () => (await import("./agent/operations/inbox.ts")).inboxSeen,
  "inbox answer": async () => (await import("./agent/operations/inbox.ts")).inboxAnswer,
  "inbox escalate": async () => (await import("./agent/operations/inbox.ts")).inboxEscalate,
  "inbox close": async () => (await import("./agent/operations/inbox.ts")).inboxClose,
  "task add": async () => (await import("./agent/operations/tasks.ts")).taskAdd,
  "task claim": async () => (await import("./agent/operations/tasks.ts")).taskClaim,
  "task heartbeat": async () => (await import("./agent/operations/tasks.ts")).taskHeartbeat,
  "task move": async () => (await import("./agent/operations/tasks.ts")).taskMove,
  "task pause": async () => (await import("./agent/operations/pause.ts")).taskPause,
  "task resume": async () => (await import("./agent/operations/pause.ts")).taskResume,
  "task list": async () => (await import("./agent/operations/tasks.ts")).taskList,
  "task show": async () => (await import("./agent/operations/tasks.ts")).taskShow,
  "feedback add": async () => (await import("./agent/operations/feedback.ts")).feedbackAdd,
  "feedback list": async () => (await import("./agent/operations/feedback.ts")).feedbackList,
  "feedback show": async () => (await import("./agent/operations/feedback.ts")).feedbackShow,
  "feedback move": async () => (await import("./agent/operations/feedback.ts")).feedbackMove,
  "self-fix process": async () => (await import("./self-fix/operations/process.ts")).selfFixProcess,
  "self-fix verify": async () => (await import("./self-fix/operations/verify.ts")).selfFixVerify,
  "self-fix list": async () => (await import("./self-fix/operations/show.ts")).selfFixList,
  "self-fix show": async () => (await import("./self-fix/operations/show.ts")).selfFixShow,
  "spend add": async () => (await import("./agent/operations/spend.ts")).spendAdd,
  "spend summary": async () => (await import("./agent/operations/spend.ts")).spendSummary,
  "budget show": async () => (await import("./agent/operations/budget.ts")).budgetShow,
  "budget set": async () => (await import("./agent/operations/budget.ts")).budgetSet,
  "budget extend": async () => (await import("./agent/operations/budget.ts")).budgetExtend,
  "audit add": async () => (await import("./agent/operations/audit.ts")).auditAdd,
  "audit list": async () => (await import("./agent/operations/audit.ts")).auditList,
  "ci add": async () => (await import("./agent/operations/ci.ts")).ciAdd,
  "ci list": async () => (await import("./agent/operations/ci.ts")).ciList,
  "ci estimate": async () => (await import("./agent/operations/ci.ts")).ciEstimate,
  "memory add": async () => (await import("./agent/operations/memory.ts")).memoryAdd,
  "memory recall": async () => (await import("./agent/operations/memory.ts")).memoryRecall,
  "memory supersede": async () => (await import("./agent/operations/memory.ts")).memorySupersede,
  "memory list": async () => (await import("./agent/operations/memory.ts")).memoryList,
  "learn add": async () => (await import("./agent/operations/logs.ts")).learnAdd,
  "learn list": async () => (await import("./agent/operations/logs.ts")).learnList,
  "self-edit add": async () => (await import("./agent/operations/logs.ts")).selfEditAdd,
  "self-edit list": async () => (await import("./agent/operations/logs.ts")).selfEditList,
  hook: async () => (await import("./hooks/operations/hook.ts")).hook,
  "on-stop": async () => (await import("./hooks/operations/on-stop.ts")).onStop,
  statusline: async () => (await import("./hooks/operations/statusline.ts")).statusline,
  "trust status": async () => (await import("./agent/operations/trust.ts")).trustStatus,
  "trust add": async () => (await verbsOf(trust())).add,
  "trust list": async () => (await verbsOf(trust())).list,
  "trust show": async () => (await verbsOf(trust())).show,
  promote: async () => (await import("./agent/operations/tier-change.ts")).promote,
  demote: async () => (await import("./agent/operations/tier-change.ts")).demote,
  "intent classify": async () => (await import("./agent/operations/intent.ts")).intentClassify,
  "sessions add": async () => (await verbsOf(sessions())).add,
  "sessions list": async () => (await verbsOf(sessions())).list,
  "sessions show": async () => (await import("./sessions/operations/show.ts")).sessionsShow,
  "sessions summary": async () => (await import("./sessions/operations/summary.ts")).sessionsSummary,
  "sessions import": async () => (await import("./sessions/operations/import.ts")).sessionsImport,
  "store init": async () => (await import("./agent/operations/store.ts")).storeInit,
  "store list": async () => (await import("./agent/operations/store.ts")).storeList,
  "store get": async () => (await import("./agent/operations/store.ts")).storeGet,
  "store put": async () => (await import("./agent/operations/store.ts")).storePut,
  "store export": async () => (await import("./agent/operations/export-rows.ts")).storeExport,
  "store import": async () => (await import("./agent/operations/import-home.ts")).storeImport,
  digest: async () => (await import("./digest/operations/digest.ts")).digest,
  "sync setup": async () => (await import("./team/operations/sign-in.ts")).syncSetup,
  "sync login": async () => (await import("./team/operations/sign-in.ts")).syncLogin,
  "sync logout": async () => (await import("./team/operations/sign-in.ts")).syncLogout,
  "sync status": async () => (await import("./team/operations/sync.ts")).syncStatus,
  "sync now": async () => (await import("./team/operations/sync.ts")).syncNow,
  "sync push": async () => (await import("./team/operations/sync.ts")).syncPush,
  "sync pull": async () => (await import("./team/operations/sync.ts")).syncPull,
  "sync test": async () => (await import("./team/operations/sync.ts")).syncTest,
  "sync show": async () => (await import("./team/operations/sync.ts")).syncShow,
  "sync preview": async () => (await import("./team/operations/sync.ts")).syncPreview,
  "sync migrations": async () => (await import("./team/operations/migrations.ts")).syncMigrations,
  "team create": async () => (await import("./team/operations/team.ts")).teamCreate,
  "team members": async () => (await import("./team/operations/team.ts")).teamMembers,
  "team add": async () => (await import("./team/operations/team.ts")).teamAdd,
  "team invitations": async () => (await import("./team/operations/team.ts")).teamInvitations,
  "team accept": async () => (await import("./team/operations/team.ts")).teamAccept,
  "team decline": async () => (await import("./team/operations/team.ts")).teamDecline,
  "team remove": async () => (await import("./team/operations/team.ts")).teamRemove,
  "team reset": async () => (await import("./team/operations/team.ts")).teamReset,
  "team set": async () => (await import("./team/operations/team.ts")).teamSet,
} as const;

/** Operations that only the panel, the intake and agents use. */
export const internal = {
  rule: async () => (await import("./reviews/operations/rule.ts")).rule,
  trends: async () => (await import("./reviews/operations/trends.ts")).trends,
  "intake check": async () => (await import("./intake/operations/intake-check.ts")).intakeCheck,
  "gate approve": async () => (await import("./gate/operations/commands.ts")).gateApprove,
  "gate pass static": () =>
    gatePass("static", "Lint, types and leftovers: run the project's checks on the change in the working directory"),
  "gate pass functional": () => gatePass("functional", "Run the project's tests on the change in the working directory"),
  "gate pass architectural": () =>
    gatePass("architectural", "Have a model judge the architecture of the change in the working directory"),
  "gate pass security": () => gatePass("security", "Look for secrets, dangerous calls and vulnerable dependencies in the change"),
  "gate pass prose": () => gatePass("prose", "Judge title and description of a change"),
  "gate pass adversarial": () =>
    gatePass("adversarial", "Have a model look for three distinct problems in the change, and say how sure it is of it"),
  "gate pass feedback": () => gatePass("feedback", "Judge whether a change answers the feedback that it claims to fix"),
  "self-fix triage": () => selfFixStep("triage", "triaged", "Have a model sort pending feedback by the kind of fix it asks for"),
  "self-fix localise": () => selfFixStep("localise", "localised", "Find the places that feedback is about, without a model"),
  "self-fix plan": () => selfFixStep("plan", "planned", "Plan the fix of feedback, and say whether a human has to agree first"),
  "self-fix propose": () =>
    selfFixStep("propose", "fixed", "Have a model propose the fix of feedback, and commit it on a branch of its own"),
  "self-fix test": () => selfFixStep("test", "tested", "Run the regression test of a fix before and after it"),
  "self-fix review": () => selfFixStep("review", "gated", "Run the review gate on a fix"),
  "self-fix publish": () =>
    selfFixStep("publish", "published", "Open the draft pull request of a fix that the review gate passed"),
  "sample fill": async () => (await import("./sample/operations/fill.ts")).sampleFill,
  "open findings": async () => (await import("./reviews/operations/open-findings.ts")).openFindings,
  "rule effects": async () => (await import("./rules/operations/trends.ts")).ruleTrends,
  "rules begin": async () => (await import("./rules/operations/rules.ts")).rulesBegin,
  "rules overview": async () => (await import("./rules/operations/overview.ts")).rulesOverview,
  "rule trend": async () => (await import("./reviews/operations/rule-trend.ts")).ruleTrend,
  "review changes": async () => (await import("./reviews/operations/changed-files.ts")).changedFiles,
  "eval take": async () => (await import("./evals/operations/ingest-files.ts")).evalTake,
  "eval overview": async () => (await import("./evals/operations/overview.ts")).evalOverview,
  "eval run": async () => (await import("./evals/operations/run-detail.ts")).evalRunDetail,
  "eval test": async () => (await import("./evals/operations/test-history.ts")).evalTestHistory,
  "eval spending": async () => (await import("./costs/operations/eval-spending.ts")).evalSpending,
  "session trends": async () => (await import("./costs/operations/session-trends.ts")).sessionTrends,
  "spend trends": async () => (await import("./costs/operations/spend-trends.ts")).spendTrends,
  "trust tier": async () => (await import("./agent/operations/trust.ts")).trustShow,
  "trust evidence": async () => (await import("./agent/operations/tier-change.ts")).trustEvidence,
  syncBrowser: async () => (await import("./team/operations/sync-browser.ts")).syncBrowser,
} as const;

const operations = { ...commands, ...internal } satisfies Readonly<Record<string, () => Promise<AnyOperation>>>;

export type OperationName = keyof typeof operations;
type OperationOf<Name extends OperationName> = Awaited<ReturnType<(typeof operations)[Name]>>;

/** The input of an operation, before its defaults are filled in. */
export type OperationInput<Name extends OperationName> =
  OperationOf<Name> extends Operation<string, infer Input, unknown> ? z.input<Input> : never;
/** The result of an operation. */
export type OperationView<Name extends OperationName> = Awaited<ReturnType<OperationOf<Name>["call"]>>;

const isOperation = (name: string): name is OperationName => Object.hasOwn(operations, name);

/**
 * The operations that agents can call, by tool name, in sets. Operations in no set are left to people: those that check, reset,
 * import, spend consent or sync.
 */
export const toolsets = {
  reviews: {
    get_score: "status",
    list_violations: "violations",
    get_rule: "rule",
    record_review: "update",
    list_runs: "history",
    get_run: "show",
  },
  evals: { record_eval: "eval push", compare_eval_runs: "eval compare", get_eval_trends: "eval trend" },
  spend: { check_budget: "budget show", record_spend: "spend add" },
  tasks: { claim_task: "task claim", update_task: "task move" },
  memory: { recall_memory: "memory recall", add_memory: "memory add" },
  inbox: { list_inbox: "inbox list", answer_inbox: "inbox answer" },
  trust: { get_trust: "trust tier" },
  gate: {
    run_gate: "gate run",
    run_static_pass: "gate pass static",
    run_functional_pass: "gate pass functional",
    run_architectural_pass: "gate pass architectural",
    run_security_pass: "gate pass security",
    run_prose_pass: "gate pass prose",
    run_adversarial_pass: "gate pass adversarial",
    run_feedback_pass: "gate pass feedback",
  },
  "self-fix": {
    process_feedback: "self-fix process",
    triage_feedback: "self-fix triage",
    localise_feedback: "self-fix localise",
    plan_fix: "self-fix plan",
    propose_fix: "self-fix propose",
    test_fix: "self-fix test",
    review_fix: "self-fix review",
    publish_fix: "self-fix publish",
    verify_fix: "self-fix verify",
    show_fix: "self-fix show",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, OperationName>>>>;

/** Returns the operation for a name that another process sent; undefined if there is none. */
export async function findOperation(name: string): Promise<AnyOperation | undefined> {
  return isOperation(name) ? operations[name]() : undefined;
}
