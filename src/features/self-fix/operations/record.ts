import { usage } from "../../../kernel/errors.ts";
import { compareRecording, type Draft, type FactPlace } from "../../../kernel/fact.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { LateDraft, Ports } from "../../../ports/ports.ts";
import { type FeedbackRow, feedback } from "../../agent/model/feedback.ts";
import { getRow, lateChange, recordTogether } from "../../agent/operations/rows.ts";
import { begin, nextOf, type RecordedStep, type Standing, standingOf } from "../model/standing.ts";
import { type SelfFixStep, selfFixStep } from "../model/step.ts";
import type { FixView, SelfFixView } from "./views.ts";

type LedgerOf = Pick<Ports, "ledger">;

async function stepsAt({ ledger }: LedgerOf, places: readonly FactPlace[]): Promise<readonly RecordedStep[]> {
  const facts = await Promise.all(places.map((place) => ledger.fetch(place)));
  return facts.flatMap(({ id, at, device, seq, project, data }) => {
    const read = selfFixStep.read(data);
    return read.ok ? [{ id, at, device, seq, project, ...read.content.data }] : [];
  });
}

/** Returns the recorded steps of one feedback's fix, in order. */
export async function stepsOf(ports: LedgerOf, id: string): Promise<readonly RecordedStep[]> {
  const steps = await stepsAt(ports, await ports.ledger.ask(({ selfFix }) => selfFix.of(id)));
  return [...steps].sort(compareRecording);
}

/** Returns the fixes with the latest steps, the latest first. */
async function newestStandings(ports: LedgerOf, project: string | undefined, limit: number): Promise<readonly Standing[]> {
  const steps = await stepsAt(ports, await ports.ledger.ask(({ selfFix }) => selfFix.newest(project, limit)));
  const ids = [...new Set(steps.map((step) => step.feedback))];
  const all = ids.flatMap((id) => standingOf(steps.filter((step) => step.feedback === id)) ?? []);
  return all.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.feedback < b.feedback ? 1 : -1));
}

export type Begun = Readonly<{ row: FeedbackRow; standing: Standing }>;

/** Returns the fixes with the latest steps and their feedback. Fixes whose feedback is not found are left out. */
export async function newestFixes(ports: LedgerOf, project: string | undefined, limit: number): Promise<readonly Begun[]> {
  const standings = await newestStandings(ports, project, limit);
  return ports.ledger.ask(({ agent }) =>
    standings.flatMap((standing) => {
      const row = agent.get(feedback, standing.feedback);
      return row === undefined ? [] : [{ row, standing }];
    }),
  );
}

/** Returns a fix with the current state of its feedback. */
export async function fixOf(ports: LedgerOf, id: string): Promise<Begun> {
  const row = await getRow(ports, feedback, id);
  const none = begin({ feedback: id, agent: "", project: row.project, at: row.received_at });
  return { row, standing: standingOf(await stepsOf(ports, id)) ?? none };
}

export const fixView = ({ row, standing }: Readonly<{ row: FeedbackRow; standing: Standing }>): FixView => ({
  ...standing,
  body: row.body,
  state: row.state,
  next: nextOf(standing),
});

type Note = Readonly<Record<string, unknown>>;
type Move = Readonly<{ set: Readonly<Record<string, string | null>>; note?: Note }>;

/** A change of the feedback that is recorded together with a step. */
export const feedbackDraft = ({ clock }: Pick<Ports, "clock">, id: string, { set, note }: Move): LateDraft =>
  lateChange(feedback, id, clock.now(), () => ({ set, ...(note === undefined ? {} : { note }) }));

export type About = Readonly<{ id: string; agent: string; project: string | null }>;

export const stepDraft = ({ id, agent, project }: About, step: Omit<SelfFixStep, "feedback" | "agent">): Draft => ({
  kind: selfFixStep.kind,
  project,
  data: { feedback: id, agent, ...step },
});

/** Records a step together with further drafts, all or nothing. */
export async function take(
  ports: LedgerOf,
  about: About,
  step: Omit<SelfFixStep, "feedback" | "agent">,
  more: readonly (Draft | LateDraft)[] = [],
): Promise<void> {
  await recordTogether(ports, [...more, stepDraft(about, step)]);
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
export async function giveUp(ports: Pick<Ports, "ledger" | "clock">, id: string, reason: string): Promise<readonly LateDraft[]> {
  const row = await getRow(ports, feedback, id);
  return row.state === "in-fix" ? [feedbackDraft(ports, id, { set: { state: "triaged" }, note: { reason } })] : [];
}

/** Whether a fix can be continued: somebody may have moved its feedback to another state meanwhile. */
export const isOpen = ({ row, standing }: Begun): boolean =>
  ["pending", "triaged", "in-fix"].includes(row.state) || (row.state === "fix-pr-open" && nextOf(standing) === "publish");

/** @throws usage if the fix cannot be continued */
export function openOrThrow(begun: Begun): void {
  const { row } = begun;
  if (!isOpen(begun)) {
    throw usage(
      `Failed to fix feedback ${row.id}: it is ${row.state}`,
      row.state === "fix-pr-open" ? "`reward-ledger self-fix verify` goes on after the merge." : "Name feedback that is open.",
    );
  }
}
