import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";
import type { Ids } from "../ports/ports.ts";

/** Above this a sequence number has no room left in its 32 bits. */
const lastSequence = 0xffff_ffff;

/** Random bytes of so many ids are asked for at once: asking costs more than they do. */
const idsAtOnce = 256;
const bytesOfId = 16;

function randomBytes(): () => Uint8Array {
  const pool = new Uint8Array(idsAtOnce * bytesOfId);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytesOfId;
    return pool.subarray(used - bytesOfId, used);
  };
}

/**
 * UUIDv7 ids that increase within the process, also when the clock goes backwards: an id never carries an earlier time than the
 * one before it.
 * @param startSequence where the sequence of a fresh millisecond starts; random in the lower half by default
 */
export function systemIds(startSequence = (): number => Math.floor(Math.random() * 0x8000_0000)): Ids {
  let msecs = Number.NEGATIVE_INFINITY;
  let seq = 0;
  const random = randomBytes();
  return {
    next(at) {
      const now = at.getTime();
      if (now > msecs) {
        msecs = now;
        seq = startSequence();
      } else if (seq === lastSequence) {
        msecs += 1;
        seq = startSequence();
      } else seq += 1;
      return v7({ msecs, seq, random: random() });
    },
  };
}
