import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { blockReason, localBounds, type RecentSpend, spendStatus } from "../features/agent/model/spend-limits.ts";
import { blockResponse, canBlock } from "../features/hooks/model/block-response.ts";
import { type EventKind, eventKindOf } from "../features/hooks/model/host-event.ts";
import { type Head, type SpoolLine, salvageFields, toSpoolLine } from "../features/hooks/model/spool-line.ts";
import { stripBom } from "../kernel/byte-order-mark.ts";
import { settingsFile } from "../ports/settings-files.ts";
import { summaryFile } from "../ports/summary-limits.ts";
import { eventFileName, spoolFolder, unfinishedOf } from "./spool-layout.ts";

/*
 * Stores an event of an agent and answers it. Runs inside of the agent's work, which failures here must not disturb: every part
 * gives up silently, and the agent continues.
 */

/** Maximum size in bytes of an event that is parsed; of a longer one, only the beginning is read. */
export const maxEventBytes = 1024 * 1024;

/** Returns the result of `read`; undefined when it throws. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // The agent continues without it.
    return undefined;
  }
}

const readSmallText = (path: string): string | undefined =>
  orUndefined(() => (statSync(path).size > maxEventBytes ? undefined : readFileSync(path, "utf8")));

/** The folder of git's files for the checkout that contains a folder. */
function findGitFolder(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, ".git");
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) return path;
    if (found?.isFile()) {
      const named = /^gitdir: (.+)/.exec(readSmallText(path) ?? "")?.[1]?.trim();
      return named === undefined ? undefined : resolve(at, named);
    }
    if (dirname(at) === at) return undefined;
  }
}

/** Branch and commit of a folder's checkout, from git's files alone. */
export function headOf(folder: string): Head {
  const found = orUndefined((): Head => {
    const git = isAbsolute(folder) ? findGitFolder(folder) : undefined;
    if (git === undefined) return {};
    const head = readSmallText(join(git, "HEAD"))?.trim() ?? "";
    const ref = /^ref: (refs\/heads\/([^\0-\x20~^:?*[\\]{1,200}))$/.exec(head);
    if (ref === null) return /^[0-9a-f]{40,64}$/.test(head) ? { commit: head } : {};
    const [, path = "", branch = ""] = ref;
    // Git refuses such names, which could lead out of the folder; if git stores references in tables, HEAD
    // names the branch `.invalid`.
    if (path.split("/").some((part) => part.startsWith("."))) return {};
    const common = readSmallText(join(git, "commondir"))?.trim();
    const commit = readSmallText(join(common === undefined ? git : resolve(git, common), path))?.trim() ?? "";
    return { branch, ...(/^[0-9a-f]{40,64}$/.test(commit) && { commit }) };
  });
  return found ?? {};
}

const readJson = (path: string): unknown => {
  const text = readSmallText(path);
  return text === undefined ? undefined : orUndefined(() => JSON.parse(stripBom(text)));
};

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const field = (value: unknown, name: string): unknown => (isObject(value) ? Reflect.get(value, name) : undefined);

/** Whether the home stores texts of sessions. */
const keepsText = (home: string): boolean => field(readJson(join(home, settingsFile)), "sessions.keepText") === true;

/** Recent spending, from the summary. Checked by hand, because loading a schema takes longer than the answer may take. */
function readRecentSpend(home: string): RecentSpend | undefined {
  const spend = field(readJson(join(home, summaryFile)), "spend");
  const [quarters, extensions, limits] = [field(spend, "quarters"), field(spend, "extensions"), field(spend, "limits")];
  if (!Array.isArray(quarters) || !Array.isArray(extensions)) return undefined;
  const [daily, weekly, monthly, allow] = [
    "daily_usd_micros",
    "weekly_usd_micros",
    "monthly_usd_micros",
    "allow_extension_request",
  ].map((name) => field(limits, name));
  const areLimits = isCount(daily) && isCount(weekly) && isCount(monthly) && isCount(allow);
  if (limits !== null && !areLimits) return undefined;
  return {
    limits: areLimits
      ? { daily_usd_micros: daily, weekly_usd_micros: weekly, monthly_usd_micros: monthly, allow_extension_request: allow }
      : null,
    extensions: extensions.flatMap((one) => {
      const [granted_at, usd_micros] = [field(one, "granted_at"), field(one, "usd_micros")];
      return typeof granted_at === "string" && isCount(usd_micros) ? [{ granted_at, usd_micros }] : [];
    }),
    quarters: quarters.flatMap((one) => {
      const [quarter, micros] = Array.isArray(one) ? one : [];
      return Number.isSafeInteger(quarter) && isCount(micros) ? [[Number(quarter), micros] as const] : [];
    }),
  };
}

/** The bounds of the day and month of `now` in the zone of `REWARD_LEDGER_TZ`, or in the machine's zone if none is named. */
function zoneBounds(now: Date, zone: string | undefined): ReturnType<typeof localBounds> {
  if (zone === undefined || zone.trim() === "") return localBounds(now);
  const offset = orUndefined(() => {
    const shown = new Intl.DateTimeFormat("en-US", { timeZone: zone.trim(), timeZoneName: "longOffset" }).format(now);
    const [, sign = "+", hours = "0", minutes = "0"] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(shown) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  });
  if (offset === undefined) return localBounds(now);
  const local = new Date(now.getTime() + offset);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  return {
    dayFrom: Date.UTC(year, month, day) - offset,
    dayTo: Date.UTC(year, month, day + 1) - offset,
    monthFrom: Date.UTC(year, month, 1) - offset,
    monthTo: Date.UTC(year, month + 1, 1) - offset,
  };
}

/** Writes an event's line to a temporary file beside its place, makes it durable and renames it. */
function writeLine(home: string, at: number, line: SpoolLine): void {
  const folder = spoolFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  const name = eventFileName(at, process.pid, Math.random().toString(36).slice(2, 12) || "0");
  const unfinished = join(folder, unfinishedOf(name));
  const file = openSync(unfinished, "wx", 0o600);
  let isWhole = false;
  try {
    isWhole = writeSync(file, bytes) === bytes.length;
    if (isWhole) fsyncSync(file);
  } finally {
    closeSync(file);
    if (!isWhole) rmSync(unfinished, { force: true });
  }
  if (isWhole) renameSync(unfinished, join(folder, name));
}

export type EventInput = Readonly<{
  home: string;
  /** The input from the host, as far as it was read. */
  text: string;
  /** The host kept its end open and wrote nothing more before the timeout. */
  isLate?: boolean;
  event: string | undefined;
  host: string | undefined;
  enforceBudget: boolean;
  now: Date;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}>;

/**
 * The answer to the host, which is empty to let the agent go on, and the meaning of the event, which is
 * null if it could not be read.
 */
export type SpooledEvent = Readonly<{ answer: string; meaning: EventKind | null }>;

/** Stores an event and decides on the answer. */
export function spoolEvent({ home, text, isLate = false, event, host, enforceBudget, now, cwd, env }: EventInput): SpooledEvent {
  const whole = orUndefined(() => ({ payload: JSON.parse(stripBom(text)) }));
  const line: SpoolLine | undefined = orUndefined(() => {
    const made = toSpoolLine(whole?.payload ?? salvageFields(text), {
      event,
      host,
      cwd,
      at: now.toISOString(),
      keepText: keepsText(home),
      headOf,
    });
    return {
      ...made,
      ...(whole === undefined && text.trim() !== "" && { cut: true as const }),
      ...(whole === undefined && isLate && { late: true as const }),
    };
  });
  if (line === undefined) return { answer: "", meaning: null };
  const meaning = eventKindOf(line.event);
  orUndefined(() => writeLine(home, now.getTime(), line));
  if (!enforceBudget || !canBlock(meaning)) return { answer: "", meaning };
  const reason = orUndefined(() => {
    const spend = readRecentSpend(home);
    return spend === undefined ? undefined : blockReason(spendStatus(spend, now, zoneBounds(now, env["REWARD_LEDGER_TZ"])));
  });
  return { answer: reason === undefined ? "" : (blockResponse(line.host, line.event, reason) ?? ""), meaning };
}
