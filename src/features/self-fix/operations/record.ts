import { usage } from "../../../kernel/errors.ts";
import { compareRecording, type Draft, type FactPlace } from "../../../kernel/fact.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { DeferredDraft, Ports } from "../../../ports/ports.ts";
import { type FeedbackRow, feedback } from "../../agent/model/feedback.ts";
import { getRow, lateChange, recordBatch } from "../../agent/operations/rows.ts";
import { type FixState, foldSteps, initialState, nextStep, type RecordedStep } from "../model/fix-state.ts";
import { type SelfFixStep, selfFixStep } from "../model/step.ts";
import type { FixView, SelfFixView } from "./views.ts";

type LedgerPorts = Pick<Ports, "ledger">;

async function readSteps({ ledger }: LedgerPorts, places: readonly FactPlace[]): Promise<readonly RecordedStep[]> {
  const facts = await Promise.all(places.map((place) => ledger.fetch(place)));
  return facts.flatMap(({ id, at, device, seq, project, data }) => {
    const read = selfFixStep.read(data);
    return read.ok ? [{ id, at, device, seq, project, ...read.content.data }] : [];
  });
}

/** Returns the recorded steps of one feedback's fix, in order. */
export async function readFixSteps(ports: LedgerPorts, id: string): Promise<readonly RecordedStep[]> {
  const steps = await readSteps(ports, await ports.ledger.ask(({ selfFix }) => selfFix.of(id)));
  return [...steps].sort(compareRecording);
}

/** Returns the fixes with the latest steps, the latest first. */
async function newestStates(ports: LedgerPorts, project: string | undefined, limit: number): Promise<readonly FixState[]> {
  const steps = await readSteps(ports, await ports.ledger.ask(({ selfFix }) => selfFix.newest(project, limit)));
  const ids = [...new Set(steps.map((step) => step.feedback))];
  const all = ids.flatMap((id) => foldSteps(steps.filter((step) => step.feedback === id)) ?? []);
  return all.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.feedback < b.feedback ? 1 : -1));
}

export type FixRecord = Readonly<{ row: FeedbackRow; standing: FixState }>;

/** Returns the fixes with the latest steps and their feedback. Fixes whose feedback is not found are left out. */
export async function newestFixes(ports: LedgerPorts, project: string | undefined, limit: number): Promise<readonly FixRecord[]> {
  const standings = await newestStates(ports, project, limit);
  return ports.ledger.ask(({ agent }) =>
    standings.flatMap((standing) => {
      const row = agent.get(feedback, standing.feedback);
      return row === undefined ? [] : [{ row, standing }];
    }),
  );
}

/** Returns a fix with the current state of its feedback. */
export async function readFix(ports: LedgerPorts, id: string): Promise<FixRecord> {
  const row = await getRow(ports, feedback, id);
  const initial = initialState({ feedback: id, agent: "", project: row.project, at: row.received_at });
  return { row, standing: foldSteps(await readFixSteps(ports, id)) ?? initial };
}

export const fixView = ({ row, standing }: Readonly<{ row: FeedbackRow; standing: FixState }>): FixView => ({
  ...standing,
  body: row.body,
  state: row.state,
  next: nextStep(standing),
});

type Note = Readonly<Record<string, unknown>>;
type FeedbackMove = Readonly<{ set: Readonly<Record<string, string | null>>; note?: Note }>;

/** A change of the feedback that is recorded together with a step. */
export const feedbackDraft = ({ clock }: Pick<Ports, "clock">, id: string, { set, note }: FeedbackMove): DeferredDraft =>
  lateChange(feedback, id, clock.now(), () => ({ set, ...(note === undefined ? {} : { note }) }));

export type FixRef = Readonly<{ id: string; agent: string; project: string | null }>;

export const stepDraft = ({ id, agent, project }: FixRef, step: Omit<SelfFixStep, "feedback" | "agent">): Draft => ({
  kind: selfFixStep.kind,
  project,
  data: { feedback: id, agent, ...step },
});

/** Records a step together with further drafts, all or nothing. */
export async function recordStep(
  ports: LedgerPorts,
  about: FixRef,
  step: Omit<SelfFixStep, "feedback" | "agent">,
  more: readonly (Draft | DeferredDraft)[] = [],
): Promise<void> {
  await recordBatch(ports, [...more, stepDraft(about, step)]);
}

/** The result of a call if no feedback is pending. */
export const nothingPending: SelfFixView = {
  outcome: "no-pending",
  dry_run: false,
  steps: [],
  reasons: [],
  would: [],
  fix: null,
};

const finalCodes: readonly string[] = ["self_fix_stopped", "model_unreadable", "model_over_limit", "conflict"];

/**
 * Whether a failure is caused by this feedback or its proposed fix: the next call would fail again, so a human has to look.
 * Any other failure (a call limit, the network, a setting, a lock) leaves the fix unchanged, and a later call continues it.
 */
export function isFinal(error: unknown): boolean {
  const { code, transient } = toErrorView(error);
  return finalCodes.includes(code) && transient !== true;
}

/** Returns the change that gives up a fix that was begun, so that its feedback is not shown as being in work. */
export async function giveUpDrafts(
  ports: Pick<Ports, "ledger" | "clock">,
  id: string,
  reason: string,
): Promise<readonly DeferredDraft[]> {
  const row = await getRow(ports, feedback, id);
  return row.state === "in-fix" ? [feedbackDraft(ports, id, { set: { state: "triaged" }, note: { reason } })] : [];
}

/** Whether a fix can be continued: somebody may have moved its feedback to another state meanwhile. */
export const isOpen = ({ row, standing }: FixRecord): boolean =>
  ["pending", "triaged", "in-fix"].includes(row.state) || (row.state === "fix-pr-open" && nextStep(standing) === "publish");

/** @throws usage if the fix cannot be continued */
export function assertOpen(fix: FixRecord): void {
  const { row } = fix;
  if (!isOpen(fix)) {
    throw usage(
      `Failed to fix feedback ${row.id}: it is ${row.state}`,
      row.state === "fix-pr-open" ? "`reward-ledger self-fix verify` goes on after the merge." : "Name feedback that is open.",
    );
  }
}
