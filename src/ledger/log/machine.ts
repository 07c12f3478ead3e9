import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { promisify } from "node:util";

/** What tells this machine, this start of it and this process's view of it apart from others. */
export type Machine = Readonly<{
  /** Hash of the machine's own id, the same after every start; it gives nothing of the id away. */
  fingerprint: string;
  hostname: string;
  /** Id of this start of the machine; null where the system has none. */
  boot: string | null;
  /** The namespace that process ids count in; null where there are none. */
  pidNamespace: string | null;
}>;

/** This machine. Costs the reading of a few small files on Linux and a short command elsewhere. */
export async function thisMachine(): Promise<Machine> {
  const id = (await machineId()) ?? fallbackId();
  return {
    fingerprint: createHash("sha256").update(`reward-ledger machine:${id}`).digest("hex"),
    hostname: hostname(),
    boot: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: attempt(() => readlinkSync("/proc/self/ns/pid")),
  };
}

async function machineId(): Promise<string | null> {
  switch (process.platform) {
    case "darwin":
      return matchOf(await command("/usr/sbin/ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"]), /"IOPlatformUUID" = "([^"]+)"/);
    case "win32":
      return matchOf(
        await command("reg.exe", ["query", "HKLM\\SOFTWARE\\Microsoft\\Cryptography", "/v", "MachineGuid", "/reg:64"]),
        /MachineGuid\s+REG_SZ\s+(\S+)/,
      );
    default:
      return idFile("/etc/machine-id") ?? idFile("/var/lib/dbus/machine-id");
  }
}

function idFile(path: string): string | null {
  return matchOf(
    attempt(() => readFileSync(path, "utf8")),
    /^\s*([0-9a-f]{32})\s*$/,
  );
}

/** Where the machine has no id of its own (some containers): its name and its network addresses, which seldom change together. */
function fallbackId(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal && entry.mac !== "00:00:00:00:00:00")
    .map((entry) => entry.mac);
  return [hostname(), ...new Set(addresses)].sort().join(" ");
}

const run = promisify(execFile);

/** What a short command of the system prints; null where it is missing or fails, which every caller can live with. */
export async function command(file: string, args: readonly string[]): Promise<string | null> {
  try {
    return (
      await run(file, [...args], { encoding: "utf8", timeout: 5000, windowsHide: true, env: { ...process.env, LC_ALL: "C" } })
    ).stdout;
  } catch {
    return null;
  }
}

function matchOf(text: string | null, pattern: RegExp): string | null {
  return text === null ? null : (pattern.exec(text)?.[1] ?? null);
}

/** The result, or null where this system does not offer it: every caller has a way to go on without. */
export function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
