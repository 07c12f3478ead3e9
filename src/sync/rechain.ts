import { createHash } from "node:crypto";
import { recordingOf } from "../features/reviews/model/clock.ts";
import type { Fact } from "../kernel/fact.ts";
import { type SharedContent, withheldPlaceholder } from "./redact.ts";

/** Computes a fact's hash from its other fields (see `Fact`). */
export type HashOf = (content: Omit<Fact, "hash">) => string;

/**
 * Returns a fact as it is sent: unchanged if neither it nor any fact before it was redacted; else a fact with the same id, time,
 * device and seq that contains only what is shared, continues the log as it was sent, has its own hash and lists the changes in
 * `redacted`. The log that others receive is thus complete, and every hash in it can be checked.
 * @param before hash of the fact sent before; null for the first
 */
export function toOutgoingFact(fact: Fact, shared: SharedContent, before: string | null, hashOf: HashOf): Fact {
  if (shared.marks.length === 0 && fact.prev === before) return fact;
  // A withheld fact is sent without its other fields too; only its place is kept.
  const { id, at, device, seq } = fact;
  const recordedAt = recordingOf(fact).at;
  const place = { id, at, device, seq, ...(recordedAt === at ? {} : { clock: recordedAt }), hash: "" };
  const { hash: _, ...others } = shared.marks.includes("withheld") ? place : fact;
  const content = { ...others, id, at, device, seq, ...shared.fact, prev: before, redacted: [...shared.marks] };
  return { ...content, hash: hashOf(content) };
}

/** Placeholder for a fact that cannot be read. Its id is derived from its place, so that every attempt yields the same. */
export function unreadablePlaceholder(device: string, seq: number, at: string): Fact {
  return { id: idOfPlace(device, seq), at, device, seq, ...withheldPlaceholder("unreadable").fact, prev: null, hash: "" };
}

/** Derives a UUID (version 8) from a place in a log. */
export const idOfPlace = (device: string, seq: number): string => uuidOf(`${device} ${seq}`);

/** Id of the placeholder for a fact that the team has from another device's log; derived from that fact's id. */
export const idOfCopy = ({ id, device, seq }: Pick<Fact, "id" | "device" | "seq">): string =>
  uuidOf(`${device} ${seq} ${id.toLowerCase()}`);

/** The id under which a fact is sent again if the team has it at a place where it cannot be fetched. */
export const resentId = (id: string): string => uuidOf(`again ${id.toLowerCase()}`);

function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
