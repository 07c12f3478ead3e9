import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { holding } from "../../../kernel/privacy.ts";
import { personOf, type Team } from "../../reviews/model/resets-in-force.ts";

/** So many facts one `intake.undone` names at most; more are named by several of one undo. */
export const mostUndone = 1_000;

export type IntakeUndo = Readonly<{ undo: string; device: string; facts: readonly string[] }>;
export type IntakeRedo = Readonly<{ undo: string; device: string }>;

/** What facts say of it, as it is collected. */
export type CollectedIntake = Readonly<{ undone: IntakeUndo[]; redone: IntakeRedo[] }>;

export const collectedIntake = (): CollectedIntake => ({ undone: [], redone: [] });

/**
 * What was recorded automatically is taken back: the facts with these ids count as if they had not been recorded. `undo` is one for
 * all facts of one decision; `batch` is the batch that was taken back, null for more than one.
 */
export const intakeUndone = defineFact({
  kind: "intake.undone",
  data: z.looseObject({
    undo: z.uuid(),
    batch: z.uuid().nullable(),
    ids: z.array(z.uuid()).min(1).max(mostUndone).readonly(),
  }),
  scope: "all projects",
  collect: ({ intake }: Readonly<{ intake: CollectedIntake }>, { device, data }) => {
    intake.undone.push({ undo: data.undo.toLowerCase(), device, facts: data.ids.map((id) => id.toLowerCase()) });
  },
});

/** The undo that a fact takes back. */
export const redoOf = ({ data, device }: Readonly<{ data: Readonly<{ undo: string }>; device: string }>): IntakeRedo => ({
  undo: data.undo.toLowerCase(),
  device,
});

/** An undo is taken back: its facts count again. */
export const intakeRedone = defineFact({
  kind: "intake.redone",
  data: z.looseObject({ undo: z.uuid() }),
  scope: "all projects",
  collect: ({ intake }: Readonly<{ intake: CollectedIntake }>, fact) => void intake.redone.push(redoOf(fact)),
});

/** The mark of what was recorded automatically, in the data of its fact. */
export type IntakeMark = Readonly<{ intake: Readonly<{ batch: string }> }>;

/** The mark of a batch; of what was recorded by hand, nothing. */
export const intakeMark = (batch: string | undefined): IntakeMark | Readonly<Record<never, never>> =>
  batch === undefined ? {} : { intake: { batch } };

const mark = z.looseObject({ batch: z.uuid() });
const marked = z.looseObject({ intake: mark });

/** The field of the mark. One of another form marks nothing. */
export const intakeField = holding(z.unknown(), mark).optional();

/** The batch with which something was recorded automatically; null where it was recorded by hand. */
export function batchOf(data: Readonly<Record<string, unknown>>): string | null {
  if (!("intake" in data)) return null;
  return marked.safeParse(data).data?.intake.batch.toLowerCase() ?? null;
}

export type IntakeChanges = Readonly<{ undone: readonly IntakeUndo[]; redone: readonly IntakeRedo[] }>;

export const noIntakeChanges: IntakeChanges = { undone: [], redone: [] };

/** Whether a fact is taken back, by its id and device. */
export type TakenBack = (factId: string, device: string) => boolean;

const pair = (person: string, id: string): string => `${id} ${person}`;

/** The undos that no fact of the same person takes back. */
export function undosInForce<U extends IntakeUndo>(
  { undone, redone }: Readonly<{ undone: readonly U[]; redone: readonly IntakeRedo[] }>,
  team: Pick<Team, "owners">,
): readonly U[] {
  const over = new Set(redone.map(({ undo, device }) => pair(personOf(team, device), undo)));
  return undone.filter(({ undo, device }) => !over.has(pair(personOf(team, device), undo)));
}

/**
 * Tells what is taken back: facts that an undo of the same person names. The order in which recording, undo and redo arrive plays no
 * part.
 */
export function takenBack(changes: IntakeChanges, team: Pick<Team, "owners">): TakenBack {
  const named = new Set(
    undosInForce(changes, team).flatMap(({ device, facts }) => facts.map((fact) => pair(personOf(team, device), fact))),
  );
  return named.size === 0 ? () => false : (factId, device) => named.has(pair(personOf(team, device), factId));
}
