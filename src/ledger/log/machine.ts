import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { promisify } from "node:util";

/** Identifies this machine, its current boot and the pid namespace of this process. */
export type Machine = Readonly<{
  /** Hash of the machine's own id; it is the same after every boot and does not reveal the id. */
  fingerprint: string;
  hostname: string;
  /** Id of the machine's current boot; null where the system has none. */
  boot: string | null;
  /** The namespace of process ids; null where there are no namespaces. */
  pidNamespace: string | null;
}>;

/** Identifies this machine. Reads a few small files on Linux and runs a short command elsewhere. */
export async function thisMachine(): Promise<Machine> {
  const id = (await machineId()) ?? fallbackId();
  return {
    fingerprint: createHash("sha256").update(`reward-ledger machine:${id}`).digest("hex"),
    hostname: hostname(),
    boot: tryOrNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: tryOrNull(() => readlinkSync("/proc/self/ns/pid")),
  };
}

async function machineId(): Promise<string | null> {
  switch (process.platform) {
    case "darwin":
      return firstGroup(
        await runCommand("/usr/sbin/ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"]),
        /"IOPlatformUUID" = "([^"]+)"/,
      );
    case "win32":
      return firstGroup(
        await runCommand("reg.exe", ["query", "HKLM\\SOFTWARE\\Microsoft\\Cryptography", "/v", "MachineGuid", "/reg:64"]),
        /MachineGuid\s+REG_SZ\s+(\S+)/,
      );
    default:
      return readIdFile("/etc/machine-id") ?? readIdFile("/var/lib/dbus/machine-id");
  }
}

function readIdFile(path: string): string | null {
  return firstGroup(
    tryOrNull(() => readFileSync(path, "utf8")),
    /^\s*([0-9a-f]{32})\s*$/,
  );
}

/**
 * For machines without an id of their own (some containers): the host name and network addresses, which rarely change together.
 */
function fallbackId(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal && entry.mac !== "00:00:00:00:00:00")
    .map((entry) => entry.mac);
  return [hostname(), ...new Set(addresses)].sort().join(" ");
}

const execFileAsync = promisify(execFile);

/** The output of a short system command; null where it is missing or fails, which every caller handles. */
export async function runCommand(file: string, args: readonly string[]): Promise<string | null> {
  try {
    return (
      await execFileAsync(file, [...args], {
        encoding: "utf8",
        timeout: 5000,
        windowsHide: true,
        env: { ...process.env, LC_ALL: "C" },
      })
    ).stdout;
  } catch {
    return null;
  }
}

function firstGroup(text: string | null, pattern: RegExp): string | null {
  return text === null ? null : (pattern.exec(text)?.[1] ?? null);
}

/** The result, or null where this system does not offer it: every caller has a fallback. */
export function tryOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
