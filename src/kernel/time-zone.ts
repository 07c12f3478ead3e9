import { parsePosixZone, sampleInstants } from "./posix-zone.ts";

/** A configured zone name and its source. */
export type NamedZone = Readonly<{ source: string; name: string | undefined }>;

/** What the machine reports about its own zone. */
export type MachineZone = Readonly<{
  /** The variable `TZ`; undefined where it is not set. */
  variable: string | undefined;
  /** The name that `Intl` reports; it is missing or made up for a zone that `Intl` does not understand. */
  name(): string | undefined;
  /** Minutes that the machine's clock is ahead of UTC at an instant, ms since the epoch. */
  aheadAt(at: number): number;
}>;

/** The zone to count days in. `complaint`: the configured name that cannot be used, as a message; null if there is none. */
export type FoundZone = Readonly<{ zone: string; complaint: string | null }>;

const minuteMs = 60_000;
const dayMinutes = 1440;
const halfYearMs = 182 * 86_400_000;

/** The folder of a system's zone files; POSIX allows a name to begin with a colon. */
const folder = /^:?\/(?:[^/]+\/)*zoneinfo\/(?:posix\/|right\/)?/;

/** The zone that is known without `Intl`, whose first use costs a short process a tenth of its time. */
export const utc = "UTC";

function isZone(name: string): boolean {
  if (name === utc) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // Intl throws on a name that it does not know.
    return false;
  }
}

/** Parses a zone's name as people and systems write it; undefined when it is not one. */
function parseZone(text: string): string | undefined {
  const name = text.trim().replace(folder, "").replace(/^:/, "");
  return name !== "" && isZone(name) ? name : undefined;
}

/** The name of a zone that is always `ahead` minutes ahead of UTC; UTC where no such zone can exist. */
function fixedZone(ahead: number): string {
  if (ahead === 0 || Math.abs(ahead) >= dayMinutes) return utc;
  const hours = Math.abs(ahead) / 60;
  // These names have the opposite sign.
  if (Number.isInteger(hours) && hours <= 12) return `Etc/GMT${ahead > 0 ? "-" : "+"}${hours}`;
  const part = (value: number): string => String(value).padStart(2, "0");
  return `${ahead > 0 ? "+" : "-"}${part(Math.trunc(hours))}:${part(Math.abs(ahead) % 60)}`;
}

/** Minutes that a zone is ahead of UTC at an instant. */
function offsetAt(zone: string, at: number): number {
  if (zone === utc) return 0;
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return Math.round((local - at) / minuteMs);
}

/** The zone of a `TZ` in POSIX form: the first whose clocks change as it states, else one with a fixed offset. */
function posixZone(written: string, now: number): string | undefined {
  const posix = parsePosixZone(written);
  if (posix === undefined) return undefined;
  if (posix.summer === null) return fixedZone(posix.ahead);
  const samples = sampleInstants(posix, new Date(now).getUTCFullYear());
  const matches = (zone: string): boolean => samples.every(({ at, ahead }) => offsetAt(zone, at) === ahead);
  return Intl.supportedValuesOf("timeZone").find(matches) ?? fixedZone(posix.ahead);
}

/** The machine's zone: the one that `TZ` or `Intl` names, unless the machine's clock contradicts it; then the clock is right. */
function machineZone({ variable, name, aheadAt }: MachineZone, now: number): FoundZone {
  const written = variable?.trim() ?? "";
  // `Intl` understands neither a leading colon nor a path; if the text contains a zone's name, that zone is meant.
  const pathZone = /^[:/]/.test(written) ? parseZone(written) : undefined;
  if (pathZone !== undefined) return { zone: pathZone, complaint: null };
  const agrees = (zone: string): boolean => [now, now + halfYearMs].every((at) => offsetAt(zone, at) === aheadAt(at));
  const intlName = written === utc ? utc : name();
  const known = intlName !== undefined && isZone(intlName) && agrees(intlName) ? intlName : undefined;
  // `Intl` reports UTC for a form that it does not understand.
  const isUnknown = written !== "" && parseZone(written) === undefined;
  if (known !== undefined && !(isUnknown && known === utc)) return { zone: known, complaint: null };
  const message =
    variable === undefined ? "the machine does not name its time zone" : `TZ=${JSON.stringify(variable)} is no time zone's name`;
  return { zone: (isUnknown ? posixZone(written, now) : undefined) ?? fixedZone(aheadAt(now)), complaint: message };
}

/** The first configured zone that exists, else the machine's. Never fails: recorded data does not depend on it. */
export function findZone(named: readonly NamedZone[], machine: MachineZone, now: number): FoundZone {
  const configured = named.flatMap(({ source, name }) => (name === undefined || name.trim() === "" ? [] : [{ source, name }]));
  const complaints: string[] = [];
  for (const { source, name } of configured) {
    const zone = parseZone(name);
    if (zone !== undefined) return { zone, complaint: complaints[0] ?? null };
    complaints.push(`${source}=${JSON.stringify(name)} is no time zone's name`);
  }
  const found = machineZone(machine, now);
  return { zone: found.zone, complaint: complaints[0] ?? found.complaint };
}

/** The machine's zone as this process reports it. */
export const thisMachineZone = (env: Readonly<Record<string, string | undefined>>): MachineZone => ({
  variable: env["TZ"],
  name: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  aheadAt: (at) => -new Date(at).getTimezoneOffset(),
});
