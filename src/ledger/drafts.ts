import { decodeContent } from "../features/facts/decode-fact.ts";
import type { KnownContent } from "../features/facts/kinds.ts";
import { invalidInput } from "../kernel/errors.ts";
import type { Draft } from "../kernel/fact.ts";
import { replacementWarnings } from "../kernel/repair-surrogates.ts";
import { refused, type Verdict } from "../kernel/verdict.ts";
import type { FactIndex } from "../ports/fact-index.ts";
import type { FactLog, PreparedDraft } from "../ports/fact-log.ts";
import type { DeferredDraft, Logger } from "../ports/ports.ts";
import { repairDraft, repairJsonColumns } from "./repair-draft.ts";

/** A draft to record: serialized, to be decided under the lock (`late`), or refused. */
export type PendingDraft = Prepared | Readonly<{ state: "late"; late: DeferredDraft }> | Refused;

type Prepared = Readonly<{ state: "prepared" }> & PreparedDraft;
type Refused = Extract<Verdict, Readonly<{ state: "refused" }>>;

/** The decision about a draft; an accepted one carries the draft and its content. */
export type Decision =
  | Exclude<Verdict, Readonly<{ state: "accepted" }>>
  | Readonly<{ state: "accepted"; draft: Draft; content: KnownContent }>;

const invalidDraft = (kind: string, problems: readonly string[]): Refused =>
  refused(invalidInput(`a ${kind} fact to record`, problems.slice(0, 5)));

/** The log, and the logger that receives warnings about repaired texts. */
export type DraftContext = Readonly<{ log: FactLog; logger: Logger }>;

function warnReplaced(logger: Logger, kind: string, places: readonly string[]): void {
  for (const line of replacementWarnings(places)) logger.warn(`Recording ${kind}, ${line}`);
}

/** Serializes a draft. Lone surrogates are replaced first, with a warning; any other reason for a missing JSON form is thrown. */
function serialize({ log, logger }: DraftContext, draft: Draft): Prepared {
  const isWellFormed = draft.project?.isWellFormed() ?? true;
  try {
    if (isWellFormed) return { state: "prepared", ...log.prepare(draft) };
  } catch (error) {
    if (repairDraft(draft).replaced.length === 0) throw error;
  }
  const repaired = repairDraft(draft);
  const result = log.prepare(repaired.draft);
  warnReplaced(logger, draft.kind, repaired.replaced);
  return { state: "prepared", ...result };
}

function toPrepared(context: DraftContext, input: Draft): Prepared | Refused {
  const { draft, replaced } = repairJsonColumns(input);
  try {
    const result = serialize(context, draft);
    warnReplaced(context.logger, draft.kind, replaced);
    return result;
  } catch (error) {
    // The problems that the kind's schema reports are clearer than the error of the serialization.
    const decoded = decodeContent(draft.kind, draft.data);
    return decoded.state === "refused" ? invalidDraft(draft.kind, decoded.problems) : refused(error);
  }
}

/** Serializes a draft, so that the checks see exactly the data that the log will hold. Needs no lock. */
export const prepareDraft = (context: DraftContext, input: Draft | DeferredDraft): PendingDraft =>
  "decide" in input ? { state: "late", late: input } : toPrepared(context, input);

/**
 * Checks the drafts of one batch in order, against the index and against each other. Read-only. The index must be caught up and
 * must not change until the accepted drafts are applied.
 */
export function createDraftDecider(
  index: FactIndex,
  context: DraftContext,
): (given: PendingDraft, position: number) => Promise<Decision> {
  const check = index.draftCheck((place) => context.log.fetch(place));

  /** The draft itself or, for a late draft, the result of its `decide` on the current index. */
  const decide = (pending: PendingDraft): Prepared | Refused => {
    if (pending.state !== "late") return pending;
    try {
      return toPrepared(context, pending.late.decide(index.queries()));
    } catch (error) {
      return refused(error);
    }
  };

  return async (pending, position) => {
    const decided = decide(pending);
    if (decided.state === "refused") return decided;
    const { draft } = decided;
    const decoded = decodeContent(draft.kind, draft.data);
    if (decoded.state === "unknown") return refused(invalidInput("a fact to record", [`there is no kind ${draft.kind}`]));
    if (decoded.state === "refused") return invalidDraft(draft.kind, decoded.problems);
    const { content } = decoded;
    const verdict = await check(content, draft, position);
    return verdict.state === "accepted" ? { state: "accepted", draft, content } : verdict;
  };
}
