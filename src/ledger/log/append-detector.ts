import type { Cursor } from "../../kernel/fact.ts";
import { devicesAmong, type Layout, startOf } from "./layout.ts";
import type { StatFiles } from "./stat-files.ts";

/** Detects appended data with one or two `look` calls per device. */
export interface AppendDetector {
  /** The given cursors, plus one at the start of each other log; sorted by device id. */
  cursors(after: readonly Cursor[]): readonly Cursor[];
  has(after: readonly Cursor[]): boolean;
  /** The state of the files at the end of a log (sizes, times, identities) as seen from a cursor, as one comparable text. */
  marks(cursor: Cursor): string;
  /** Records that nothing after `end` could be read while the files had the state `marks`. */
  remember(end: Cursor, marks: string): void;
}

/**
 * Age in ms above which a directory's modification time is reliable: on some file systems it has a resolution of two seconds,
 * which hides a second change within that time.
 */
const SURE_AFTER_MS = 3000;

/** Detects appended data in the logs under a home. */
export function createAppendDetector(files: StatFiles, layout: Layout): AppendDetector {
  /**
   * The state of the ends of logs when everything readable had been read, by device: the bytes of a torn tail after a cursor
   * count as appended data only once.
   */
  const known = new Map<string, Readonly<{ end: Cursor; marks: string }>>();

  let listing: Readonly<{ marks: string; devices: readonly string[] }> | null = null;

  /** The devices that have a log. Listed again when the directory has changed, or so recently that its time may hide a change. */
  function devices(): readonly string[] {
    const stat = files.look(layout.journal);
    if (stat === null) return [];
    const marks = `${stat.modified}:${stat.identity}`;
    if (listing?.marks === marks) return listing.devices;
    const found = devicesAmong(files.list(layout.journal) ?? []);
    listing = Date.now() - stat.modified > SURE_AFTER_MS ? { marks, devices: found } : null;
    return found;
  }

  function cursors(after: readonly Cursor[]): readonly Cursor[] {
    const byDevice = new Map(devices().map((device) => [device, startOf(device)]));
    for (const cursor of after) byDevice.set(cursor.device, cursor);
    return [...byDevice.values()].sort((a, b) => (a.device < b.device ? -1 : 1));
  }

  function marks({ device, segment }: Cursor): string {
    return [segment, segment + 1]
      .map((each) => {
        const stat = files.look(layout.segment(device, each));
        return stat === null ? "none" : `${stat.size}:${stat.modified}:${stat.identity}`;
      })
      .join(" ");
  }

  function hasGrown(cursor: Cursor): boolean {
    const { device, segment, offset, hash } = cursor;
    const size = files.look(layout.segment(device, segment))?.size ?? 0;
    if (size === offset && files.look(layout.segment(device, segment + 1)) === null) return false;
    const last = known.get(device);
    return (
      last === undefined ||
      last.end.segment !== segment ||
      last.end.offset !== offset ||
      last.end.hash !== hash ||
      last.marks !== marks(cursor)
    );
  }

  return {
    cursors,
    marks,
    has: (after) => cursors(after).some(hasGrown),
    remember: (end, seen) => {
      known.set(end.device, { end, marks: seen });
    },
  };
}
