import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { withContent } from "../../../kernel/privacy.ts";
import { personOf, type Team } from "../../reviews/model/resets-in-force.ts";

/** Maximum number of facts that one `intake.undone` references; an undo of more facts consists of several. */
export const maxUndoneFacts = 1_000;

export type IntakeUndo = Readonly<{ undo: string; device: string; facts: readonly string[] }>;
export type IntakeRedo = Readonly<{ undo: string; device: string }>;

/** Undos and redos collected from facts. */
export type CollectedIntake = Readonly<{ undone: IntakeUndo[]; redone: IntakeRedo[] }>;

export const emptyCollectedIntake = (): CollectedIntake => ({ undone: [], redone: [] });

/**
 * Takes back automatic recordings: the facts with these ids count as if they had not been recorded. `undo`: id shared by all
 * facts of one undo. `batch`: the batch that was taken back; null if more than one.
 */
export const intakeUndone = defineFact({
  kind: "intake.undone",
  data: z.looseObject({
    undo: z.uuid(),
    batch: z.uuid().nullable(),
    ids: z.array(z.uuid()).min(1).max(maxUndoneFacts).readonly(),
  }),
  scope: "all projects",
  collect: ({ intake }: Readonly<{ intake: CollectedIntake }>, { device, data }) => {
    intake.undone.push({ undo: data.undo.toLowerCase(), device, facts: data.ids.map((id) => id.toLowerCase()) });
  },
});

/** Returns the redo that a fact records. */
export const redoOf = ({ data, device }: Readonly<{ data: Readonly<{ undo: string }>; device: string }>): IntakeRedo => ({
  undo: data.undo.toLowerCase(),
  device,
});

/** Takes back an undo: its facts count again. */
export const intakeRedone = defineFact({
  kind: "intake.redone",
  data: z.looseObject({ undo: z.uuid() }),
  scope: "all projects",
  collect: ({ intake }: Readonly<{ intake: CollectedIntake }>, fact) => void intake.redone.push(redoOf(fact)),
});

/** Marks an automatic recording in the data of its fact. */
export type IntakeMark = Readonly<{ intake: Readonly<{ batch: string }> }>;

/** Returns the mark for a batch; empty for manual recordings. */
export const intakeMark = (batch: string | undefined): IntakeMark | Readonly<Record<never, never>> =>
  batch === undefined ? {} : { intake: { batch } };

const markSchema = z.looseObject({ batch: z.uuid() });
const markedData = z.looseObject({ intake: markSchema });

/** Schema of the mark field. Values of another shape are accepted but ignored. */
export const intakeField = withContent(z.unknown(), markSchema).optional();

/** Returns the batch of an automatic recording; null for a manual one. */
export function batchOf(data: Readonly<Record<string, unknown>>): string | null {
  if (!("intake" in data)) return null;
  return markedData.safeParse(data).data?.intake.batch.toLowerCase() ?? null;
}

export type IntakeChanges = Readonly<{ undone: readonly IntakeUndo[]; redone: readonly IntakeRedo[] }>;

export const noIntakeChanges: IntakeChanges = { undone: [], redone: [] };

/** Whether a fact is taken back, given its id and device. */
export type TakenBackCheck = (factId: string, device: string) => boolean;

const personKey = (person: string, id: string): string => `${id} ${person}`;

/** Returns the undos that the same person has not taken back. */
export function undosInForce<U extends IntakeUndo>(
  { undone, redone }: Readonly<{ undone: readonly U[]; redone: readonly IntakeRedo[] }>,
  team: Pick<Team, "owners">,
): readonly U[] {
  const redoneKeys = new Set(redone.map(({ undo, device }) => personKey(personOf(team, device), undo)));
  return undone.filter(({ undo, device }) => !redoneKeys.has(personKey(personOf(team, device), undo)));
}

/**
 * Returns a predicate for facts that are taken back, i.e. referenced by an undo in force of the same person. The order in which
 * recording, undo and redo arrive does not matter.
 */
export function createTakenBackCheck(changes: IntakeChanges, team: Pick<Team, "owners">): TakenBackCheck {
  const takenBackKeys = new Set(
    undosInForce(changes, team).flatMap(({ device, facts }) => facts.map((fact) => personKey(personOf(team, device), fact))),
  );
  return takenBackKeys.size === 0
    ? () => false
    : (factId, device) => takenBackKeys.has(personKey(personOf(team, device), factId));
}
