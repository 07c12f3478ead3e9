import { conflict } from "../../../kernel/errors.ts";
import type { FactPlace } from "../../../kernel/fact.ts";
import { accepted, refused, type Verdict } from "../../../kernel/verdict.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { CheckContext, KindHandler } from "../../index/session.ts";
import { batchOf } from "../../intake/model/undo.ts";
import { reviewRecorded } from "../model/review-recorded.ts";
import { runOf } from "../model/run.ts";
import { sameRun } from "../model/same-run.ts";
import { applyRun } from "./apply-run.ts";
import { recordedRun } from "./run-rows.ts";

type Content = Contents["review.recorded"];
type RunDraft = Content & Readonly<{ project: string | null }>;

const refuseConflict = ({ data, project }: RunDraft): Verdict => refused(conflict(project, data.agent, data.report.run_id));

async function compareWithRecorded({ fetch }: CheckContext, draft: RunDraft, place: FactPlace): Promise<Verdict> {
  try {
    const recorded = reviewRecorded.data.parse((await fetch(place)).data);
    return sameRun(recorded, draft.data) ? { state: "recorded", place } : refuseConflict(draft);
  } catch (error) {
    // The recorded fact cannot be read, so this draft cannot be compared with it. The other drafts are not affected.
    return refused(error);
  }
}

function checkRun(checking: CheckContext, draft: RunDraft, position: number): Verdict | Promise<Verdict> {
  const { db, memory, batch } = checking;
  const { data, project } = draft;
  const keys = { project, agent: data.agent, runId: data.report.run_id };
  const key = JSON.stringify([draft.kind, keys]);
  const earlier = batch.drafts.get(key);
  if (earlier?.content.kind === draft.kind) {
    return sameRun(earlier.content.data, data) ? { state: "repeats", draft: earlier.position } : refuseConflict(draft);
  }
  const recorded = recordedRun(db, memory, keys);
  // A run that was taken back is recorded again only by hand.
  const isRecordedAgain = recorded?.takenBack === true && batchOf(data) === null;
  if (recorded !== undefined && !isRecordedAgain) return compareWithRecorded(checking, draft, recorded.place);
  batch.drafts.set(key, { content: draft, position });
  return accepted;
}

export const recordedReview: KindHandler<Content> = {
  check: checkRun,
  apply: (session, fact, place) => applyRun(session, runOf(fact), batchOf(fact.data), place),
};
