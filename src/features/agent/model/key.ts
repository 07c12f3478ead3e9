import type { Recording } from "../../../kernel/fact.ts";
import type { Cell } from "./column-types.ts";
import type { Store } from "./store.ts";

/*
 * Keys that are derived from the place of a row's fact. Every machine that holds the same facts gives a row the same key,
 * regardless of the order in which the facts arrived.
 */

/** Returns a key as text that sorts in recording order. */
export const recordedKey = ({ at, device, seq }: Recording): string => `${at} ${device} ${String(seq).padStart(12, "0")}`;

const deviceBits = 20;

/** Hashes a device's id to 20 bits. Source: FNV-1a, 32 bits, folded. */
function deviceNumber(device: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < device.length; at += 1) hash = Math.imul(hash ^ device.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> deviceBits)) & ((1 << deviceBits) - 1);
}

/**
 * Returns an integer that increases along a device's log. Keys of two devices are equal only if the 20-bit hashes of their ids
 * are.
 */
export const serialKey = ({ device, seq }: Recording): number => seq * 2 ** deviceBits + deviceNumber(device.toLowerCase());

/** Returns the key that a store assigns to a row; undefined if rows are given with their key. */
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
