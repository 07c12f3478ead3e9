import type { Envelope, FactPlace } from "../../kernel/fact.ts";
import { accepted } from "../../kernel/verdict.ts";
import type { DraftCheck } from "../../ports/fact-index.ts";
import { rowChange } from "../agent/index/row-change.ts";
import { evalBaselineKind, evalRecordedKind } from "../evals/index/apply.ts";
import type { Contents, KnownFact, ShapedKind } from "../facts/kinds.ts";
import { gateRun } from "../gate/index/apply.ts";
import { intakeRedo, intakeUndo } from "../intake/index/apply.ts";
import { reset, resetUndone } from "../reviews/index/apply-reset-facts.ts";
import { recordedReview } from "../reviews/index/apply-review.ts";
import { rulesUpdate } from "../rules/index/apply.ts";
import { selfFixStepTaken } from "../self-fix/index/apply.ts";
import type { CheckContext, KindHandler, Session } from "./session.ts";

type KindHandlers = { readonly [K in ShapedKind]: KindHandler<Contents[K]> };

/** The effect of each kind of fact on the index; the kinds of the agent's stores all change a row. */
const kindHandlers: KindHandlers = {
  "review.recorded": recordedReview,
  "review.reset": reset,
  "review.reset_undone": resetUndone,
  "eval.recorded": evalRecordedKind,
  "eval.baseline": evalBaselineKind,
  "intake.undone": intakeUndo,
  "intake.redone": intakeRedo,
  "rules.updated": rulesUpdate,
  "gate.ran": gateRun,
  "self_fix.step": selfFixStepTaken,
};

const applyKind = <K extends ShapedKind>(session: Session, kind: K, fact: Envelope & Contents[K], place: FactPlace) =>
  kindHandlers[kind].apply(session, fact, place);

/** @returns why the fact cannot be applied, if so */
export const applyKnown = (session: Session, fact: KnownFact, place: FactPlace): string | undefined =>
  "store" in fact ? rowChange.apply(session, fact, place) : applyKind(session, fact.kind, fact, place);

export const createDraftCheck =
  (context: CheckContext): DraftCheck =>
  async (content, draft, position) => {
    const project = draft.project?.normalize("NFC") ?? null;
    const checkKind = <K extends ShapedKind>(kind: K, shaped: Contents[K]) =>
      kindHandlers[kind].check?.(context, { ...shaped, project }, position);
    const verdict =
      "store" in content ? rowChange.check?.(context, { ...content, project }, position) : checkKind(content.kind, content);
    return (await verdict) ?? accepted;
  };
