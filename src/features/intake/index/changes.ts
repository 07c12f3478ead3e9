import * as z from "zod";
import { int, toBlob, toText, uuid } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { Team } from "../../reviews/model/resets-in-force.ts";
import { createTakenBackCheck, type IntakeRedo, type IntakeUndo, type TakenBackCheck, undosInForce } from "../model/undo.ts";

/** An undo with the id and place of its fact. */
export type StoredIntakeUndo = IntakeUndo & Readonly<{ factId: string; batch: string | null; at: number; seq: number }>;

/** Undos and redos of automatic recordings, held in memory. */
export interface IntakeMemory {
  isTakenBack: TakenBackCheck;
  /** Undos in force, in recording order. */
  inForce(): readonly StoredIntakeUndo[];
  /** Ids of all facts referenced by any undo. */
  named(): ReadonlySet<string>;
  addUndo(undo: StoredIntakeUndo): void;
  /** Adds a redo. @returns the undos with its id */
  addRedo(redo: IntakeRedo): readonly StoredIntakeUndo[];
  /** Discards cached answers after the team has changed. */
  forget(): void;
  /** Loads undos and redos from the database. */
  load(): void;
}

const idsSchema = z.array(z.string());

/** @param devices maps devices to their database ids and back */
export function intakeMemory(
  db: Connection,
  team: () => Pick<Team, "owners">,
  devices: Readonly<{ id(name: string): number; name(id: number): string }>,
): IntakeMemory {
  const undone: StoredIntakeUndo[] = [];
  const redone: IntakeRedo[] = [];
  let cached: TakenBackCheck | undefined;

  const isTakenBack: TakenBackCheck = (factId, device) => {
    cached ??= createTakenBackCheck({ undone, redone }, team());
    return cached(factId, device);
  };
  return {
    isTakenBack,
    inForce: () =>
      undosInForce({ undone, redone }, team()).toSorted(
        (a, b) => a.at - b.at || (a.device < b.device ? -1 : a.device > b.device ? 1 : a.seq - b.seq),
      ),
    named: () => new Set(undone.flatMap(({ facts }) => facts)),
    addUndo(undo) {
      db.run("INSERT OR IGNORE INTO intake_undos (fact, undo, batch, device, seq, at, undone) VALUES (?, ?, ?, ?, ?, ?, ?)", [
        toBlob(undo.factId),
        toBlob(undo.undo),
        undo.batch === null ? null : toBlob(undo.batch),
        devices.id(undo.device),
        undo.seq,
        undo.at,
        toText(JSON.stringify(undo.facts)),
      ]);
      undone.push(undo);
      cached = undefined;
    },
    addRedo(redo) {
      db.run("INSERT OR IGNORE INTO intake_redos (undo, device) VALUES (?, ?)", [toBlob(redo.undo), devices.id(redo.device)]);
      redone.push(redo);
      cached = undefined;
      return undone.filter(({ undo }) => undo === redo.undo);
    },
    forget() {
      cached = undefined;
    },
    load() {
      undone.push(
        ...db.all("SELECT fact, undo, batch, device, seq, at, undone FROM intake_undos", [], (row) => ({
          factId: uuid(row, 0),
          undo: uuid(row, 1),
          batch: row[2] === null ? null : uuid(row, 2),
          device: devices.name(int(row, 3)),
          seq: int(row, 4),
          at: int(row, 5),
          facts: idsSchema.parse(JSON.parse(String(row[6]))),
        })),
      );
      redone.push(
        ...db.all("SELECT undo, device FROM intake_redos", [], (row) => ({
          undo: uuid(row, 0),
          device: devices.name(int(row, 1)),
        })),
      );
    },
  };
}
