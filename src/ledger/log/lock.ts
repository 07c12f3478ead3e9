import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelled, storeLocked } from "../../kernel/errors.ts";
import { codeOf, readFailure, tolerating, writeFailure } from "../../platform/disk/failure.ts";
import { isRunning } from "../../platform/disk/process-status.ts";
import { describeOwner, isGone, type Owner, parseOwner } from "./lock-owner.ts";

/** How long a writer waits for the lock, ms. */
export const lockWaitMs = 10_000;
/** After so many ms without a sign of life an owner on another machine, or one that cannot be asked, is taken for gone. */
export const lockStaleMs = 30_000;

/**
 * The writers' lock of a home.
 *
 * The lock is the directory `lock` with exactly one file in it, the claim of the owner, under a name that is never used twice.
 * It is taken by renaming a prepared directory `lock-<token>` with the claim already in it to `lock`, which succeeds for one
 * process only and only where `lock` is absent or empty. It is given up, and taken from an owner that is gone, by removing that
 * owner's claim by name and then the directory if it is empty. So nobody can remove any claim but the one judged, however late
 * it acts, and a takeover needs no second lock. `proper-lockfile` keeps the lock fresh, notices when it was lost and gives it
 * up when the process exits.
 */
export interface WriterLock {
  /** Waits for the lock. @throws store_locked after `waitMs`, cancelled, store_unwritable, disk_full */
  acquire(options: Readonly<{ waitMs: number; signal?: AbortSignal | undefined }>): Promise<HeldLock>;
  /** Who holds the lock, without taking it. @throws store_unreadable */
  state(): Promise<LockState>;
}

/** `holder`: the owner for people; null when nobody holds the lock or its owner is gone. */
export type LockState = Readonly<{ held: boolean; holder: string | null }>;

export interface HeldLock {
  /** Whether it is still seen to be ours: one look at the disk, whose failure counts as no. */
  isOurs(): boolean;
  /** Whether others wait for it. */
  isWanted(): boolean;
  release(): void;
}

export type FileLockOptions = Readonly<{
  /** The lock's path; its directory has to exist when the lock is taken. */
  path: string;
  /** This process, as it signs its claims. */
  self: Owner;
  /** A claim whose owner cannot be asked for counts as left behind after this time without a refresh. */
  staleMs: number;
  /** Called at each step of taking and giving up; tests kill the process there. */
  onStep: (step: string) => void;
}>;

const REFRESH_MS = 10_000;
const CLAIM_SUFFIX = ".claim";
/** Whoever waits looks at the claim in the lock this often: the next in line, and those behind it. */
const NEXT_PAUSE_MS = 1;
const PAUSE_MS = 4;
/** A free lock is left for so long to each process that is before in line: longer than that one takes to notice. */
const PRECEDENCE_MS = 6;
/** Whether the owner of the lock is gone, and who is before in line, is found out anew this often. */
const JUDGE_MS = 50;

/** The writers' lock at a path of this machine's file system. */
export function fileLock(options: FileLockOptions): WriterLock {
  let swept = false;
  return {
    async acquire({ waitMs, signal }) {
      const held = await acquire(options, waitMs, signal);
      // Claims of processes that died waiting are in nobody's way for long: once is enough.
      if (!swept) await sweepQuietly(options);
      swept = true;
      return held;
    },
    async state() {
      try {
        const found = await look(options);
        return found === null || found.gone ? { held: false, holder: null } : { held: true, holder: describeOwner(found.owner) };
      } catch (error) {
        throw readFailure(options.path, error);
      }
    },
  };
}

/**
 * Waits in line: claims have their time in their names, and whoever finds the lock free leaves it for a moment to those that came
 * before. That is courtesy alone, which nothing but fairness depends on: a process that stopped in line holds up nobody for long.
 */
async function acquire(options: FileLockOptions, waitMs: number, signal: AbortSignal | undefined): Promise<HeldLock> {
  const deadline = performance.now() + waitMs;
  // Loaded with the first lock: most processes only ask, and ask without one.
  const { default: lockfile } = await import("proper-lockfile");
  const claim = { ...options, token: `${Date.now()}-${process.pid}-${randomUUID()}` };
  try {
    prepare(claim);
    for (let leftToOthers = 0; ; ) {
      if (signal?.aborted === true) throw cancelled(`waiting for the lock of ${dirname(options.path)}`);
      const isPatient = performance.now() < deadline;
      const rank = isPatient ? rankOf(claim) : 0;
      const held = rank <= leftToOthers ? take(lockfile, claim) : null;
      if (held !== null) return held;
      const found = await look(options);
      if (found?.gone === true) breakClaim(options, found.name);
      else if (found === null) leftToOthers = await leaveToOthers(claim, rank, leftToOthers);
      else if (!isPatient) throw storeLocked(dirname(options.path), describeOwner(found.owner));
      else {
        leftToOthers = 0;
        await whileHeld(claim, found.name, rank, Math.min(deadline, performance.now() + JUDGE_MS), signal);
      }
    }
  } catch (error) {
    dropClaim(claim);
    throw writeFailure(options.path, error);
  }
}

/** Leaves a free lock to those before in line for a moment. @returns to how many it was left by then */
async function leaveToOthers(claim: Claim, rank: number, leftTo: number): Promise<number> {
  if (leftTo === 0 && rank > 0) await sweepQuietly(claim);
  await sleep(PRECEDENCE_MS);
  return leftTo + 1;
}

/** Waits until a claim has left the lock, at most until a time: one cheap look at a time, for those who wait use the same processors. */
async function whileHeld(claim: Claim, name: string | null, rank: number, until: number, signal: AbortSignal | undefined) {
  const pause = rank === 0 ? NEXT_PAUSE_MS : PAUSE_MS;
  const path = join(claim.path, name ?? "");
  do await sleep(pause);
  while (signal?.aborted !== true && performance.now() < until && existsSync(path));
}

/** How many wait that came before. */
function rankOf(claim: Claim): number {
  try {
    const own = claimDirectory(claim);
    return waitingClaims(claim).filter((other) => other < own).length;
  } catch {
    // Only courtesy depends on it.
    return 0;
  }
}

type Claim = FileLockOptions & Readonly<{ token: string }>;
type LockLibrary = Pick<typeof import("proper-lockfile"), "lockSync">;

function claimDirectory(claim: Claim): string {
  return `${claim.path}-${claim.token}`;
}

function dropClaim(claim: Claim): void {
  try {
    rmSync(claimDirectory(claim), { recursive: true, force: true });
  } catch {
    // The failure that led here is the one to report; a claim that stays is swept when this process is gone.
  }
}

function prepare(claim: Claim): void {
  // Who cannot see this process may take the directory for one that was left, until the claim is in it.
  if (tolerating(["ENOENT"], () => prepareOnce(claim)) === undefined) prepareOnce(claim);
}

function prepareOnce(claim: Claim): true {
  const directory = claimDirectory(claim);
  mkdirSync(directory, { mode: 0o700 });
  claim.onStep("lock: directory of the claim made");
  writeFileSync(join(directory, claim.token + CLAIM_SUFFIX), JSON.stringify({ ...claim.self, since: new Date().toISOString() }), {
    mode: 0o600,
  });
  claim.onStep("lock: claim written");
  return true;
}

/** Takes the lock with a prepared claim; null when somebody else has it. */
function take(lockfile: LockLibrary, claim: Claim): HeldLock | null {
  let lost = false;
  try {
    const release = lockfile.lockSync(join(claim.path, claim.token), {
      lockfilePath: claim.path,
      realpath: false,
      // Whose owner is gone is decided here, by asking for the owner; the library's way by age alone has a race.
      stale: Number.POSITIVE_INFINITY,
      update: REFRESH_MS,
      fs: lockFileSystem(claim),
      onCompromised: () => {
        lost = true;
      },
    });
    claim.onStep("lock: taken");
    return {
      isOurs: () => !lost && existsSync(join(claim.path, claim.token + CLAIM_SUFFIX)),
      isWanted: () => othersWait(claim),
      release() {
        if (!lost) release();
        else giveUp(claim);
      },
    };
  } catch (error) {
    if (codeOf(error) === "ELOCKED") return null;
    throw error;
  }
}

/** What `proper-lockfile` needs of a file system, with taking and giving up done as described at `WriterLock`. */
function lockFileSystem(claim: Claim): object {
  return {
    mkdirSync: () => {
      try {
        renameSync(claimDirectory(claim), claim.path);
      } catch (error) {
        throw isHeld(claim.path, error)
          ? Object.assign(new Error("the lock is held", { cause: error }), { code: "EEXIST" })
          : error;
      }
      claim.onStep("lock: renamed");
    },
    rmdirSync: () => giveUp(claim),
    statSync,
    utimesSync,
    realpathSync: (path: string) => path,
  };
}

/** Whether a rename to `path` failed because a directory stands there: systems disagree on the code. */
function isHeld(path: string, error: unknown): boolean {
  const code = codeOf(error);
  if (code === "ENOTEMPTY" || code === "EEXIST") return true;
  if (code !== "EPERM" && code !== "EACCES") return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function giveUp(claim: Claim): void {
  breakClaim(claim, claim.token + CLAIM_SUFFIX);
}

/** Removes one claim by its name, and the lock's directory if that leaves it empty. */
function breakClaim({ path, onStep }: FileLockOptions, name: string | null): void {
  if (name !== null) tolerating(["ENOENT"], () => unlinkSync(join(path, name)));
  onStep("lock: claim removed");
  // Not empty: another process has taken the lock meanwhile. Absent: it has removed the directory.
  tolerating(["ENOENT", "ENOTEMPTY", "EEXIST", "EPERM"], () => rmdirSync(path));
  onStep("lock: directory removed");
}

type Found = Readonly<{ name: string | null; owner: Owner | null; gone: boolean }>;

/** The claim that stands in the lock; null when nobody has it (any more). A lock without any claim is what a crash left of giving it up. */
async function look(options: FileLockOptions): Promise<Found | null> {
  const names = tolerating(["ENOENT"], () => readdirSync(options.path));
  if (names === undefined) return null;
  const name = names.find((candidate) => candidate.endsWith(CLAIM_SUFFIX)) ?? names[0] ?? null;
  if (name === null) return { name, owner: null, gone: true };
  return judge(options, options.path, name);
}

/** Judges a claim in a directory; null when it has been removed meanwhile. */
async function judge(options: FileLockOptions, directory: string, name: string): Promise<Found | null> {
  const text = tolerating(["ENOENT"], () => readFileSync(join(directory, name), "utf8"));
  if (text === undefined) return null;
  const owner = parseOwner(text);
  return { name, owner, gone: await isGone(owner, ageOf(directory), options.self, options.staleMs) };
}

/** Removes prepared claims whose processes are gone, as far as it can: what stays does no harm. */
const sweepQuietly = (options: FileLockOptions): Promise<void> => sweep(options).catch(() => undefined);

async function sweep(options: FileLockOptions): Promise<void> {
  for (const directory of waitingClaims(options)) {
    const name = tolerating(["ENOENT"], () => readdirSync(directory)[0]);
    if (name === undefined) sweepEmpty(options, directory);
    else if ((await judge(options, directory, name))?.gone === true) rmSync(directory, { recursive: true, force: true });
  }
}

/** Removes a directory whose process was killed before it wrote its claim; its pid stands in the name. */
function sweepEmpty(options: FileLockOptions, directory: string): void {
  const pid = Number(
    basename(directory)
      .slice(basename(options.path).length + 1)
      .split("-")[1],
  );
  const isLeft = Math.abs(ageOf(directory)) > options.staleMs || (Number.isInteger(pid) && !isRunning(pid));
  // Not empty by then: the claim of a process that cannot be seen from here.
  if (isLeft) tolerating(["ENOENT", "ENOTEMPTY", "EEXIST", "EPERM"], () => rmdirSync(directory));
}

/** The prepared directories of claims that wait to be renamed. */
function waitingClaims({ path }: FileLockOptions): readonly string[] {
  const prefix = `${basename(path)}-`;
  const parent = dirname(path);
  return readdirSync(parent).flatMap((name) => (name.startsWith(prefix) ? [join(parent, name)] : []));
}

function othersWait(options: FileLockOptions): boolean {
  try {
    return waitingClaims(options).length > 0;
  } catch {
    // Only courtesy depends on it.
    return false;
  }
}

/** Time since a directory was last refreshed, ms; 0 when it is not there. */
function ageOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}
