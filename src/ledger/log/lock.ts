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
import { codeOf, ignoreCodes, readFailure, writeFailure } from "../../platform/disk/failure.ts";
import { isRunning } from "../../platform/disk/process-status.ts";
import { describeOwner, hasExited, type Owner, parseOwner } from "./lock-owner.ts";

/** How long a writer waits for the lock, ms. */
export const lockWaitMs = 10_000;
/** Time in ms without a heartbeat after which an owner on another machine, or one that cannot be checked, counts as exited. */
export const lockStaleMs = 30_000;

/**
 * The writers' lock of a home.
 *
 * The lock is the directory `lock` with exactly one file in it, the claim of the owner, under a name that is never used twice. It
 * is taken by renaming a prepared directory `lock-<token>` with the claim already in it to `lock`, which succeeds for one process
 * only and only where `lock` is absent or empty. It is released, and taken over from an owner that has exited, by removing that
 * owner's claim by name and then the directory if it is empty. So a process can only remove the claim that it has judged, however
 * late it acts, and a takeover needs no second lock. `proper-lockfile` writes the heartbeat, detects when the lock was lost and
 * releases it when the process exits.
 */
export interface WriterLock {
  /** Waits for the lock. @throws store_locked after `waitMs`, cancelled, store_unwritable, disk_full */
  acquire(options: Readonly<{ waitMs: number; signal?: AbortSignal | undefined }>): Promise<HeldLock>;
  /** Who holds the lock, without taking it. @throws store_unreadable */
  state(): Promise<LockState>;
}

/** `holder`: the owner as text for people; null when nobody holds the lock or its owner has exited. */
export type LockState = Readonly<{ held: boolean; holder: string | null }>;

export interface HeldLock {
  /** Whether this process still holds the lock: one check on the disk, whose failure counts as false. */
  isOurs(): boolean;
  /** Whether others wait for it. */
  isWanted(): boolean;
  release(): void;
}

export type FileLockOptions = Readonly<{
  /** The lock's path; its directory has to exist when the lock is taken. */
  path: string;
  /** This process, as it is written into its claims. */
  self: Owner;
  /** Time in ms without a heartbeat after which a claim counts as abandoned if its owner cannot be checked. */
  staleMs: number;
  /** Called at each step of taking and releasing the lock; tests kill the process there. */
  onStep: (step: string) => void;
}>;

const REFRESH_MS = 10_000;
const CLAIM_SUFFIX = ".claim";
/** Intervals in ms at which waiting processes check the claim in the lock: the next in line, and those behind it. */
const NEXT_PAUSE_MS = 1;
const PAUSE_MS = 4;
/** Time in ms for which a free lock is left to each process ahead in line: longer than that process needs to notice it. */
const PRECEDENCE_MS = 6;
/** Interval in ms at which a waiting process checks again whether the owner has exited and which processes are ahead in line. */
const JUDGE_MS = 50;

/** The writers' lock at a path of this machine's file system. */
export function fileLock(options: FileLockOptions): WriterLock {
  let swept = false;
  return {
    async acquire({ waitMs, signal }) {
      const held = await acquire(options, waitMs, signal);
      // Claims of processes that died while waiting delay others only briefly: removing them once is enough.
      if (!swept) await sweepQuietly(options);
      swept = true;
      return held;
    },
    async state() {
      try {
        const found = await findClaim(options);
        return found === null || found.gone ? { held: false, holder: null } : { held: true, holder: describeOwner(found.owner) };
      } catch (error) {
        throw readFailure(options.path, error);
      }
    },
  };
}

/**
 * Waits in line: claims have their time in their names, and a process that finds the lock free leaves it for a moment to those
 * that came earlier. Only fairness depends on this: a process that stopped in line delays nobody for long.
 */
async function acquire(options: FileLockOptions, waitMs: number, signal: AbortSignal | undefined): Promise<HeldLock> {
  const deadline = performance.now() + waitMs;
  // Loaded with the first lock: most processes only query, which needs no lock.
  const { default: lockfile } = await import("proper-lockfile");
  const claim = { ...options, token: `${Date.now()}-${process.pid}-${randomUUID()}` };
  try {
    prepare(claim);
    for (let leftToOthers = 0; ; ) {
      if (signal?.aborted === true) throw cancelled(`waiting for the lock of ${dirname(options.path)}`);
      const canWait = performance.now() < deadline;
      const rank = canWait ? rankOf(claim) : 0;
      const held = rank <= leftToOthers ? take(lockfile, claim) : null;
      if (held !== null) return held;
      const found = await findClaim(options);
      if (found?.gone === true) removeClaim(options, found.name);
      else if (found === null) leftToOthers = await leaveToOthers(claim, rank, leftToOthers);
      else if (!canWait) throw storeLocked(dirname(options.path), describeOwner(found.owner));
      else {
        leftToOthers = 0;
        await waitWhileHeld(claim, found.name, rank, Math.min(deadline, performance.now() + JUDGE_MS), signal);
      }
    }
  } catch (error) {
    dropClaim(claim);
    throw writeFailure(options.path, error);
  }
}

/** Leaves a free lock for a moment to the processes ahead in line. @returns to how many it was left so far */
async function leaveToOthers(claim: Claim, rank: number, leftTo: number): Promise<number> {
  if (leftTo === 0 && rank > 0) await sweepQuietly(claim);
  await sleep(PRECEDENCE_MS);
  return leftTo + 1;
}

/**
 * Waits until a claim has left the lock, at most until `until`. Each check is one cheap call: waiting processes share the
 * processors.
 */
async function waitWhileHeld(claim: Claim, name: string | null, rank: number, until: number, signal: AbortSignal | undefined) {
  const pause = rank === 0 ? NEXT_PAUSE_MS : PAUSE_MS;
  const path = join(claim.path, name ?? "");
  do await sleep(pause);
  while (signal?.aborted !== true && performance.now() < until && existsSync(path));
}

/** Number of waiting processes that came earlier. */
function rankOf(claim: Claim): number {
  try {
    const own = claimDirectory(claim);
    return waitingClaims(claim).filter((other) => other < own).length;
  } catch {
    // Only fairness depends on it.
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
    // The failure that led here is the one to report; a claim that remains is swept when this process has exited.
  }
}

function prepare(claim: Claim): void {
  // Until the claim is in it, a process that cannot see this one may remove the directory as abandoned: try a second time.
  if (ignoreCodes(["ENOENT"], () => prepareOnce(claim)) === undefined) prepareOnce(claim);
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
      // Whether the owner has exited is decided here, by checking the owner; the library's check by age alone has a race.
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
      isWanted: () => hasWaiters(claim),
      release() {
        if (!lost) release();
        else releaseClaim(claim);
      },
    };
  } catch (error) {
    if (codeOf(error) === "ELOCKED") return null;
    throw error;
  }
}

/** The file system that `proper-lockfile` uses, with taking and releasing implemented as described at `WriterLock`. */
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
    rmdirSync: () => releaseClaim(claim),
    statSync,
    utimesSync,
    realpathSync: (path: string) => path,
  };
}

/** Whether a rename to `path` failed because a directory exists there: the error code depends on the system. */
function isHeld(path: string, error: unknown): boolean {
  const code = codeOf(error);
  if (code === "ENOTEMPTY" || code === "EEXIST") return true;
  if (code !== "EPERM" && code !== "EACCES") return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function releaseClaim(claim: Claim): void {
  removeClaim(claim, claim.token + CLAIM_SUFFIX);
}

/** Removes one claim by its name, and the lock's directory if that leaves it empty. */
function removeClaim({ path, onStep }: FileLockOptions, name: string | null): void {
  if (name !== null) ignoreCodes(["ENOENT"], () => unlinkSync(join(path, name)));
  onStep("lock: claim removed");
  // Not empty: another process has taken the lock meanwhile. Absent: it has removed the directory.
  ignoreCodes(["ENOENT", "ENOTEMPTY", "EEXIST", "EPERM"], () => rmdirSync(path));
  onStep("lock: directory removed");
}

type FoundClaim = Readonly<{ name: string | null; owner: Owner | null; gone: boolean }>;

/** The claim in the lock; null when nobody holds the lock. A lock directory without a claim is left by a crash during release. */
async function findClaim(options: FileLockOptions): Promise<FoundClaim | null> {
  const names = ignoreCodes(["ENOENT"], () => readdirSync(options.path));
  if (names === undefined) return null;
  const name = names.find((candidate) => candidate.endsWith(CLAIM_SUFFIX)) ?? names[0] ?? null;
  if (name === null) return { name, owner: null, gone: true };
  return inspectClaim(options, options.path, name);
}

/** Judges a claim in a directory; null when it has been removed meanwhile. */
async function inspectClaim(options: FileLockOptions, directory: string, name: string): Promise<FoundClaim | null> {
  const text = ignoreCodes(["ENOENT"], () => readFileSync(join(directory, name), "utf8"));
  if (text === undefined) return null;
  const owner = parseOwner(text);
  return { name, owner, gone: await hasExited(owner, ageOf(directory), options.self, options.staleMs) };
}

/** Removes prepared claims whose processes have exited. Failures are ignored: what remains does no harm. */
const sweepQuietly = (options: FileLockOptions): Promise<void> => sweep(options).catch(() => undefined);

async function sweep(options: FileLockOptions): Promise<void> {
  for (const directory of waitingClaims(options)) {
    const name = ignoreCodes(["ENOENT"], () => readdirSync(directory)[0]);
    if (name === undefined) sweepEmpty(options, directory);
    else if ((await inspectClaim(options, directory, name))?.gone === true) rmSync(directory, { recursive: true, force: true });
  }
}

/** Removes a directory whose process was killed before it wrote its claim; the directory's name contains the pid. */
function sweepEmpty(options: FileLockOptions, directory: string): void {
  const pid = Number(
    basename(directory)
      .slice(basename(options.path).length + 1)
      .split("-")[1],
  );
  const isAbandoned = Math.abs(ageOf(directory)) > options.staleMs || (Number.isInteger(pid) && !isRunning(pid));
  // Not empty by now: it has the claim of a process that cannot be seen from here.
  if (isAbandoned) ignoreCodes(["ENOENT", "ENOTEMPTY", "EEXIST", "EPERM"], () => rmdirSync(directory));
}

/** The prepared directories of claims that wait to be renamed. */
function waitingClaims({ path }: FileLockOptions): readonly string[] {
  const prefix = `${basename(path)}-`;
  const parent = dirname(path);
  return readdirSync(parent).flatMap((name) => (name.startsWith(prefix) ? [join(parent, name)] : []));
}

function hasWaiters(options: FileLockOptions): boolean {
  try {
    return waitingClaims(options).length > 0;
  } catch {
    // Only fairness depends on it.
    return false;
  }
}

/** Time since a directory was last refreshed, ms; 0 when it does not exist. */
function ageOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}
