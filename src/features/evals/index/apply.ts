import { notFound } from "../../../kernel/errors.ts";
import { compareRecording, type Envelope, type FactPlace } from "../../../kernel/fact.ts";
import { accepted, refused, type Verdict } from "../../../kernel/verdict.ts";
import { fromHex, int, toBlob, toText } from "../../../ledger/index/codec.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { CheckContext, KindHandler, Session } from "../../index/session.ts";
import { batchOf } from "../../intake/model/undo.ts";
import { recordingOf } from "../../reviews/model/clock.ts";
import { priceRun } from "../model/estimate.ts";
import type { EvalRecorded } from "../model/eval-recorded.ts";
import { packResults } from "../model/packed-results.ts";
import { projectRun } from "../model/projection.ts";
import { chooseEvalRecording, evalRecordings } from "./choose-recording.ts";

/**
 * Applies a recorded eval run. If several runs of one project have the same content, which of them counts is decided again
 * whenever one arrives. Costs are as reported, or as estimated at the time of recording.
 * @returns the reason why it cannot be applied, if there is one
 */
function applyEvalRun(session: Session, fact: Envelope, data: EvalRecorded, place: FactPlace): string | undefined {
  const { db, memory, evalTests } = session;
  const entries = priceRun(data.run, data.estimates);
  const recordedAt = recordingOf(fact).at;
  const run = projectRun(data, recordedAt, entries);
  const id = toBlob(fact.id);
  const content = fromHex(run.contentSha256);
  const batch = batchOf(data);
  const same = evalRecordings(session, fact.project, content);
  const existing = same.find(({ factId }) => factId === fact.id.toLowerCase());
  // A fact that was moved to another log may occur in both logs.
  if (existing !== undefined && compareRecording(existing.recording, fact) <= 0) return undefined;
  if (existing === undefined && db.get("SELECT 1 FROM eval_recordings WHERE fact = ?", [id]) !== undefined)
    return "another eval run has the same fact id";
  if (existing !== undefined) {
    db.run("DELETE FROM eval_costs WHERE run = ?", [existing.id]);
    db.run("DELETE FROM eval_recordings WHERE id = ?", [existing.id]);
  }
  const results = packResults({
    tests: run.results.map(({ key }) => evalTests.of(key)),
    passed: run.results.map(({ passed }) => passed),
  });
  const row = db.get(
    `INSERT INTO eval_recordings (fact, project, content, at, tier, branch, sha, version, label, total, passed, failed, cost, duration,
       detection_hundredths, detection_tests, partial, results, recorded, device, seq, segment, offset, length, at_given, spent,
       spent_rest, spent_complete, spent_told, batch, stated, shown, attempts, steady)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    [
      id,
      fact.project === null ? null : toText(fact.project),
      content,
      run.at,
      toText(run.tier),
      toText(run.branch),
      toText(run.sha),
      toText(run.version),
      run.label === null ? null : toText(run.label),
      run.total,
      run.passed,
      run.failed,
      run.costMicros,
      run.durationMs,
      run.detectionHundredths,
      run.detectionTests,
      run.partial ? 1 : 0,
      results,
      Date.parse(fact.at),
      memory.device(fact.device).id,
      fact.seq,
      place.segment,
      place.offset,
      place.length,
      run.atGiven ? 1 : 0,
      run.cost.micros,
      run.cost.restMicros,
      run.cost.complete ? 1 : 0,
      run.cost.tells ? 1 : 0,
      batch === null ? null : toBlob(batch),
      run.stated,
      Date.parse(recordedAt),
      run.attempts,
      run.steady,
    ],
  );
  if (row === undefined) throw new TypeError("the inserted eval run has no row");
  entries.forEach((entry, position) => {
    const { tokens } = entry;
    db.run("INSERT INTO eval_costs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [
      int(row, 0),
      position,
      toText(entry.model),
      entry.calls,
      tokens.input,
      tokens.output,
      tokens.cacheRead,
      tokens.cacheCreation,
      entry.costMicros,
      entry.exact ? 1 : 0,
      entry.priced ? 1 : 0,
    ]);
  });
  chooseEvalRecording(session, fact.project, content);
  return undefined;
}

/** Runs of one project are the same when their content hashes are equal. */
function checkEvalRun(
  { evals, batch }: CheckContext,
  draft: Contents["eval.recorded"] & Readonly<{ project: string | null }>,
  position: number,
): Verdict {
  const { kind, data, project } = draft;
  const { content_sha256 } = data;
  const key = JSON.stringify([kind, project, content_sha256]);
  const earlier = batch.drafts.get(key);
  if (earlier !== undefined) return { state: "repeats", draft: earlier.position };
  const recorded =
    evals().recordedContent(project, content_sha256) ??
    (batchOf(data) === null ? undefined : evals().takenBackContent(project, content_sha256));
  if (recorded !== undefined) return { state: "recorded", place: recorded.place };
  batch.drafts.set(key, { content: draft, position });
  return accepted;
}

export const evalRecordedKind: KindHandler<Contents["eval.recorded"]> = {
  check: checkEvalRun,
  apply: (session, fact, place) => applyEvalRun(session, fact, fact.data, place),
};

/** A pin or unpin. The resulting baseline is not stored; each query derives it from all pins and unpins. */
export const evalBaselineKind: KindHandler<Contents["eval.baseline"]> = {
  check: ({ evals }, { data: { run } }) =>
    evals().runsByPrefix(run, 1).length === 1
      ? accepted
      : refused(notFound(`the eval run ${run}`, "`reward-ledger eval list` shows the runs.")),
  apply({ db }, { id, at, device, seq, data }) {
    db.run("INSERT OR IGNORE INTO eval_baselines VALUES (?, ?, ?, ?, ?, ?)", [
      toBlob(id),
      toBlob(data.run),
      data.pinned ? 1 : 0,
      at,
      device,
      seq,
    ]);
    return undefined;
  },
};
