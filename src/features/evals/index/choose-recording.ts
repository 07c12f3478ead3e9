import { compareRecording, type Recording } from "../../../kernel/fact.ts";
import { int, toText, uuid } from "../../../ledger/index/codec.ts";
import type { Session } from "../../index/session.ts";

/**
 * Value of `counts` for a recording that was taken back; 1 is the recording that counts, 0 one that is represented by another.
 */
export const withdrawnState = -1;

type EvalRecording = Readonly<{ id: number; factId: string; counts: number; recording: Recording }>;

/** Returns every recording of a project's run with this content. */
export const evalRecordings = ({ db, memory }: Session, project: string | null, content: Uint8Array): readonly EvalRecording[] =>
  db.all(
    "SELECT id, fact, counts, recorded, device, seq FROM eval_recordings WHERE content = ? AND project IS ?",
    [content, project === null ? null : toText(project)],
    (row) => ({
      id: int(row, 0),
      factId: uuid(row, 1),
      counts: int(row, 2),
      recording: { at: new Date(int(row, 3)).toISOString(), device: memory.deviceName(int(row, 4)), seq: int(row, 5) },
    }),
  );

/** Decides which of the recordings counts: the one recorded first, of those that were not taken back. */
export function chooseEvalRecording(session: Session, project: string | null, content: Uint8Array): void {
  const { db, memory } = session;
  const same = evalRecordings(session, project, content).toSorted((a, b) => compareRecording(a.recording, b.recording));
  const isTakenBack = ({ factId, recording }: EvalRecording): boolean => memory.isTakenBack(factId, recording.device);
  const first = same.find((one) => !isTakenBack(one));
  for (const one of same) {
    const counts = one === first ? 1 : isTakenBack(one) ? withdrawnState : 0;
    if (counts !== one.counts) db.run("UPDATE eval_recordings SET counts = ? WHERE id = ?", [counts, one.id]);
  }
}
