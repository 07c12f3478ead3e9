import { understandContent } from "../features/facts/decode-fact.ts";
import type { KnownContent } from "../features/facts/kinds.ts";
import { invalidInput } from "../kernel/errors.ts";
import type { Draft } from "../kernel/fact.ts";
import { replacedWarnings } from "../kernel/repair-surrogates.ts";
import { refused, type Verdict } from "../kernel/verdict.ts";
import type { FactIndex } from "../ports/fact-index.ts";
import type { FactLog, PreparedDraft } from "../ports/fact-log.ts";
import type { LateDraft, Logger } from "../ports/ports.ts";
import { wholeDraft, withWholeJson } from "./repair-draft.ts";

/** A draft to record: serialized, to be decided under the lock (`late`), or refused. */
export type GivenDraft = Prepared | Readonly<{ state: "late"; late: LateDraft }> | Refused;

type Prepared = Readonly<{ state: "prepared" }> & PreparedDraft;
type Refused = Extract<Verdict, Readonly<{ state: "refused" }>>;

/** The decision about a draft; an accepted one carries the draft and its content. */
export type Decision =
  | Exclude<Verdict, Readonly<{ state: "accepted" }>>
  | Readonly<{ state: "accepted"; draft: Draft; content: KnownContent }>;

const unfit = (kind: string, problems: readonly string[]): Refused =>
  refused(invalidInput(`a ${kind} fact to record`, problems.slice(0, 5)));

/** The log, and the logger that receives warnings about repaired texts. */
export type Outside = Readonly<{ log: FactLog; logger: Logger }>;

function tellReplaced(logger: Logger, kind: string, places: readonly string[]): void {
  for (const line of replacedWarnings(places)) logger.warn(`Recording ${kind}, ${line}`);
}

/** Serializes a draft. Lone surrogates are replaced first, with a warning; any other reason for a missing JSON form is thrown. */
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
    // The problems that the kind's schema reports are clearer than the error of the serialization.
    const understood = understandContent(draft.kind, draft.data);
    return understood.state === "refused" ? unfit(draft.kind, understood.problems) : refused(error);
  }
}

/** Serializes a draft, so that the checks see exactly the data that the log will hold. Needs no lock. */
export const givenDraft = (outside: Outside, given: Draft | LateDraft): GivenDraft =>
  "decide" in given ? { state: "late", late: given } : prepared(outside, given);

/**
 * Checks the drafts of one batch in order, against the index and against each other. Read-only. The index must be caught up and
 * must not change until the accepted drafts are applied.
 */
export function draftCheck(index: FactIndex, outside: Outside): (given: GivenDraft, position: number) => Promise<Decision> {
  const check = index.draftCheck((place) => outside.log.fetch(place));

  /** The draft itself or, for a late draft, the result of its `decide` on the current index. */
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
