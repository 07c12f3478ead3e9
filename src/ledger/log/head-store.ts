import { join } from "node:path";
import * as z from "zod";
import type { Cursor } from "../../kernel/fact.ts";
import { readFailure, withReadFailure, writeFailure } from "../../platform/disk/failure.ts";
import type { MissingFacts } from "../../ports/fact-log.ts";
import type { Logger } from "../../ports/ports.ts";
import type { JournalFiles } from "./files.ts";
import { devicesAmong, type Layout } from "./layout.ts";
import { countLost, type Head, isWithin } from "./log-head.ts";
import { findTail } from "./tail.ts";

const headFile = z.object({ seq: z.int().min(0), hash: z.string(), lost: z.int().min(0) });

/**
 * Stores how far each log was acknowledged, beside the journal: one file per device, so that the cost of a write does not depend
 * on the number of devices. When a log loses facts at its end (a file cut at the end of a line, a removed segment or folder), the
 * rest looks complete; only the head shows that the log was longer.
 *
 * A head is written after its fact is durable and can no longer be taken back, and before the fact is acknowledged. The head is
 * not made durable: after a power failure it may lag behind the log, which is not a problem. It is never ahead of the log.
 */
export interface HeadStore {
  /** The stored head of a log; null when there is none. @throws store_unreadable */
  read(device: string): Head | null;
  /**
   * Stores the end of a log that has grown. Only under the writers' lock. A failure is logged: the facts are valid without it.
   */
  note(device: string, head: Head): void;
  /**
   * Durably stores a lower end of a log whose last facts move elsewhere, so that they do not count as lost. Only under the
   * writers' lock.
   * @throws disk_full, store_unwritable
   */
  lower(device: string, head: Head): Promise<void>;
  /** Stores ends that an index or a summary has seen, for logs that have no stored head and end before that. */
  recall(seen: readonly Cursor[]): void;
  /** The logs that end before their stored head. @param ends where logs ended a moment ago, to avoid reading them again */
  missing(ends: readonly Cursor[]): readonly MissingFacts[];
}

const suffix = ".json";
/** Length of every file in bytes. It is fixed, so that one write overwrites a file completely. */
const fileBytes = 160;

const encodeHead = ({ seq, hash, lost }: Head): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify({ seq, hash, lost }).padEnd(fileBytes - 1)}\n`);

function parseHead(bytes: Uint8Array): Head | null {
  try {
    return headFile.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    // Cut off by a power failure: treated as no stored head.
    return null;
  }
}

export function createHeadStore(files: JournalFiles, layout: Layout, logger: Logger): HeadStore {
  const pathOf = (device: string): string => join(layout.heads, `${device}${suffix}`);

  const read = (device: string): Head | null => {
    const path = pathOf(device);
    const bytes = withReadFailure(path, () => files.readAll(path));
    return bytes === null ? null : parseHead(bytes);
  };

  const write = (device: string, head: Head): void => {
    const path = pathOf(device);
    try {
      if (files.look(layout.heads) === null) files.makeDir(layout.heads);
      files.overwrite(path, encodeHead(head));
    } catch (error) {
      logger.warn(writeFailure(path, error).message);
    }
  };

  const tailOf = (device: string) => withReadFailure(layout.log(device), () => findTail(files, layout, device).tail);

  const devices = (): readonly string[] => {
    try {
      const names = files.list(layout.heads) ?? [];
      return devicesAmong(names.flatMap((name) => (name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : [])));
    } catch (error) {
      throw readFailure(layout.heads, error);
    }
  };

  return {
    read,
    note: write,
    async lower(device, head) {
      const path = pathOf(device);
      try {
        files.makeDir(layout.heads);
        await files.replace(path, encodeHead(head));
      } catch (error) {
        throw writeFailure(path, error);
      }
    },
    recall(seen) {
      for (const { device, seq, hash } of seen) {
        if (hash === null || devicesAmong([device]).length === 0 || read(device) !== null) continue;
        if (tailOf(device).seq < seq) write(device, { seq, hash, lost: 0 });
      }
    },
    missing(ends) {
      const seen = new Map(ends.map(({ device, seq, hash }) => [device, { seq, hash }]));
      return devices().flatMap((device): readonly MissingFacts[] => {
        const head = read(device);
        if (head === null || (head.lost === 0 && isWithin(head, seen.get(device) ?? { seq: 0, hash: null }))) return [];
        // The given end may be older than the stored head: the log itself decides, which is read after the head.
        const tail = tailOf(device);
        const facts = head.lost + countLost(head, tail);
        return facts === 0 ? [] : [{ device, ends: tail.seq, facts, path: pathOf(device) }];
      });
    },
  };
}

/** Thrown instead of appending to a log: acknowledged facts are missing at its end, whose numbers must not be reused. */
export class LogCut extends Error {
  override readonly name = "LogCut";

  constructor(device: string, seq: number) {
    super(`acknowledged facts are missing after fact ${seq} of device ${device}`);
  }
}
