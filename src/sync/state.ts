import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { ifMissing, writeFailure } from "../platform/disk/failure.ts";
import { replaceFile } from "../platform/disk/replace-file.ts";
import type { Logger } from "../ports/ports.ts";
import type { SyncTarget } from "../ports/sync.ts";

const cursor = z.object({
  device: z.string(),
  seq: z.int(),
  hash: z.string().nullable(),
  segment: z.int(),
  offset: z.int(),
});

const problem = z.object({
  kind: z.enum(["conflict", "offline", "server", "signed_out", "denied", "fork", "chain", "refused", "unreadable", "failed"]),
  device: z.string().nullable(),
  seq: z.number().nullable(),
  message: z.string(),
  hint: z.string(),
});

const format = 1;

const syncState = z.object({
  format: z.literal(format),
  url: z.string(),
  team: z.string(),
  /** Id of the team with this slug; `user_id`: id of the user who was signed in. */
  team_id: z.string().nullable(),
  user_id: z.string().nullable(),
  /** How far this device's log was sent, and the hash that the last fact was sent with. */
  sent: z.object({ cursor, hash: z.string().nullable() }).nullable(),
  /** How far the server's log of this device is known to be unbroken. */
  checked: z.object({ device: z.string(), seq: z.int(), hash: z.string().nullable() }).nullable().default(null),
  /** Facts that were sent without their data because the server rejected them. */
  refused: z.array(problem).readonly(),
  devices: z
    .array(
      z.object({
        device: z.string(),
        name: z.string(),
        user_id: z.string().nullable(),
        email: z.string().nullable(),
        head: z.int(),
      }),
    )
    .readonly(),
  last_push: z.string().nullable(),
  last_pull: z.string().nullable(),
  /** Problems of the last sync. */
  problems: z.array(problem).readonly(),
  /** Devices whose logs are stopped by a fork or a gap, and when a background sync checks them again. */
  stopped: z
    .array(z.object({ device: z.string(), failures: z.int(), retry_at: z.string(), problem }))
    .readonly()
    .default([]),
  /** Resets of the whole team in force, by id. */
  resets: z
    .array(
      z.object({
        id: z.string(),
        agent: z.string().nullable(),
        at: z.iso.datetime({ precision: 3 }),
        heads: z.record(z.string(), z.int()).readonly(),
        /** Email address or name of the member who made it. */
        by: z.string().nullable().default(null),
      }),
    )
    .readonly()
    .default([]),
  failures: z.int(),
  retry_at: z.string().nullable(),
});
export type SyncState = Readonly<z.infer<typeof syncState>>;

/** The state of one team at one address. It only saves work: without it, everything is derived from the server's heads again. */
export interface StateFile {
  load(): Promise<SyncState>;
  /** @throws store_unwritable */
  save(state: SyncState): Promise<void>;
}

const folderOf = (home: string): string => join(home, "sync");

/** Short id of a team at an address, for file and mutex names. */
export const targetId = ({ url, team }: Pick<SyncTarget, "url" | "team">): string =>
  createHash("sha256").update(`${url}\n${team}`).digest("hex").slice(0, 16);

const emptyState = ({ url, team }: SyncTarget): SyncState => ({
  format,
  url,
  team,
  team_id: null,
  user_id: null,
  sent: null,
  checked: null,
  refused: [],
  devices: [],
  last_push: null,
  last_pull: null,
  problems: [],
  stopped: [],
  resets: [],
  failures: 0,
  retry_at: null,
});

const readText = (path: string): Promise<string | null> => readFile(path, "utf8").catch(ifMissing(null));

function parseState(text: string): SyncState | null {
  try {
    const parsed = syncState.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Invalid JSON is treated like a missing file.
    return null;
  }
}

/** Replaces a file in the folder `sync`, readable by its owner only. */
export async function replaceSyncFile(home: string, name: string, content: string): Promise<void> {
  const path = join(folderOf(home), name);
  try {
    await mkdir(folderOf(home), { recursive: true, mode: 0o700 });
    await replaceFile(path, content, { mode: 0o600, durable: false });
  } catch (error) {
    throw writeFailure(path, error);
  }
}

export function stateFile(home: string, target: SyncTarget, logger: Logger): StateFile {
  const name = `${targetId(target)}.json`;
  return {
    async load() {
      const text = await readText(join(folderOf(home), name));
      if (text === null) return emptyState(target);
      const state = parseState(text);
      if (state === null) logger.warn(`The state of the sync with ${target.team} could not be read; it is found out again`);
      return state ?? emptyState(target);
    },
    save: (state) => replaceSyncFile(home, name, `${JSON.stringify(state, null, 2)}\n`),
  };
}

/** Reads the states of all teams that this home has synced with. */
export async function readAllStates(home: string): Promise<readonly SyncState[]> {
  const names = await readdir(folderOf(home)).catch(ifMissing([]));
  const texts = await Promise.all(
    names.filter((name) => /^[0-9a-f]{16}\.json$/.test(name)).map((name) => readText(join(folderOf(home), name))),
  );
  return texts.flatMap((text) => (text === null ? [] : (parseState(text) ?? [])));
}

/** Returns the home's secret key for redaction hashes; generated on first use. */
export async function loadRedactionSecret(home: string): Promise<string> {
  const name = "redaction.key";
  const stored = await readText(join(folderOf(home), name));
  if (stored !== null && stored.trim() !== "") return stored.trim();
  const secret = randomBytes(32).toString("hex");
  await replaceSyncFile(home, name, `${secret}\n`);
  return secret;
}
