import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { Worktrees } from "../../../ports/worktrees.ts";
import { feedback } from "../../agent/model/feedback.ts";
import { recordBatch, resolveKey } from "../../agent/operations/rows.ts";
import { commandsOf, shownCommand } from "../../gate/operations/prepare.ts";
import { agentField } from "../../shared/fields.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { selfFixDocument } from "../documents/self-fix.ts";
import { type FixState, initialState, nextStep } from "../model/fix-state.ts";
import { type StepName, stepNames } from "../model/step.ts";
import { prove, requireCommands } from "./prove.ts";
import { publish, repositoryOf } from "./publish.ts";
import {
  assertOpen,
  type FixRecord,
  feedbackDraft,
  fixView,
  giveUpDrafts,
  isFinal,
  isOpen,
  newestFixes,
  nothingPending,
  readFix,
  readFixSteps,
  stepDraft,
} from "./record.ts";
import type { Work } from "./steps.ts";
import * as steps from "./steps.ts";
import type { Outcome, SelfFixView } from "./views.ts";

const word = z.string().trim().normalize("NFC").min(1);

const input = z.object({
  feedback: word.optional().describe("Id of the feedback, or the start of it; default what is begun, else the oldest pending"),
  dry_run: z.boolean().optional().describe("Show each step; write, run and propose nothing"),
  agent: agentField,
  yes: z.boolean().optional().describe("Approve the project's commands without a question"),
  timeout: z.int().min(1).max(86_400).default(600).describe("Seconds that a command may take"),
});
export type ProcessInput = z.output<typeof input>;

/** Maximum number of pending rows, and of fixes that have begun, that are searched for the next one. */
const searchLimit = 1_000;

type ChosenFix = Readonly<{ id: string; named: boolean }>;

/** Whether a fix that has begun can continue without a human. */
async function canContinue(ports: Ports, fix: FixRecord): Promise<boolean> {
  const { standing } = fix;
  const next = nextStep(standing);
  if (!isOpen(fix) || next === "nothing" || next === "merge" || standing.pull_request?.state === "kept") return false;
  return next !== "answer" || !["pending", "seen"].includes((await steps.readQuestion({ ports, standing })).state);
}

/** Chooses the feedback: the named one, else one that has begun and can continue, else the oldest pending, else a waiting one. */
async function chooseFeedback(ports: Ports, idOrPrefix: string | undefined): Promise<ChosenFix | null> {
  const project = await ports.surroundings.project();
  if (idOrPrefix !== undefined) {
    const id = await resolveKey(ports, feedback, idOrPrefix);
    const { row } = await readFix(ports, id);
    if (row.project === null || row.project === project) return { id, named: true };
    throw usage(`Failed to fix feedback ${id}: it is about ${row.project}`, `Run it in a checkout of ${row.project}.`);
  }
  const newest = await newestFixes(ports, project, searchLimit);
  const started = [...newest].sort((a, b) => (a.standing.since < b.standing.since ? -1 : 1));
  for (const one of started) if (await canContinue(ports, one)) return { id: one.row.id, named: false };
  const listing = { where: { state: "pending", project }, reverse: true, limit: searchLimit };
  const { rows } = await ports.ledger.ask(({ agent }) => agent.list(feedback, listing));
  const fresh = rows.find(({ id }) => !started.some(({ row }) => row.id === id));
  if (fresh !== undefined) return { id: fresh.id, named: false };
  const waiting = started.find((one) => isOpen(one) && nextStep(one.standing) === "answer");
  return waiting === undefined ? null : { id: waiting.row.id, named: false };
}

type Ending = Readonly<{ outcome: Outcome; reasons: readonly string[] }>;

/** Returns the outcome of a fix that cannot continue by itself. */
function endingOf({ step, triage, plan, question, gate, pull_request, stop, refused }: FixState): Ending {
  if (step === "asked") {
    return {
      outcome: "waiting",
      reasons: [`an answer to ${question}: \`reward-ledger inbox answer ${question} yes\``, ...(plan?.reasons ?? [])],
    };
  }
  if (step === "published" && pull_request?.state === "opened") return { outcome: "opened", reasons: [] };
  if (step === "published") return { outcome: "kept", reasons: [pull_request?.reason ?? ""] };
  if (step === "gated") return { outcome: "stopped", reasons: gate?.reasons ?? [] };
  if (step === "stopped") return { outcome: "stopped", reasons: [stop?.reason ?? ""] };
  if (step === "verified") return { outcome: "verified", reasons: [] };
  if (refused) return { outcome: "rejected", reasons: ["the plan was refused"] };
  return triage?.escalated === true
    ? { outcome: "escalated", reasons: [`the model is only ${triage.confidence}% sure what it asks for; a human has to look`] }
    : { outcome: "rejected", reasons: ["no change of this project can answer it"] };
}

type ProcessParts = Readonly<{
  ports: Ports;
  trees: Worktrees;
  given: ProcessInput;
  context: CallContext;
  until?: StepName | undefined;
}>;

/** Restarts a stopped fix with the current files. Triage is repeated only if it is missing or was out of scope. */
const restart = (standing: FixState): FixState => {
  const isTriaged = standing.triage !== null && standing.triage.fix_class !== "out-of-scope";
  return { ...standing, step: isTriaged ? "triaged" : null };
};

/** Whether a fix has reached a step. */
const hasReached = ({ step }: FixState, until: StepName | undefined): boolean =>
  until !== undefined && step !== null && step !== "stopped" && stepNames.indexOf(step) >= stepNames.indexOf(until);

/** Takes one step. @returns whether the fix can go on */
async function takeNextStep(work: Work, { ports, given, context, until }: ProcessParts): Promise<boolean> {
  const { row, standing, about } = work;
  switch (nextStep(standing)) {
    case "triage":
      await steps.takeTriage(work);
      return true;
    case "localise":
      await steps.takeLocalise(work);
      return true;
    case "plan":
      await steps.takePlan(work);
      return true;
    case "ask":
      await steps.takeQuestion(work, standing.plan ?? steps.plan(work));
      return false;
    case "answer":
      return steps.takeAnswer(work);
    case "fix": {
      // Checked before the model is asked: its answer could not be tested without approved commands.
      const { functional = [] } = await requireCommands(ports, { yes: given.yes === true }, context);
      if (row.state === "triaged") await recordBatch(ports, [feedbackDraft(ports, row.id, { set: { state: "in-fix" } })]);
      const largerPlan = await steps.takeFix(work, functional);
      if (largerPlan === null) return true;
      await recordBatch(ports, await giveUpDrafts(ports, row.id, "it waits for a human to agree to a large job"));
      await steps.takeQuestion(work, largerPlan);
      return false;
    }
    case "test":
    case "gate":
      if (row.state === "triaged") await recordBatch(ports, [feedbackDraft(ports, row.id, { set: { state: "in-fix" } })]);
      await prove(work, { yes: given.yes === true, timeout: given.timeout }, until, context);
      return true;
    case "publish":
      await publish(work);
      return false;
    case "merge":
    case "nothing":
      return false;
    default:
      throw new TypeError(`there is no step of ${about.id} to take`);
  }
}

/** Takes a fix as far as it goes. Each step is recorded, so that a later call can continue from there. */
async function runFix(parts: ProcessParts, { id, named }: ChosenFix): Promise<SelfFixView> {
  const { ports, trees, given, context, until } = parts;
  const { signal } = context;
  const before = (await readFixSteps(ports, id)).length;
  const takenSteps = async (): Promise<readonly StepName[]> =>
    (await readFixSteps(ports, id)).slice(before).map(({ step }) => step);
  const first = await readFix(ports, id);
  assertOpen(first);
  const agent = given.agent ?? ports.surroundings.agent;
  let isRestart = named && nextStep(first.standing) === "nothing";
  for (;;) {
    signal.throwIfAborted();
    const { row, standing: found } = await readFix(ports, id);
    const standing = isRestart ? restart(found) : found;
    isRestart = false;
    const about = { id, agent: standing.agent || agent, project: row.project };
    if (hasReached(standing, until))
      return { ...nothingPending, outcome: "went-on", steps: await takenSteps(), fix: fixView({ row, standing }) };
    const work: Work = { ports, trees, row, standing, about, signal };
    const at = nextStep(standing);
    context.onProgress({ done: stepNames.indexOf(standing.step ?? "triaged"), total: stepNames.length, message: at });
    let mayContinue: boolean;
    try {
      mayContinue = await takeNextStep(work, parts);
    } catch (error) {
      const { message } = toErrorView(error);
      const abandoned = await giveUpDrafts(ports, id, message);
      const stop = stepDraft(about, { step: "stopped", stop: { after: standing.step, reason: message } });
      const drafts = isFinal(error) ? [...abandoned, stop] : abandoned;
      if (drafts.length > 0) await recordBatch(ports, drafts);
      throw error;
    }
    const after = await readFix(ports, id);
    if (mayContinue && nextStep(after.standing) !== "nothing") continue;
    return { ...nothingPending, ...endingOf(after.standing), steps: await takenSteps(), fix: fixView(after) };
  }
}

/** Returns the results of the steps that only read, and what the steps that write would do. */
async function dryRun(
  ports: Ports,
  { given, context }: Pick<ProcessParts, "given" | "context">,
  { id }: ChosenFix,
): Promise<SelfFixView> {
  const { row, standing: found } = await readFix(ports, id);
  assertOpen({ row, standing: found });
  const trees = await ports.worktrees(ports.surroundings.folder);
  const agent = found.agent || (given.agent ?? ports.surroundings.agent);
  const about = { id, agent, project: row.project };
  const initial = {
    ...initialState({ ...about, feedback: id, at: row.received_at }),
    comments: found.comments,
    approved: found.approved,
  };
  const work = (standing: FixState): Work => ({ ports, trees, row, standing, about, signal: context.signal });
  const triage = found.triage ?? (await steps.triage(work(initial)));
  const triaged: FixState = { ...initial, triage, step: "triaged" };
  if (triage.fix_class === "out-of-scope") {
    return {
      ...nothingPending,
      ...endingOf(triaged),
      dry_run: true,
      steps: ["triaged"],
      fix: fixView({ row, standing: triaged }),
    };
  }
  const { base, places } = await steps.localise(work(triaged));
  const localised: FixState = { ...triaged, base, places, step: "localised" };
  const plan = steps.plan(work(localised));
  const planned: FixState = { ...localised, plan, step: "planned" };
  const known = await commandsOf(ports, await ports.gate(ports.surroundings.folder));
  const tests = known.filter(({ pass }) => pass === "functional");
  const closedReason = (await ports.codeHost()).closedTo(await repositoryOf(work(planned)));
  const would = [
    ...(plan.large && !found.approved ? [`ask in the inbox: ${plan.reasons.join("; ")}`] : []),
    `have the model propose a patch, and commit it on ${steps.branchName(about)}, from ${base.name} (${base.commit.slice(0, 12)})`,
    `run ${tests.map((command) => `\`${shownCommand(command)}\` (${command.state})`).join(", ") || "no known command for tests"} before and after it`,
    "run the review gate on it",
    closedReason === null
      ? `open a draft pull request into ${base.branch}`
      : `keep the branch and write the description to a file: ${closedReason}`,
  ];
  return {
    ...nothingPending,
    outcome: "would",
    dry_run: true,
    steps: ["triaged", "localised", "planned"],
    would,
    fix: fixView({ row, standing: planned }),
  };
}

async function processFeedback(
  ports: Ports,
  options: ProcessInput,
  context: CallContext,
  until?: StepName,
): Promise<SelfFixView> {
  const chosen = await chooseFeedback(ports, options.feedback);
  if (chosen === null) return { ...nothingPending, dry_run: options.dry_run === true };
  if (options.dry_run === true) return dryRun(ports, { given: options, context }, chosen);
  const trees = await ports.worktrees(ports.surroundings.folder);
  return trees.exclusive(context.signal, async () => {
    // Another process may have worked on it until this one got the lock.
    const current = await chooseFeedback(ports, options.feedback);
    return current === null ? nothingPending : runFix({ ports, trees, given: options, context, until }, current);
  });
}

/** The answer of a call for agents. It is short because ten of an agent's tools have it; `self-fix show` gives the details. */
export const callShape = z.object({
  outcome: toolName(),
  steps: z.array(toolName()),
  reasons: z.array(toolText()),
  would: z.array(toolText()),
  fix: z
    .object({
      feedback: toolName(),
      state: toolName(),
      step: toolName().nullable(),
      next: toolName(),
      question: toolName().nullable(),
    })
    .nullable(),
});

const failed = ({ outcome }: SelfFixView): boolean => outcome === "stopped";

export const selfFixProcess = defineOperation({
  name: "self-fix process",
  summary: "Turn one piece of pending feedback into a tested fix and a draft pull request",
  input,
  effect: "write",
  idempotent: false,
  failed,
  examples: [
    { run: "reward-ledger self-fix process", does: "go on with what is begun, else begin with the oldest pending feedback" },
    { run: "reward-ledger self-fix process --dry-run", does: "show each step; write nothing" },
    { run: "reward-ledger self-fix process --feedback 019b2f00", does: "one that stopped, again" },
  ],
  document: selfFixDocument,
  tool: { takes: { feedback: true, dry_run: true }, output: callShape, outside: true },
  run: (ports, given, context): Promise<SelfFixView> => processFeedback(ports, given, context),
});

/** A single step, for agents. Earlier steps that are missing are taken too. */
export const selfFixStepOperation = (name: string, until: StepName, about: string) =>
  defineOperation({
    name: `self-fix ${name}`,
    summary: about,
    input: input.omit({ dry_run: true }),
    effect: "write",
    idempotent: false,
    failed,
    tool: { takes: { feedback: true }, output: callShape, outside: true },
    run: (ports: Ports, given, context: CallContext): Promise<SelfFixView> => processFeedback(ports, given, context, until),
  });
