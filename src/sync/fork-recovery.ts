import { counted } from "../kernel/counted.ts";
import type { Fact } from "../kernel/fact.ts";
import type { FactMoveOptions } from "../ports/fact-log.ts";
import type { Ledger } from "../ports/ports.ts";
import type { SyncChoices, SyncProblem } from "../ports/sync.ts";
import type { Connection, EngineParts } from "./connection.ts";
import { findResumePoint, matchesSentRow, ownFacts, pushFacts, startOf } from "./push.ts";
import { resentId } from "./rechain.ts";
import type { Remote, RemoteHead } from "./remote.ts";
import { followChain } from "./server-chain.ts";
import { loadRedactionSecret, readAllStates, targetId } from "./state.ts";

/** How far the local log and the server's log with the same id agree: last seqs `here` and `there`, and last `common` seq. */
type LogComparison = Readonly<{
  here: number;
  there: number;
  common: number;
  /** How the facts after `common` move to a separate log. */
  how: FactMoveOptions;
}>;

/**
 * Takes a new device id if another home writes under this one's, and moves to it the facts of this home that the team lacks, so
 * that both logs are complete and the team has everything. Facts that continue the server's log are sent under the existing id,
 * because the other home may have the same facts, and the team would then receive them twice. Facts sent to another team under
 * the old id stay there. If an earlier attempt was interrupted, it is completed instead.
 * @throws RemoteFailure, and what writing the journal throws
 */
export async function renewDevice(parts: EngineParts, choices: SyncChoices, connection: Connection): Promise<string> {
  const { ledger } = parts;
  await connection.as(async (remote, { userId }) => {
    const before = ledger.device.id;
    const otherTeamHeads = await headsOfOtherTeams(parts.home, targetId(connection.target));
    const unsent = await findUnsentLogs(parts, choices, connection, remote, userId || null, otherTeamHeads);
    const others = unsent.some(({ device }) => device !== before);
    const own = unsent.find(({ device }) => device === before);
    if (!others || (own !== undefined && own.there > own.common)) await ledger.renewDevice();
    for (const { device, here, common, how } of unsent) {
      if (device === ledger.device.id || here <= common) continue;
      // Facts keep their times and cannot follow later ones, so in that case they get a separate log.
      if (await isBehind(ledger, device, common)) await ledger.renewDevice();
      await ledger.adopt(device, common, how);
      // Facts beyond what other teams have can leave the old log, as no team knows them under the old id.
      if (how.copies) await ledger.adopt(device, otherTeamHeads.get(device) ?? common);
    }
  });
  return ledger.device.id;
}

/** Whether the facts of an own log after `common` begin before the latest fact of this device's log. */
async function isBehind(ledger: Ledger, device: string, common: number): Promise<boolean> {
  let newest: string | undefined;
  for await (const { fact } of ownFacts(ledger, startOf(ledger.device.id), undefined)) newest = fact.at;
  for await (const { fact } of ownFacts(ledger, startOf(device), undefined)) {
    if (fact.seq > common) return newest !== undefined && newest > fact.at;
  }
  return false;
}

/** Finds the own logs with facts that the team lacks. Facts that continue the server's log are sent right away. */
async function findUnsentLogs(
  parts: EngineParts,
  choices: SyncChoices,
  connection: Connection,
  remote: Remote,
  user: string | null,
  otherTeamHeads: ReadonlyMap<string, number>,
): Promise<readonly (LogComparison & Readonly<{ device: string }>)[]> {
  const { ledger } = parts;
  const team = await connection.teamId(remote);
  const heads = new Map((await remote.heads(team)).map((head) => [head.device, head]));
  const unsent: (LogComparison & Readonly<{ device: string }>)[] = [];
  for (const device of [ledger.device.id, ...ledger.earlier()]) {
    const head = heads.get(device);
    const comparison = await compareLogs(ledger, remote, team, device, head?.seq ?? 0);
    const isElsewhere = (otherTeamHeads.get(device) ?? 0) > comparison.common;
    if (comparison.here === comparison.common || (isElsewhere && device !== ledger.device.id)) continue;
    // Only the member who registered an id can send under it.
    const isOurs = head === undefined || head.userId === user;
    if (comparison.there === comparison.common && isOurs) {
      await sendRest(parts, choices, connection, remote, team, device, head);
      const sent = (await remote.heads(team)).find((one) => one.device === device);
      unsent.push({ device, ...(await compareLogs(ledger, remote, team, device, sent?.seq ?? 0)) });
    } else if (!isElsewhere) unsent.push({ device, ...comparison });
    // Another team has them under this id, which another member registered first in this team: they stay there and are copied.
    else if (!isOurs && user !== null) unsent.push({ device, ...comparison, how: { ...comparison.how, copies: true } });
  }
  return unsent;
}

/** Sends the rest of a log that the server has the beginning of, under the id that it was recorded under. */
async function sendRest(
  { ledger, home, hashOf }: EngineParts,
  choices: SyncChoices,
  { file }: Connection,
  remote: Remote,
  team: string,
  device: string,
  head: RemoteHead | undefined,
): Promise<void> {
  const pushParts = { ledger, remote, team, choices, secret: await loadRedactionSecret(home), hashOf, signal: undefined };
  const from = await findResumePoint(pushParts, device, head, null);
  // Another home has sent facts meanwhile; the next comparison finds where the logs diverge.
  if (from === null) return;
  if (head === undefined) await remote.registerDevice(team, device, ledger.device.name);
  await pushFacts(pushParts, from, async (_, __, refused) => {
    if (refused.length === 0) return;
    const state = await file.load();
    await file.save({ ...state, refused: [...state.refused, ...refused] });
  });
}

/** Reports facts recorded under former ids of this home that no team has: they are not sent automatically. */
export async function strandedFactProblems(
  ledger: Ledger,
  home: string,
  team: string,
  heads: readonly RemoteHead[],
): Promise<readonly SyncProblem[]> {
  const earlier = new Set(ledger.earlier());
  if (earlier.size === 0) return [];
  const teamHeads = new Map(heads.map(({ device, seq }) => [device, seq]));
  const otherTeamHeads = await headsOfOtherTeams(home, team);
  return (await ledger.heads()).flatMap(({ device, seq }): readonly SyncProblem[] => {
    const sent = Math.max(teamHeads.get(device) ?? 0, otherTeamHeads.get(device) ?? 0);
    if (!earlier.has(device) || seq <= sent) return [];
    return [
      {
        kind: "unreadable",
        device,
        seq: sent + 1,
        message: `${counted(seq - sent, "fact")} that this home recorded as device ${device}, which it was before, ${seq - sent === 1 ? "is" : "are"} not in the team`,
        hint: "If no other machine goes on under that id and sends what is missing, `reward-ledger sync now --new-device` does.",
      },
    ];
  });
}

/** Finds the last fact that both logs share, by binary search: logs that diverge do not converge again. */
async function compareLogs(ledger: Ledger, remote: Remote, team: string, device: string, there: number): Promise<LogComparison> {
  const own = new Map<number, Pick<Fact, "id" | "device" | "seq" | "hash">>();
  let here = 0;
  for await (const { fact } of ownFacts(ledger, startOf(device), undefined)) {
    own.set(fact.seq, { id: fact.id, device, seq: fact.seq, hash: fact.hash });
    here = fact.seq;
  }
  const isSame = async (seq: number): Promise<boolean> => {
    const [row] = await remote.rows(team, device, seq, seq);
    const fact = own.get(seq);
    return fact !== undefined && row !== undefined && matchesSentRow(row, fact);
  };
  // Facts after a break in the server's chain cannot be fetched by anyone, whether they match or not.
  const unbroken = (await followChain(remote, team, device)).end.seq;
  const broken = unbroken < Math.min(here, there) && (await isSame(unbroken + 1));
  let common = 0;
  for (let unknown = Math.min(here, there, unbroken) + 1; unknown - common > 1; ) {
    const middle = Math.floor((common + unknown) / 2);
    if (await isSame(middle)) common = middle;
    else unknown = middle;
  }
  // The server has the ids of the facts after the break, so it accepts these facts only under other ids.
  return { here, there, common, how: broken ? { idOf: resentId } : {} };
}

/** By device, the last seq that other teams have, as far as this home knows. */
async function headsOfOtherTeams(home: string, team: string): Promise<ReadonlyMap<string, number>> {
  const heads = new Map<string, number>();
  for (const state of await readAllStates(home)) {
    if (targetId(state) === team) continue;
    const sent = state.sent === null ? [] : [[state.sent.cursor.device, state.sent.cursor.seq] as const];
    for (const [device, head] of [...sent, ...state.devices.map((one) => [one.device, one.head] as const)]) {
      heads.set(device, Math.max(head, heads.get(device) ?? 0));
    }
  }
  return heads;
}
