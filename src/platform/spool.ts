import { statSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Spool, SpoolBatch } from "../ports/spool.ts";
import type { NamedMutex } from "../ports/sync.ts";
import { isMissing, writeFailure } from "./disk/failure.ts";
import { replaceOwnedFile } from "./disk/replace-file.ts";
import { batchNote, isEventFile, isUnfinished, listNames, maxLineBytes, spoolFolder } from "./spool-layout.ts";

/** How long a process waits for another one that ingests events, in ms. */
const lockTimeoutMs = 5_000;
/** Age in ms from which an unfinished event counts as left by a killed hook; writing an event takes moments. */
const abandonedMs = 60 * 60 * 1000;

const batchSchema = z.object({
  id: z.string(),
  device: z.string(),
  after: z.object({ seq: z.int(), hash: z.string().nullable(), segment: z.int(), offset: z.int() }).readonly().nullable(),
  names: z.array(z.string().refine(isEventFile)).readonly(),
  recorded: z.boolean(),
  transcripts: z.array(z.string()).readonly().default([]),
});

type Parts = Readonly<{
  home: string;
  mutex: NamedMutex;
  /** Puts content into quarantine. */
  setAside(path: string, content: Uint8Array, reason: string): Promise<string>;
}>;

/** The spool of a home on this machine's disk. */
export function createSpool({ home, mutex, setAside }: Parts): Spool {
  const folder = spoolFolder(home);
  const batchFile = join(folder, batchNote);
  const pathOf = (name: string): string => join(folder, name);

  const list = (): readonly string[] => listNames(folder);

  /** Puts incomplete events, whose hooks were killed, into quarantine. */
  const sweep = async (): Promise<void> => {
    for (const name of list().filter(isUnfinished)) {
      const found = statSync(pathOf(name), { throwIfNoEntry: false });
      if (found === undefined || Math.abs(Date.now() - found.mtimeMs) < abandonedMs) continue;
      await setAside(pathOf(name), await readFile(pathOf(name)), "the hook that wrote it was killed");
      await rm(pathOf(name), { force: true });
    }
  };

  return {
    exclusively: (body) =>
      mutex.pass("ingest", lockTimeoutMs, async () => {
        await sweep();
        return body();
      }),
    names: (most) => list().filter(isEventFile).sort().slice(0, most),
    async read(name) {
      try {
        return statSync(pathOf(name)).size > maxLineBytes ? "too long" : await readFile(pathOf(name));
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async begun() {
      try {
        return batchSchema.safeParse(JSON.parse(await readFile(batchFile, "utf8"))).data ?? null;
      } catch (error) {
        // The file is replaced as a whole, so a file that is not JSON was not written here.
        if (isMissing(error) || error instanceof SyntaxError) return null;
        throw error;
      }
    },
    async begin(content: SpoolBatch) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replaceOwnedFile(batchFile, Buffer.from(`${JSON.stringify(content)}\n`));
      } catch (error) {
        throw writeFailure(batchFile, error);
      }
    },
    async end({ names, transcripts }) {
      try {
        for (const name of names) await rm(pathOf(name), { force: true });
        if (transcripts.length === 0) await rm(batchFile, { force: true });
      } catch (error) {
        throw writeFailure(folder, error);
      }
    },
    async setAside(name, reason) {
      return setAside(pathOf(name), (await readFile(pathOf(name))).subarray(0, maxLineBytes), reason);
    },
  };
}
