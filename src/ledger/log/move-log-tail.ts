import { trackMovedKeys } from "../../features/agent/model/rekey.ts";
import type { Fact } from "../../kernel/fact.ts";
import { renameIds } from "../../kernel/rename-ids.ts";
import type { Device, FactMoveOptions, LogChunk, LogWriter } from "../../ports/fact-log.ts";
import type { JournalFiles } from "./files.ts";
import { hashFact } from "./hash-fact.ts";
import { type HeadStore, LogCut } from "./head-store.ts";
import { type Layout, segmentsAmong } from "./layout.ts";
import { countLost, type Head } from "./log-head.ts";
import { setTailAside } from "./quarantine.ts";
import { findTail, type Tail } from "./tail.ts";

export type AdoptOptions = Readonly<{
  files: JournalFiles;
  layout: Layout;
  /** The device whose log continues with the facts; `writer` appends to it. */
  device: Device;
  /** Ids of earlier devices of this home, whose logs are its own too. */
  earlier: readonly string[];
  writer: LogWriter;
  heads: Pick<HeadStore, "read" | "lower">;
  time: Date;
  /** Reads a device's log from its start. */
  read(device: string): AsyncIterable<LogChunk>;
}>;

const batchFacts = 1_000;

/**
 * Moves the facts after `keep` from another of this home's own logs to the end of this device's log. They are written first, then
 * their old lines go to quarantine, so that a crash in between leaves them in both logs (their ids show that they are the same,
 * and moving again skips what was moved already) but never in neither. Ids, times and contents are unchanged, except for row keys
 * that are derived from a fact's place. Only under the writers' lock.
 * @returns how many facts were moved
 * @throws TypeError when this device's log ends with a later time than the first fact to move has: recording order would change
 * @throws store_unreadable, disk_full, store_unwritable, lock_lost
 */
export async function adoptTail(
  options: AdoptOptions,
  from: string,
  keep: number,
  { idOf = (id) => id, copies = false }: FactMoveOptions = {},
): Promise<number> {
  const { device, writer, heads, files, layout } = options;
  const known = await otherFacts(options, from);
  const keys = trackMovedKeys();
  const ids = new Map<unknown, string>();
  const remaining: Fact[] = [];
  const { end, kept, behind } = await splitAt(options, from, keep);
  for (const fact of behind) {
    const id = idOf(fact.id);
    if (id !== fact.id) ids.set(fact.id, id);
    const moved = known.get(id);
    if (moved === undefined) remaining.push({ ...fact, id, data: renameIds(fact.data, ids) });
    else keys.moved(fact, moved);
  }
  const { tail } = findTail(files, layout, device.id);
  assertComplete(heads.read(device.id), device.id, tail);
  const sealed = sealFor(device.id, tail, remaining, keys);
  for (let start = 0; start < sealed.length; start += batchFacts) {
    await writer.take(device.id, sealed.slice(start, start + batchFacts));
  }
  if (copies) return sealed.length;
  // Lower the head first: the facts that were moved must not count as lost, even if the process is killed here.
  const head = heads.read(from);
  if (head !== null && head.seq > kept.seq) await heads.lower(from, { ...kept, lost: head.lost });
  await quarantineAfter(options, from, end);
  return sealed.length;
}

function assertComplete(head: Head | null, device: string, tail: Tail): void {
  if (head !== null && countLost(head, tail) > 0) throw new LogCut(device, tail.seq);
}

/** Facts of all own logs but one, by id. */
async function otherFacts({ device, earlier, read }: AdoptOptions, from: string): Promise<ReadonlyMap<string, Fact>> {
  const known = new Map<string, Fact>();
  for (const own of [device.id, ...earlier.filter((one) => one !== from)]) {
    for await (const { facts } of read(own)) for (const { fact } of facts) known.set(fact.id, fact);
  }
  return known;
}

/** The end of a log after its fact `keep` (`end`), that fact (`kept`), and the facts after it (`behind`). */
async function splitAt({ read }: AdoptOptions, from: string, keep: number) {
  const behind: Fact[] = [];
  let end = { segment: 1, offset: 0 };
  let kept = { seq: 0, hash: "" };
  for await (const { facts } of read(from)) {
    for (const { fact, place } of facts) {
      if (fact.seq > keep) {
        behind.push(fact);
        continue;
      }
      end = { segment: place.segment, offset: place.offset + place.length + 1 };
      kept = { seq: fact.seq, hash: fact.hash };
    }
  }
  return { end, kept, behind };
}

/** Rewrites facts so that they continue another log: with its device, sequence numbers and hash chain. */
function sealFor(
  device: string,
  tail: Readonly<{ seq: number; hash: string | null; at: string | null }>,
  facts: readonly Fact[],
  keys: ReturnType<typeof trackMovedKeys>,
): readonly Fact[] {
  const [first] = facts;
  if (first !== undefined && tail.at !== null && tail.at > first.at) {
    throw new TypeError("facts would move behind later ones: they need a log of their own");
  }
  let { seq, hash: prev } = tail;
  return facts.map(({ hash: _, ...fact }) => {
    seq += 1;
    const content = { ...fact, device, seq, prev, data: keys.dataOf(fact) };
    keys.moved(fact, content);
    const sealed = { ...content, hash: hashFact(content) };
    prev = sealed.hash;
    return sealed;
  });
}

/** Moves everything after a place of a log to quarantine, the last segment first. */
async function quarantineAfter(
  { files, layout, time }: AdoptOptions,
  device: string,
  end: Readonly<{ segment: number; offset: number }>,
): Promise<void> {
  const segments = segmentsAmong(files.list(layout.log(device)) ?? []);
  for (const segment of segments.filter((one) => one >= end.segment).toReversed()) {
    const offset = segment === end.segment ? end.offset : 0;
    const length = (files.look(layout.segment(device, segment))?.size ?? 0) - offset;
    if (length <= 0) continue;
    const reason = "facts that another home has recorded others in place of; they go on in the log of another device id";
    await setTailAside(files, layout, device, { segment, offset, length }, time, reason);
  }
}
