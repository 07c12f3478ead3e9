import { compareRecording, type Fact } from "../../../kernel/fact.ts";
import type { Base, Fix, Place, Plan, PullRequest, SelfFixStep, StepName, Triage } from "./step.ts";

/** A recorded step. */
export type RecordedStep = Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project">> & SelfFixStep;

/** The state of the fix of one piece of feedback. What the current attempt has not reached yet is null. */
export type FixState = Readonly<{
  feedback: string;
  agent: string;
  project: string | null;
  /** When the first step was recorded; `at`: the latest. */
  since: string;
  at: string;
  /** The latest step; null before the first. */
  step: StepName | null;
  triage: Triage | null;
  base: Base | null;
  places: readonly Place[];
  plan: Plan | null;
  /** Id of the inbox message that asks about the plan: the one that waits for an answer, or the last one that was answered. */
  question: string | null;
  /** A human has agreed to the plan. */
  approved: boolean;
  /** A human has refused the plan. */
  refused: boolean;
  /** Comments of humans on earlier plans, in order. */
  comments: readonly string[];
  fix: Fix | null;
  gate: SelfFixStep["gate"] | null;
  pull_request: PullRequest | null;
  merge: SelfFixStep["merge"] | null;
  /** Why the latest attempt ended early. It is kept while the next attempt is in progress. */
  stop: SelfFixStep["stop"] | null;
}>;

type FixStart = Readonly<Pick<RecordedStep, "feedback" | "agent" | "project" | "at">>;

/** The state before the first step. */
export const initialState = ({ feedback, agent, project, at }: FixStart): FixState => ({
  feedback,
  agent,
  project,
  since: at,
  at,
  step: null,
  triage: null,
  base: null,
  places: [],
  plan: null,
  question: null,
  approved: false,
  refused: false,
  comments: [],
  fix: null,
  gate: null,
  pull_request: null,
  merge: null,
  stop: null,
});

/** Returns the changes that a step makes. An attempt that restarts at an earlier step discards the results after that step. */
function stepChanges(before: FixState, step: SelfFixStep): Partial<FixState> {
  const laterResults = { plan: null, question: null, fix: null, gate: null, pull_request: null, merge: null } as const;
  switch (step.step) {
    case "triaged":
      return {
        ...laterResults,
        triage: step.triage ?? null,
        base: null,
        places: [],
        approved: false,
        refused: false,
        comments: [],
      };
    case "localised":
      return { ...laterResults, base: step.base ?? null, places: step.places ?? [], approved: false };
    case "planned":
      return { ...laterResults, plan: step.plan ?? null };
    case "asked":
      return { plan: step.plan ?? before.plan, question: step.question ?? null };
    case "answered":
      switch (step.answer?.verdict) {
        case "yes":
          return { approved: true };
        case "refine":
          return { comments: [...before.comments, step.answer.text] };
        default:
          return { refused: true };
      }
    case "fixed":
      return { fix: step.fix ?? null, gate: null, pull_request: null, merge: null };
    case "tested":
      return {};
    case "gated":
      return { gate: step.gate ?? null };
    case "published":
      return { pull_request: step.pull_request ?? null };
    case "verified":
      return { merge: step.merge ?? null };
    case "stopped":
      return { stop: step.stop ?? null };
    default:
      return step.step satisfies never;
  }
}

/** Folds the steps of a fix, given in any order, into its state; undefined without any step. */
export function foldSteps(steps: readonly RecordedStep[]): FixState | undefined {
  const [first, ...more] = [...steps].sort(compareRecording);
  if (first === undefined) return undefined;
  const addStep = (before: FixState, step: RecordedStep): FixState => ({
    ...before,
    agent: step.agent,
    at: step.at,
    step: step.step,
    ...stepChanges(before, step),
  });
  return more.reduce(addStep, addStep(initialState(first), first));
}

/** What comes next: a step of this program, an answer or a merge by a human, or nothing. */
export type NextStep =
  | "triage"
  | "localise"
  | "plan"
  | "ask"
  | "answer"
  | "fix"
  | "test"
  | "gate"
  | "publish"
  | "merge"
  | "nothing";

/** Returns what comes next for a fix. A stopped fix continues only when the user names its feedback. */
export function nextStep(standing: FixState): NextStep {
  const { step, triage, plan, approved, refused, question, gate, pull_request, merge } = standing;
  switch (step) {
    case null:
      return "triage";
    case "triaged":
      return triage?.fix_class === "out-of-scope" ? "nothing" : "localise";
    case "localised":
      return "plan";
    case "planned":
      return plan?.large === true && !approved ? "ask" : "fix";
    case "asked":
      return question === null ? "ask" : "answer";
    case "answered":
      return approved ? "fix" : refused ? "nothing" : "localise";
    case "fixed":
      return "test";
    case "tested":
      return "gate";
    case "gated":
      return gate?.verdict === "pass" ? "publish" : "nothing";
    case "published":
      return pull_request?.state === "kept" ? "publish" : "merge";
    case "verified":
      return merge?.result === "green" ? "nothing" : "merge";
    case "stopped":
      return "nothing";
    default:
      return step satisfies never;
  }
}
