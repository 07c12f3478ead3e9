import { join } from "node:path";
import type { Cursor } from "../../kernel/fact.ts";

/** The paths of the journal's files and folders under a home. */
export type Layout = Readonly<{
  home: string;
  deviceFile: string;
  journal: string;
  quarantine: string;
  lock: string;
  /** Folder of the acknowledged ends of the logs. */
  heads: string;
  /** Folder of one device's log. */
  log(device: string): string;
  /** One segment of a device's log, counted from 1. */
  segment(device: string, segment: number): string;
}>;

/** The paths under `home` (absolute). */
export function layoutOf(home: string): Layout {
  const journal = join(home, "journal");
  return {
    home,
    deviceFile: join(home, "device.json"),
    journal,
    quarantine: join(home, "quarantine"),
    lock: join(home, "lock"),
    heads: join(home, "heads"),
    log: (device) => join(journal, device),
    segment: (device, segment) => join(journal, device, segmentName(segment)),
  };
}

const SEGMENT_DIGITS = 8;
const segmentPattern = /^(\d{8})\.jsonl$/;
const devicePattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function segmentName(segment: number): string {
  return `${String(segment).padStart(SEGMENT_DIGITS, "0")}.jsonl`;
}

/** The segments among file names, ascending. */
export function segmentsAmong(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => {
      const digits = segmentPattern.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    })
    .filter((segment) => segment > 0)
    .sort((a, b) => a - b);
}

/** The device ids among folder names, sorted. */
export function devicesAmong(names: readonly string[]): readonly string[] {
  return names.filter((name) => devicePattern.test(name)).sort();
}

/** The cursor before the first fact of a device's log. */
export function startOf(device: string): Cursor {
  return { device, seq: 0, hash: null, segment: 1, offset: 0 };
}
