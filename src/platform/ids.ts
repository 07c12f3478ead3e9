import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";
import type { Ids } from "../ports/ports.ts";

/** The largest sequence number that fits its 32 bits. */
const lastSequence = 0xffff_ffff;

/** Number of ids whose random bytes are requested at once: a request costs more than the bytes. */
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
 * UUIDv7 ids that increase within the process, even when the clock goes backwards: an id never has an earlier time than the one
 * before it.
 * @param startSequence the first sequence number of a new millisecond; random in the lower half by default
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
