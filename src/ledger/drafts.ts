import type { EvalRecorded } from "../features/evals/model/recorded.ts";
import { understandContent } from "../features/facts/decode-fact.ts";
import type { KnownContent } from "../features/facts/kinds.ts";
import { batchOf } from "../features/intake/model/undo.ts";
import { type ReviewRecorded, reviewRecorded } from "../features/reviews/model/recorded.ts";
import { sameRun } from "../features/reviews/model/same-run.ts";
import { conflict, invalidInput, notFound, nothingToRedo, nothingToUndo, toErrorView } from "../kernel/errors.ts";
import type { Draft, FactPlace } from "../kernel/fact.ts";
import { replacedWarnings } from "../kernel/whole-text.ts";
import type { FactIndex } from "../ports/fact-index.ts";
import type { FactLog, LateDraft, Logger, PreparedDraft } from "../ports/ports.ts";
import { rowCheck } from "./row-check.ts";
import { wholeDraft, withWholeJson } from "./whole-draft.ts";

/** A draft on its way: written out, to be decided under the lock, or impossible to record. */
export type GivenDraft = Prepared | Readonly<{ state: "late"; late: LateDraft }> | Refused;

type Prepared = Readonly<{ state: "prepared" }> & PreparedDraft;
type Refused = Readonly<{ state: "refused"; error: Error }>;

/** What is to become of a draft: a fact of its own, nothing because a fact or an earlier draft of the batch says the same, or nothing at all. */
export type Decision =
  | Readonly<{ state: "accepted"; draft: Draft; content: KnownContent }>
  | Readonly<{ state: "recorded"; place: FactPlace }>
  | Readonly<{ state: "repeats"; draft: number }>
  | Refused;

const evalListHint = "`reward-ledger eval list` shows the runs.";

/** A check's answer, before the draft goes with it. */
type Verdict = Readonly<{ state: "accepted" }> | Exclude<Decision, Readonly<{ state: "accepted" }>>;

const accepted: Verdict = { state: "accepted" };
const refused = (error: unknown): Refused => ({
  state: "refused",
  error: error instanceof Error ? error : new Error(toErrorView(error).message),
});

const unfit = (kind: string, problems: readonly string[]): Refused =>
  refused(invalidInput(`a ${kind} fact to record`, problems.slice(0, 5)));

/** The log, and who hears of texts that had to be made whole. */
export type Outside = Readonly<{ log: FactLog; logger: Logger }>;

function tellReplaced(logger: Logger, kind: string, places: readonly string[]): void {
  for (const line of replacedWarnings(places)) logger.warn(`Recording ${kind}, ${line}`);
}

/** Writes out what has whole texts, or would have no JSON form. */
function written({ log, logger }: Outside, draft: Draft): Prepared {
  const isWhole = draft.project?.isWellFormed() ?? true;
  try {
    if (isWhole) return { state: "prepared", ...log.prepare(draft) };
  } catch (error) {
    if (wholeDraft(draft).replaced.length === 0) throw error;
  }
  const whole = wholeDraft(draft);
  const result = log.prepare(whole.draft);
  tellReplaced(logger, draft.kind, whole.replaced);
  return { state: "prepared", ...result };
}

function prepared(outside: Outside, given: Draft): Prepared | Refused {
  const { draft, replaced } = withWholeJson(given);
  try {
    const result = written(outside, draft);
    tellReplaced(outside.logger, draft.kind, replaced);
    return result;
  } catch (error) {
    // What the schema of the kind says is clearer than what JSON says.
    const understood = understandContent(draft.kind, draft.data);
    return understood.state === "refused" ? unfit(draft.kind, understood.problems) : refused(error);
  }
}

/** Writes a draft out, so that what is checked is what will stand in the log. Needs no lock. */
export const givenDraft = (outside: Outside, given: Draft | LateDraft): GivenDraft =>
  "decide" in given ? { state: "late", late: given } : prepared(outside, given);

/**
 * Checks the drafts of one batch in order, against the index and against each other. Reads only. The index must have caught up and
 * stay as it is until the accepted drafts are applied.
 */
export function draftCheck(index: FactIndex, outside: Outside): (given: GivenDraft, position: number) => Promise<Decision> {
  const { log } = outside;
  const checkRow = rowCheck(index);
  const runs = new Map<string, Readonly<{ data: ReviewRecorded; position: number }>>();
  const evalRuns = new Map<string, number>();
  const undone = new Set<string>();

  const contradicts = (data: ReviewRecorded, project: string | null): Refused =>
    refused(conflict(project, data.agent, data.report.run_id));

  const againstRecorded = async (data: ReviewRecorded, project: string | null, place: FactPlace): Promise<Verdict> => {
    try {
      const recorded = reviewRecorded.data.parse((await log.fetch(place)).data);
      return sameRun(recorded, data) ? { state: "recorded", place } : contradicts(data, project);
    } catch (error) {
      // The recorded fact cannot be read any more: whether this one says the same cannot be told. The other drafts go on.
      return refused(error);
    }
  };

  const checkRun = async (data: ReviewRecorded, project: string | null, position: number): Promise<Verdict> => {
    const key = JSON.stringify([project, data.agent, data.report.run_id]);
    const earlier = runs.get(key);
    if (earlier !== undefined) {
      return sameRun(earlier.data, data) ? { state: "repeats", draft: earlier.position } : contradicts(data, project);
    }
    const recorded = index.recordedRun(project, data.agent, data.report.run_id);
    // What was taken back is recorded again by hand only.
    const isAgain = recorded?.takenBack === true && batchOf(data) === null;
    if (recorded !== undefined && !isAgain) return againstRecorded(data, project, recorded.place);
    runs.set(key, { data, position });
    return accepted;
  };

  /** The content's hash tells all: what has the same in the same project is the same run. */
  const checkEvalRun = (data: EvalRecorded, project: string | null, position: number): Verdict => {
    const { content_sha256 } = data;
    const key = JSON.stringify([project, content_sha256]);
    const earlier = evalRuns.get(key);
    if (earlier !== undefined) return { state: "repeats", draft: earlier };
    const { eval: evals } = index.queries();
    const recorded =
      evals.recordedContent(project, content_sha256) ??
      (batchOf(data) === null ? undefined : evals.takenBackContent(project, content_sha256));
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

  const check = async (content: KnownContent, { project }: Draft, position: number): Promise<Verdict> => {
    if ("store" in content) {
      const problem = checkRow(content, project, position);
      return problem === undefined ? accepted : refused(problem);
    }
    switch (content.kind) {
      case "review.recorded":
        return checkRun(content.data, project, position);
      case "review.reset":
        return accepted;
      case "review.reset_undone":
        return checkUndo(content.data.reset);
      case "eval.recorded":
        return checkEvalRun(content.data, project, position);
      case "eval.baseline":
        return checkBaseline(content.data.run);
      case "intake.undone":
        return accepted;
      case "intake.redone":
        return index.intakeUndoInForce(content.data.undo) ? accepted : refused(nothingToRedo());
      default:
        return content satisfies never;
    }
  };

  /** The draft itself; of a late one, what it comes to now. */
  const decide = (given: GivenDraft): Prepared | Refused => {
    if (given.state !== "late") return given;
    try {
      return prepared(outside, given.late.decide(index.queries()));
    } catch (error) {
      return refused(error);
    }
  };

  return async (given, position) => {
    const decided = decide(given);
    if (decided.state === "refused") return decided;
    const { draft } = decided;
    const understood = understandContent(draft.kind, draft.data);
    if (understood.state === "unknown") return refused(invalidInput("a fact to record", [`there is no kind ${draft.kind}`]));
    if (understood.state === "refused") return unfit(draft.kind, understood.problems);
    const { content } = understood;
    const verdict = await check(content, draft, position);
    return verdict.state === "accepted" ? { state: "accepted", draft, content } : verdict;
  };
}
