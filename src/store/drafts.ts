import type * as z from "zod";
import { isAgentKind } from "../domain/agent/kinds.ts";
import { conflict, invalidInput, notFound, nothingToUndo, toErrorView } from "../domain/errors.ts";
import { evalBaseline } from "../domain/eval/baseline.ts";
import { evalRecorded } from "../domain/eval/recorded.ts";
import type { Draft, FactPlace } from "../domain/fact.ts";
import type { FactIndex } from "../domain/fact-index.ts";
import type { ShapedKind } from "../domain/kinds.ts";
import type { FactLog, LateDraft } from "../domain/ports.ts";
import { problemsOf } from "../domain/problems.ts";
import { type ReviewRecorded, reviewRecorded } from "../domain/review/recorded.ts";
import { reviewReset, reviewResetUndone } from "../domain/review/reset.ts";
import { sameRun } from "../domain/review/same-run.ts";
import { rowCheck } from "./row-check.ts";

/** What is to become of a draft: a fact of its own, nothing because a fact or an earlier draft of the batch says the same, or nothing at all. */
export type Decision =
  | Readonly<{ state: "accepted"; draft: Draft }>
  | Readonly<{ state: "recorded"; place: FactPlace }>
  | Readonly<{ state: "repeats"; draft: number }>
  | Readonly<{ state: "refused"; error: Error }>;

const evalListHint = "`reward-ledger eval list` shows the runs.";

/** A check's answer, before the draft goes with it. */
type Verdict = Readonly<{ state: "accepted" }> | Exclude<Decision, Readonly<{ state: "accepted" }>>;

const accepted: Verdict = { state: "accepted" };
const refused = (error: Error): Exclude<Decision, Readonly<{ state: "accepted" }>> => ({ state: "refused", error });

type Check = (draft: Draft, position: number) => Promise<Verdict>;

/**
 * Checks the drafts of one batch in order, against the index and against each other. Reads only. The index must have caught up and
 * stay as it is until the accepted drafts are applied.
 */
export function draftCheck(index: FactIndex, log: FactLog): (draft: Draft | LateDraft, position: number) => Promise<Decision> {
  const checkRow = rowCheck(index);
  const runs = new Map<string, Readonly<{ data: ReviewRecorded; position: number }>>();
  const undone = new Set<string>();

  const againstRecorded = async (data: ReviewRecorded, place: FactPlace): Promise<Verdict> => {
    try {
      const recorded = reviewRecorded.data.parse((await log.fetch(place)).data);
      return sameRun(recorded, data) ? { state: "recorded", place } : refused(conflict(data.agent, data.report.run_id));
    } catch (error) {
      // The recorded fact cannot be read any more: whether this one says the same cannot be told. The other drafts go on.
      return refused(error instanceof Error ? error : new Error(toErrorView(error).message));
    }
  };

  const checkRun = async (data: ReviewRecorded, position: number): Promise<Verdict> => {
    const key = JSON.stringify([data.agent, data.report.run_id]);
    const earlier = runs.get(key);
    if (earlier !== undefined) {
      return sameRun(earlier.data, data)
        ? { state: "repeats", draft: earlier.position }
        : refused(conflict(data.agent, data.report.run_id));
    }
    const recorded = index.recordedRun(data.agent, data.report.run_id);
    if (recorded !== undefined) return againstRecorded(data, recorded.place);
    runs.set(key, { data, position });
    return accepted;
  };

  const evalRuns = new Map<string, number>();

  /** The content's hash tells all: what has the same in the same project is the same run. */
  const checkEvalRun: Check = async (draft, position) => {
    const { success, data, error } = evalRecorded.data.safeParse(draft.data, { reportInput: true });
    if (!success) return refused(invalidInput(`a ${draft.kind} fact to record`, problemsOf(error).slice(0, 5)));
    const key = JSON.stringify([draft.project, data.content_sha256]);
    const earlier = evalRuns.get(key);
    if (earlier !== undefined) return { state: "repeats", draft: earlier };
    const recorded = index.queries().eval.recordedContent(draft.project, data.content_sha256);
    if (recorded !== undefined) return { state: "recorded", place: recorded.place };
    evalRuns.set(key, position);
    return accepted;
  };

  const checkBaseline = (run: string): Verdict =>
    index.queries().eval.runsByPrefix(run, 1).length === 1 ? accepted : refused(notFound(`the eval run ${run}`, evalListHint));

  const checkUndo = (reset: string): Verdict => {
    if (undone.has(reset) || !index.resetInForce(reset)) return refused(nothingToUndo());
    undone.add(reset);
    return accepted;
  };

  const checks: Readonly<Record<ShapedKind, Check>> = {
    "review.recorded": parsed(reviewRecorded.data, checkRun),
    "review.reset": parsed(reviewReset.data, async () => accepted),
    "review.reset_undone": parsed(reviewResetUndone.data, async ({ reset }) => checkUndo(reset)),
    "eval.recorded": checkEvalRun,
    "eval.baseline": parsed(evalBaseline.data, async ({ run }) => checkBaseline(run)),
  };
  const isShaped = (kind: string): kind is ShapedKind => Object.hasOwn(checks, kind);

  const check = async (draft: Draft, position: number): Promise<Verdict> => {
    if (isShaped(draft.kind)) return checks[draft.kind](draft, position);
    if (!isAgentKind(draft.kind)) return refused(invalidInput("a fact to record", [`there is no kind ${draft.kind}`]));
    const problem = checkRow(draft.kind, draft, position);
    return problem === undefined ? accepted : refused(problem);
  };

  return async (given, position) => {
    const decided = decide(index, given);
    if (!decided.ok) return refused(decided.error);
    const verdict = await check(decided.draft, position);
    return verdict.state === "accepted" ? { state: "accepted", draft: decided.draft } : verdict;
  };
}

type Decided = Readonly<{ ok: true; draft: Draft }> | Readonly<{ ok: false; error: Error }>;

/** The draft itself; of a late one, what it comes to now. */
function decide(index: FactIndex, given: Draft | LateDraft): Decided {
  if (!("decide" in given)) return { ok: true, draft: given };
  try {
    return { ok: true, draft: given.decide(index.queries()) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error : new Error(toErrorView(error).message) };
  }
}

const parsed =
  <S extends z.ZodType>(schema: S, check: (data: z.output<S>, position: number) => Promise<Verdict>): Check =>
  async (draft, position) => {
    const result = schema.safeParse(draft.data, { reportInput: true });
    return result.success
      ? check(result.data, position)
      : refused(invalidInput(`a ${draft.kind} fact to record`, problemsOf(result.error).slice(0, 5)));
  };
