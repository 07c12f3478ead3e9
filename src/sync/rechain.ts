import { createHash } from "node:crypto";
import { recordingOf } from "../features/reviews/model/clock.ts";
import type { Fact } from "../kernel/fact.ts";
import { type Shared, withheld } from "./redact.ts";

/** The hash of a fact's other fields (see `Fact`). */
export type HashOf = (content: Omit<Fact, "hash">) => string;

/**
 * A fact as it leaves: itself, when nothing was taken from it and from none before it; else one with the same id, time, device and
 * place that says what is shared, continues the log as it was sent, has a hash of its own and says in `redacted` what was done.
 * So the log that others receive is whole, and every hash in it can be checked.
 * @param before hash of the fact sent before, null for the first
 */
export function outgoing(fact: Fact, shared: Shared, before: string | null, hashOf: HashOf): Fact {
  if (shared.marks.length === 0 && fact.prev === before) return fact;
  // A fact without its data goes without whatever else it has beside its place, too.
  const { id, at, device, seq } = fact;
  const shown = recordingOf(fact).at;
  const place = { id, at, device, seq, ...(shown === at ? {} : { clock: shown }), hash: "" };
  const { hash: _, ...others } = shared.marks.includes("withheld") ? place : fact;
  const content = { ...others, id, at, device, seq, ...shared.fact, prev: before, redacted: [...shared.marks] };
  return { ...content, hash: hashOf(content) };
}

/** What stands in for a fact that cannot be read any more. Its id follows from its place, so that each try makes the same. */
export function unreadable(device: string, seq: number, at: string): Fact {
  return { id: idOfPlace(device, seq), at, device, seq, ...withheld("unreadable").fact, prev: null, hash: "" };
}

/** A UUID (version 8) of a place in a log. */
export const idOfPlace = (device: string, seq: number): string => uuidOf(`${device} ${seq}`);

/** The id of what keeps the place of a fact that the team has from another device's log. It tells which fact that is. */
export const idOfCopy = ({ id, device, seq }: Pick<Fact, "id" | "device" | "seq">): string =>
  uuidOf(`${device} ${seq} ${id.toLowerCase()}`);

/** The id under which a fact is sent again that the team has at a place where nobody can take it from. */
export const idSentAgain = (id: string): string => uuidOf(`again ${id.toLowerCase()}`);

function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
