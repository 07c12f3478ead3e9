import { parsePosixZone, samplesOf } from "./posix-zone.ts";

/** A zone that somebody named, and where. */
export type NamedZone = Readonly<{ source: string; name: string | undefined }>;

/** What the machine says of its own zone. */
export type MachineZone = Readonly<{
  /** The variable `TZ`; undefined where it is not set. */
  variable: string | undefined;
  /** The name that `Intl` gives, which is missing or made up for what it does not understand. */
  name(): string | undefined;
  /** Minutes that the machine's clock is ahead of UTC at an instant, ms since the epoch. */
  aheadAt(at: number): number;
}>;

/** The zone to count days in. `complaint`: what was named and cannot be used, null for nothing. */
export type FoundZone = Readonly<{ zone: string; complaint: string | null }>;

const minuteMs = 60_000;
const dayMinutes = 1440;
const halfYearMs = 182 * 86_400_000;

/** Where systems keep their zones; POSIX lets a name begin with a colon. */
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

/** A zone's name as people and systems write it; undefined when it is none. */
function understood(written: string): string | undefined {
  const name = written.trim().replace(folder, "").replace(/^:/, "");
  return name !== "" && isZone(name) ? name : undefined;
}

/** The name of a zone that is always so many minutes ahead of UTC; UTC where no zone can be. */
function fixedZone(ahead: number): string {
  if (ahead === 0 || Math.abs(ahead) >= dayMinutes) return utc;
  const hours = Math.abs(ahead) / 60;
  // These names have their sign the other way round.
  if (Number.isInteger(hours) && hours <= 12) return `Etc/GMT${ahead > 0 ? "-" : "+"}${hours}`;
  const part = (value: number): string => String(value).padStart(2, "0");
  return `${ahead > 0 ? "+" : "-"}${part(Math.trunc(hours))}:${part(Math.abs(ahead) % 60)}`;
}

/** Minutes that a zone is ahead of UTC at an instant. */
function aheadOf(zone: string, at: number): number {
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

/** The zone that `TZ` in the form of POSIX means: the first whose clocks change as it says, else a fixed one. */
function posixZone(written: string, now: number): string | undefined {
  const posix = parsePosixZone(written);
  if (posix === undefined) return undefined;
  if (posix.summer === null) return fixedZone(posix.ahead);
  const samples = samplesOf(posix, new Date(now).getUTCFullYear());
  const same = (zone: string): boolean => samples.every(({ at, ahead }) => aheadOf(zone, at) === ahead);
  return Intl.supportedValuesOf("timeZone").find(same) ?? fixedZone(posix.ahead);
}

/** The machine's zone: as `TZ` or `Intl` name it, unless the machine's clock says otherwise. It is right then. */
function machineZone({ variable, name, aheadAt }: MachineZone, now: number): FoundZone {
  const written = variable?.trim() ?? "";
  // `Intl` knows neither form; where one of them holds a name, it is what was meant.
  const meant = /^[:/]/.test(written) ? understood(written) : undefined;
  if (meant !== undefined) return { zone: meant, complaint: null };
  const agrees = (zone: string): boolean => [now, now + halfYearMs].every((at) => aheadOf(zone, at) === aheadAt(at));
  const intlName = written === utc ? utc : name();
  const known = intlName !== undefined && isZone(intlName) && agrees(intlName) ? intlName : undefined;
  // A form that `Intl` drops becomes UTC.
  const dropped = written !== "" && understood(written) === undefined;
  if (known !== undefined && !(dropped && known === utc)) return { zone: known, complaint: null };
  const told =
    variable === undefined ? "the machine does not name its time zone" : `TZ=${JSON.stringify(variable)} is no time zone's name`;
  return { zone: (dropped ? posixZone(written, now) : undefined) ?? fixedZone(aheadAt(now)), complaint: told };
}

/** The first zone that is named and exists, else the machine's. Never fails: what is recorded does not depend on it. */
export function findZone(named: readonly NamedZone[], machine: MachineZone, now: number): FoundZone {
  const given = named.flatMap(({ source, name }) => (name === undefined || name.trim() === "" ? [] : [{ source, name }]));
  const complaints: string[] = [];
  for (const { source, name } of given) {
    const zone = understood(name);
    if (zone !== undefined) return { zone, complaint: complaints[0] ?? null };
    complaints.push(`${source}=${JSON.stringify(name)} is no time zone's name`);
  }
  const found = machineZone(machine, now);
  return { zone: found.zone, complaint: complaints[0] ?? found.complaint };
}

/** What this process says of the machine's zone. */
export const thisMachineZone = (env: Readonly<Record<string, string | undefined>>): MachineZone => ({
  variable: env["TZ"],
  name: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  aheadAt: (at) => -new Date(at).getTimezoneOffset(),
});
