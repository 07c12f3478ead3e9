import type { Cursor } from "../../kernel/fact.ts";
import { devicesAmong, type Layout, startOf } from "./layout.ts";
import type { Looks } from "./looks.ts";

/** Tells whether logs have grown, at the price of one or two looks per device. */
export interface News {
  /** The cursors with those of further logs added, at their starts; in the order of the devices' ids. */
  cursors(after: readonly Cursor[]): readonly Cursor[];
  has(after: readonly Cursor[]): boolean;
  /** What the end of a log looks like from outside, as far as a cursor is concerned. */
  marks(cursor: Cursor): string;
  /** Notes that nothing could be read behind `end` while the log looked like `marks`. */
  remember(end: Cursor, marks: string): void;
}

/** Directories' times are as coarse as two seconds on some file systems: one that changed within them may change again unseen. */
const SURE_AFTER_MS = 3000;

/** News of the logs under a home. */
export function newsOf(files: Looks, layout: Layout): News {
  /**
   * What the ends of logs looked like when everything readable had been read, by cursor: bytes of a torn tail behind a cursor
   * are news only once.
   */
  const known = new Map<string, Readonly<{ end: Cursor; marks: string }>>();

  let listed: Readonly<{ marks: string; devices: readonly string[] }> | null = null;

  /** The devices that have a log. Listed again when the directory has changed, or so lately that its time might not tell. */
  function devices(): readonly string[] {
    const look = files.look(layout.journal);
    if (look === null) return [];
    const marks = `${look.modified}:${look.identity}`;
    if (listed?.marks === marks) return listed.devices;
    const found = devicesAmong(files.list(layout.journal) ?? []);
    listed = Date.now() - look.modified > SURE_AFTER_MS ? { marks, devices: found } : null;
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
        const look = files.look(layout.segment(device, each));
        return look === null ? "none" : `${look.size}:${look.modified}:${look.identity}`;
      })
      .join(" ");
  }

  function grew(cursor: Cursor): boolean {
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
    has: (after) => cursors(after).some(grew),
    remember: (end, seen) => {
      known.set(end.device, { end, marks: seen });
    },
  };
}
