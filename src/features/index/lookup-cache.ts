import * as z from "zod";
import { int, intOrNull, name, nameOrNull, type Row, toBlob, toText, uuid, verdictAt } from "../../ledger/index/codec.ts";
import type { Connection } from "../../ledger/index/connection.ts";
import { maxTime } from "../../ledger/index/days.ts";
import type { AppliedHead } from "../../ports/fact-index.ts";
import { type IntakeMemory, intakeMemory } from "../intake/index/changes.ts";
import type { Verdict } from "../reviews/model/report.ts";
import {
  noTeam,
  type RecordedReset,
  type RecordedUndo,
  resetsInForce,
  type Team,
  type TeamReset,
} from "../reviews/model/resets-in-force.ts";

/**
 * The standing of a scope: an agent over all projects (`project` null) or in one. `streak` is positive for passes, negative for
 * fails. `last` is its latest visible run in canonical order.
 */
export type ScopeState = Readonly<{
  id: number;
  agent: string;
  project: string | null;
  runs: number;
  coins: number;
  streak: number;
  best: number;
  last: Readonly<{ at: number; factId: string; verdict: Verdict; rewardDelta: number }> | null;
}>;

/** `shown`: the time that its device's clock showed; the time in `recording` is the settled one. */
export type StoredReset = RecordedReset & Readonly<{ id: number; shown: string }>;
export type StoredTeamReset = TeamReset & Readonly<{ number: number }>;
/** `latest`: the last settled time in its log, ms since the epoch. */
export type StoredDevice = AppliedHead & Readonly<{ id: number; latest: number }>;

/**
 * The small tables, cached in memory so that applying a fact reads none of them: scopes with their standing, rules, devices,
 * resets. Rows of new names are written at once; standings and heads are written by `flush`.
 */
export interface LookupCache {
  readonly scopes: Map<number, ScopeState>;
  readonly devices: Map<string, StoredDevice>;
  readonly intake: IntakeMemory;
  isTakenBack: IntakeMemory["isTakenBack"];
  /** The id of a scope, which is created if necessary. */
  scopeId(agent: string, project: string | null): number;
  findScope(agent: string, project: string | null): ScopeState | undefined;
  ruleId(rule: string): number;
  findRule(rule: string): number | undefined;
  ruleName(id: number): string;
  device(uuid: string): StoredDevice;
  deviceName(id: number): string;
  resets(): readonly StoredReset[];
  /** People's own resets that are in force, in recording order. */
  inForce(): readonly StoredReset[];
  addReset(reset: RecordedReset): void;
  addUndone(undone: RecordedUndo): void;
  /** Changes the recording times of resets. */
  settleResets(times: ReadonlyMap<StoredReset, string>): void;
  team(): Team;
  teamResets(): readonly StoredTeamReset[];
  setTeam(team: Team): void;
}

const readScope = (row: Row): ScopeState => ({
  id: int(row, 0),
  agent: name(row, 1),
  project: nameOrNull(row, 2),
  runs: int(row, 3),
  coins: int(row, 4),
  streak: int(row, 5),
  best: int(row, 6),
  last: row[7] === null ? null : { at: int(row, 7), factId: uuid(row, 8), verdict: verdictAt(row, 9), rewardDelta: int(row, 10) },
});

function readDevice(row: Row): StoredDevice {
  const device = name(row, 1);
  const segment = intOrNull(row, 7);
  return {
    id: int(row, 0),
    facts: int(row, 2),
    cursor: { device, seq: int(row, 3), hash: nameOrNull(row, 4), segment: int(row, 5), offset: int(row, 6) },
    last: segment === null ? null : { device, segment, offset: int(row, 8), length: int(row, 9) },
    latest: int(row, 10),
  };
}

const heads = z.record(z.string(), z.int());
const readHeads = (text: string): ReadonlyMap<string, number> => new Map(Object.entries(heads.parse(JSON.parse(text))));
const writeHeads = (known: ReadonlyMap<string, number>): string => JSON.stringify(Object.fromEntries(known));

const emptyScope = (id: number, agent: string, project: string | null): ScopeState => ({
  id,
  agent,
  project,
  runs: 0,
  coins: 0,
  streak: 0,
  best: 0,
  last: null,
});

const freshDevice = (id: number, device: string): StoredDevice => ({
  id,
  facts: 0,
  cursor: { device, seq: 0, hash: null, segment: 1, offset: 0 },
  last: null,
  latest: -maxTime,
});

/** The id that the database gave to the row inserted last. */
const insertedId = (db: Connection): number => int(db.get("SELECT last_insert_rowid()") ?? [], 0);

export function createLookupCache(db: Connection): LookupCache {
  const scopes = new Map<number, ScopeState>();
  const scopeIds = new Map<string, { whole: number | undefined; projects: Map<string, number> }>();
  const rules = new Map<string, number>();
  const ruleNames = new Map<number, string>();
  const devices = new Map<string, StoredDevice>();
  const deviceNames = new Map<number, string>();
  const resets: StoredReset[] = [];
  const undone: RecordedUndo[] = [];
  let team = noTeam;
  let teamResets: readonly StoredTeamReset[] = [];
  let inForce: readonly StoredReset[] | undefined;

  const putScope = (scope: ScopeState): number => {
    scopes.set(scope.id, scope);
    const ids = scopeIds.get(scope.agent) ?? { whole: undefined, projects: new Map<string, number>() };
    scopeIds.set(scope.agent, ids);
    if (scope.project === null) ids.whole = scope.id;
    else ids.projects.set(scope.project, scope.id);
    return scope.id;
  };
  const knownScope = (agent: string, project: string | null): number | undefined => {
    const ids = scopeIds.get(agent);
    return project === null ? ids?.whole : ids?.projects.get(project);
  };
  const putRule = (id: number, rule: string): number => {
    rules.set(rule, id);
    ruleNames.set(id, rule);
    return id;
  };
  const putDevice = (device: StoredDevice): StoredDevice => {
    devices.set(device.cursor.device, device);
    deviceNames.set(device.id, device.cursor.device);
    return device;
  };
  const nameOf = (names: ReadonlyMap<number, string>, id: number, what: string): string => {
    const found = names.get(id);
    if (found === undefined) throw new TypeError(`the index has no ${what} ${id}`);
    return found;
  };

  const load = (): void => {
    for (const scope of db.all(
      "SELECT id, agent, project, runs, coins, streak, best_streak, last_at, last_fact, last_verdict, last_reward FROM scopes",
      [],
      readScope,
    )) {
      putScope(scope);
    }
    db.all("SELECT id, name FROM rules", [], (row) => putRule(int(row, 0), name(row, 1)));
    for (const device of db.all(
      "SELECT id, uuid, facts, seq, hash, segment, offset, last_segment, last_offset, last_length, latest FROM devices",
      [],
      readDevice,
    )) {
      putDevice(device);
    }
    resets.push(
      ...db.all("SELECT id, fact, agent, recorded, settled, device, seq, heads FROM resets", [], (row) => ({
        id: int(row, 0),
        factId: uuid(row, 1),
        agent: nameOrNull(row, 2),
        shown: new Date(int(row, 3)).toISOString(),
        recording: {
          at: new Date(int(row, 4)).toISOString(),
          device: nameOf(deviceNames, int(row, 5), "device"),
          seq: int(row, 6),
        },
        heads: row[7] === null ? null : readHeads(name(row, 7)),
      })),
    );
    undone.push(
      ...db.all("SELECT fact, device FROM undone_resets", [], (row) => ({
        reset: uuid(row, 0),
        device: nameOf(deviceNames, int(row, 1), "device"),
      })),
    );
    readTeam();
    intake.load();
  };

  const readTeam = (): void => {
    teamResets = db.all("SELECT id, uuid, agent, at, heads FROM team_resets ORDER BY id", [], (row) => ({
      number: int(row, 0),
      id: name(row, 1),
      agent: nameOrNull(row, 2),
      at: new Date(int(row, 3)).toISOString(),
      heads: readHeads(name(row, 4)),
    }));
    const owners = db.all("SELECT device, person FROM owners", [], (row) => [name(row, 0), name(row, 1)] as const);
    team = { owners: new Map(owners), resets: teamResets };
    inForce = undefined;
  };

  const device = (id: string): StoredDevice => {
    const known = devices.get(id);
    if (known !== undefined) return known;
    db.run("INSERT INTO devices (uuid, facts, seq, segment, offset) VALUES (?, 0, 0, 1, 0)", [toText(id)]);
    return putDevice(freshDevice(insertedId(db), id));
  };

  const intake = intakeMemory(db, () => team, {
    id: (one) => device(one).id,
    name: (id) => nameOf(deviceNames, id, "device"),
  });

  load();
  return {
    scopes,
    devices,
    intake,
    isTakenBack: intake.isTakenBack,
    scopeId(agent, project) {
      const known = knownScope(agent, project);
      if (known !== undefined) return known;
      db.run("INSERT INTO scopes (agent, project, runs, coins, streak, best_streak) VALUES (?, ?, 0, 0, 0, 0)", [
        toText(agent),
        project === null ? null : toText(project),
      ]);
      return putScope(emptyScope(insertedId(db), agent, project));
    },
    findScope(agent, project) {
      const id = knownScope(agent, project);
      return id === undefined ? undefined : scopes.get(id);
    },
    ruleId(rule) {
      const known = rules.get(rule);
      if (known !== undefined) return known;
      db.run("INSERT INTO rules (name) VALUES (?)", [toText(rule)]);
      return putRule(insertedId(db), rule);
    },
    findRule: (rule) => rules.get(rule),
    ruleName: (id) => nameOf(ruleNames, id, "rule"),
    device,
    deviceName: (id) => nameOf(deviceNames, id, "device"),
    resets: () => resets,
    inForce() {
      inForce ??= resetsInForce(resets, undone, team);
      return inForce;
    },
    addReset(reset) {
      const at = Date.parse(reset.recording.at);
      db.run("INSERT INTO resets (fact, agent, recorded, settled, device, seq, heads) VALUES (?, ?, ?, ?, ?, ?, ?)", [
        toBlob(reset.factId),
        reset.agent === null ? null : toText(reset.agent),
        at,
        at,
        device(reset.recording.device).id,
        reset.recording.seq,
        reset.heads === null ? null : toText(writeHeads(reset.heads)),
      ]);
      resets.push({ ...reset, id: insertedId(db), shown: reset.recording.at });
      inForce = undefined;
    },
    addUndone(undo) {
      db.run("INSERT OR IGNORE INTO undone_resets (fact, device) VALUES (?, ?)", [toBlob(undo.reset), device(undo.device).id]);
      undone.push(undo);
      inForce = undefined;
    },
    settleResets(times) {
      for (const [index, reset] of resets.entries()) {
        const at = times.get(reset);
        if (at === undefined || at === reset.recording.at) continue;
        db.run("UPDATE resets SET settled = ? WHERE id = ?", [Date.parse(at), reset.id]);
        resets[index] = { ...reset, recording: { ...reset.recording, at } };
      }
      inForce = undefined;
    },
    team: () => team,
    teamResets: () => teamResets,
    setTeam({ owners, resets: newResets }) {
      db.run("DELETE FROM owners", []);
      for (const [one, person] of owners)
        db.run("INSERT INTO owners (device, person) VALUES (?, ?)", [toText(one), toText(person)]);
      db.run("DELETE FROM team_resets", []);
      for (const { id, agent, at, heads } of newResets) {
        db.run("INSERT INTO team_resets (uuid, agent, at, heads) VALUES (?, ?, ?, ?)", [
          toText(id),
          agent === null ? null : toText(agent),
          Date.parse(at),
          toText(writeHeads(heads)),
        ]);
      }
      readTeam();
      intake.forget();
    },
  };
}
