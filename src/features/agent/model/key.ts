import type { Recording } from "../../../kernel/fact.ts";
import type { Cell } from "./column-types.ts";
import type { Store } from "./store.ts";

/*
 * Keys that rows get from the place of their fact, so that every machine that holds the same facts gives a row the same key,
 * whatever the order in which the facts came.
 */

/** Text that sorts in recording order. */
export const recordedKey = ({ at, device, seq }: Recording): string => `${at} ${device} ${String(seq).padStart(12, "0")}`;

const deviceBits = 20;

/** 20 bits of a device's id. Source: FNV-1a, 32 bits, folded. */
function deviceNumber(device: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < device.length; at += 1) hash = Math.imul(hash ^ device.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> deviceBits)) & ((1 << deviceBits) - 1);
}

/** A whole number that increases along a device's log; of two devices it is the same only if 20 bits of their ids are. */
export const serialKey = ({ device, seq }: Recording): number => seq * 2 ** deviceBits + deviceNumber(device.toLowerCase());

/** The cell that a store's rows get for a key; undefined when they bring it themselves. */
export function assignedKey(store: Store, recording: Recording): Cell | undefined {
  switch (store.keyFrom) {
    case "given":
      return undefined;
    case "recorded":
      return recordedKey(recording);
    case "serial":
      return serialKey(recording);
    default:
      return store.keyFrom satisfies never;
  }
}
