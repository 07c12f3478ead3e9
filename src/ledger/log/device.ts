import * as z from "zod";
import { storeNewer } from "../../kernel/errors.ts";
import { readFailure, writeFailure } from "../../platform/disk/failure.ts";
import type { Device } from "../../ports/fact-log.ts";
import type { JournalFiles } from "./files.ts";
import type { Layout } from "./layout.ts";
import { setFileAside } from "./quarantine.ts";

const FORMAT = 1;

const namedDevice = z.looseObject({ id: z.uuid(), name: z.string(), fingerprint: z.string() });

/** `device.json`: the device that writes here, and those of other machines on which this home has been. */
const deviceFile = namedDevice.extend({ format: z.int().min(1), earlier: z.array(namedDevice).default([]) });

type NamedDevice = Readonly<z.infer<typeof namedDevice>>;

/** The device that writes here, and what still has to be written to `device.json`. */
export type Identity = Readonly<{
  device: Device;
  /** Devices of other machines on which this home has been. */
  earlier: readonly Device[];
  /** What has to be written before the first fact; null when the file is up to date. */
  unsaved: Readonly<{ content: Uint8Array; damaged: Uint8Array | null }> | null;
}>;

/**
 * The device of this home on this machine. A home that was copied from another machine gets a new device, because two machines
 * that continue one log would fork it; back on a known machine, it uses that machine's device again. `fresh` returns the device
 * to use where there is none yet. Read-only.
 * @throws store_unreadable, store_newer
 */
export function readIdentity(files: JournalFiles, layout: Layout, fingerprint: string, fresh: () => Device): Identity {
  const bytes = attemptRead(files, layout.deviceFile);
  const stored = bytes === null ? null : parseDeviceFile(bytes);
  if (stored === null) return unsavedIdentity({ ...fresh(), fingerprint }, [], bytes);
  if (stored.format > FORMAT) throw storeNewer(layout.deviceFile, stored.format, FORMAT);
  if (stored.fingerprint === fingerprint)
    return { device: deviceOf(stored), earlier: stored.earlier.map(deviceOf), unsaved: null };
  const known = stored.earlier.find((device) => device.fingerprint === fingerprint);
  const { id, name } = stored;
  const others = [{ id, name, fingerprint: stored.fingerprint }, ...stored.earlier.filter((device) => device !== known)];
  return unsavedIdentity(known ?? { ...fresh(), fingerprint }, others, null);
}

/**
 * The identity of a home that continues as another device on the same machine. The previous device keeps its name, but loses its
 * fingerprint, so that the home never returns to it.
 * @throws store_unreadable, store_newer
 */
export function renewIdentity(files: JournalFiles, layout: Layout, fingerprint: string, next: Device): Identity {
  const bytes = attemptRead(files, layout.deviceFile);
  const stored = bytes === null ? null : parseDeviceFile(bytes);
  if (stored !== null && stored.format > FORMAT) throw storeNewer(layout.deviceFile, stored.format, FORMAT);
  const before = stored === null ? [] : [{ id: stored.id, name: stored.name, fingerprint: "" }, ...stored.earlier];
  return unsavedIdentity({ ...next, fingerprint }, before, stored === null ? bytes : null);
}

/**
 * Writes what is pending for `device.json`; only under the writers' lock. A damaged file goes to quarantine.
 * @throws disk_full, store_unwritable
 */
export async function saveIdentity(files: JournalFiles, layout: Layout, identity: Identity, time: Date): Promise<void> {
  if (identity.unsaved === null) return;
  const { content, damaged } = identity.unsaved;
  try {
    if (damaged !== null) await setFileAside(files, layout, layout.deviceFile, damaged, time);
    await files.replace(layout.deviceFile, content);
  } catch (error) {
    throw writeFailure(layout.deviceFile, error);
  }
}

function unsavedIdentity(device: NamedDevice, others: readonly NamedDevice[], damaged: Uint8Array | null): Identity {
  const { id, name, fingerprint } = device;
  const text = JSON.stringify({ format: FORMAT, id, name, fingerprint, earlier: others }, null, 2);
  return {
    device: { id, name },
    earlier: others.map(deviceOf),
    unsaved: { content: new TextEncoder().encode(`${text}\n`), damaged },
  };
}

function parseDeviceFile(bytes: Uint8Array): z.infer<typeof deviceFile> | null {
  try {
    const parsed = deviceFile.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not even JSON. The file only names the log to continue: a new device loses nothing.
    return null;
  }
}

function attemptRead(files: JournalFiles, path: string): Uint8Array | null {
  try {
    return files.readAll(path);
  } catch (error) {
    throw readFailure(path, error);
  }
}

function deviceOf({ id, name }: NamedDevice): Device {
  return { id, name };
}
