import { readFailure } from "../../platform/disk/failure.ts";
import type { JournalFiles } from "./files.ts";
import { devicesAmong, type Layout, segmentsAmong } from "./layout.ts";
import type { LockState } from "./lock.ts";
import { listQuarantine, type QuarantinedFile } from "./quarantine.ts";

/** Sizes and state of the journal, for `doctor`. */
export type JournalReport = Readonly<{
  /** All logs together. */
  bytes: number;
  segments: number;
  quarantineFiles: number;
  /** One entry per log; `name` is null for a device under which this home was never used. */
  logs: readonly Readonly<{ device: string; name: string | null; segments: number; bytes: number }>[];
  quarantine: readonly QuarantinedFile[];
  lock: LockState;
}>;

/**
 * Returns the sizes of all logs and the content of the quarantine. Reads no facts and changes nothing.
 * @throws store_unreadable
 */
export function inspectLogs(
  files: JournalFiles,
  layout: Layout,
  names: ReadonlyMap<string, string>,
): Omit<JournalReport, "lock"> {
  try {
    const logs = devicesAmong(files.list(layout.journal) ?? []).map((device) => {
      const segments = segmentsAmong(files.list(layout.log(device)) ?? []);
      const bytes = segments.reduce((sum, segment) => sum + (files.look(layout.segment(device, segment))?.size ?? 0), 0);
      return { device, name: names.get(device) ?? null, segments: segments.length, bytes };
    });
    const quarantine = listQuarantine(files, layout);
    return {
      bytes: logs.reduce((sum, log) => sum + log.bytes, 0),
      segments: logs.reduce((sum, log) => sum + log.segments, 0),
      quarantineFiles: quarantine.length,
      logs,
      quarantine,
    };
  } catch (error) {
    throw readFailure(layout.journal, error);
  }
}
