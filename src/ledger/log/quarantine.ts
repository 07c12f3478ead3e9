import { createHash } from "node:crypto";
import { join, relative, sep } from "node:path";
import * as z from "zod";
import { readFailure, withReadFailure, writeFailure } from "../../platform/disk/failure.ts";
import type { JournalFiles } from "./files.ts";
import type { Layout } from "./layout.ts";
import type { TornTail } from "./tail.ts";

/** Where quarantined bytes came from; kept beside them as JSON. */
const quarantineNote = z.looseObject({
  /** The file that contained them, relative to the home. */
  source: z.string(),
  /** Device and segment of the log that contained them; null when it was not a log. */
  device: z.string().nullable(),
  segment: z.int().nullable(),
  /** Offset of the first of them in that file. */
  offset: z.int(),
  length: z.int(),
  /** When they were set aside, ISO-8601 UTC. */
  time: z.string(),
  reason: z.string(),
});

export type QuarantineNote = Readonly<z.infer<typeof quarantineNote>>;

/** One file in quarantine; `note` is null when the note beside it is missing or unreadable. */
export type QuarantinedFile = Readonly<{ path: string; bytes: number; note: QuarantineNote | null }>;

const CONTENT_SUFFIX = ".bytes";
const NOTE_SUFFIX = ".json";

/**
 * Moves the tail of a log to quarantine: first writes its bytes and a note there, durably, then truncates the log, so that a
 * crash in between leaves the bytes in both places (and the next recovery writes the same file again) but never in neither. Only
 * under the writers' lock. Returns the path of the quarantined bytes.
 * @throws store_unreadable, disk_full, store_unwritable
 */
export async function setTailAside(
  files: JournalFiles,
  layout: Layout,
  device: string,
  torn: TornTail,
  time: Date,
  reason = "bytes after the last whole fact, left by a write that did not finish",
): Promise<string> {
  const path = layout.segment(device, torn.segment);
  const content = withReadFailure(path, () => files.readAt(path, torn.offset, torn.length));
  const keptPath = await writeQuarantined(files, layout, content, {
    source: sourceOf(layout, path),
    device,
    ...torn,
    time: time.toISOString(),
    reason,
  });
  await truncateAt(files, path, torn);
  return keptPath;
}

/**
 * Keeps the content of a file that is about to be replaced, because it is unreadable or for another reason. Returns the path of
 * the kept bytes.
 * @throws disk_full, store_unwritable
 */
export function setFileAside(
  files: JournalFiles,
  layout: Layout,
  path: string,
  content: Uint8Array,
  time: Date,
  reason = "it could not be read",
): Promise<string> {
  return writeQuarantined(files, layout, content, {
    source: sourceOf(layout, path),
    device: null,
    segment: null,
    offset: 0,
    length: content.length,
    time: time.toISOString(),
    reason,
  });
}

/** Writes bytes and note durably. The name consists of their origin and hash, so that the same bytes are stored only once. */
async function writeQuarantined(files: JournalFiles, layout: Layout, content: Uint8Array, note: QuarantineNote): Promise<string> {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const name = `${note.source.replaceAll("/", "-")}-${note.offset}-${digest}`;
  const path = join(layout.quarantine, `${name}${CONTENT_SUFFIX}`);
  try {
    files.makeDir(layout.quarantine);
    await files.replace(path, content);
    const text = `${JSON.stringify(note, null, 2)}\n`;
    await files.replace(join(layout.quarantine, `${name}${NOTE_SUFFIX}`), new TextEncoder().encode(text));
    await files.syncDir(layout.home);
  } catch (error) {
    throw writeFailure(path, error);
  }
  return path;
}

function sourceOf(layout: Layout, path: string): string {
  return relative(layout.home, path).replaceAll(sep, "/");
}

async function truncateAt(files: JournalFiles, path: string, torn: TornTail): Promise<void> {
  try {
    const file = files.openAppend(path);
    try {
      file.truncate(torn.offset);
      await file.sync();
    } finally {
      file.close();
    }
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Lists the files in quarantine. @throws store_unreadable */
export function listQuarantine(files: JournalFiles, layout: Layout): readonly QuarantinedFile[] {
  try {
    const names = files.list(layout.quarantine) ?? [];
    return names
      .filter((name) => name.endsWith(CONTENT_SUFFIX))
      .sort()
      .map((name) => {
        const path = join(layout.quarantine, name);
        const note = files.readAll(`${path.slice(0, -CONTENT_SUFFIX.length)}${NOTE_SUFFIX}`);
        return { path, bytes: files.look(path)?.size ?? 0, note: note === null ? null : parseNote(note) };
      });
  } catch (error) {
    throw readFailure(layout.quarantine, error);
  }
}

function parseNote(bytes: Uint8Array): QuarantineNote | null {
  try {
    const parsed = quarantineNote.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    // The note only explains; without it the bytes are still listed.
    return null;
  }
}
