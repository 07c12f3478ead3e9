import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { codeOf } from "./disk/failure.ts";
import { isRunning } from "./disk/process-status.ts";
import { hasWaitingEvents, spoolFolder } from "./spool-layout.ts";
import { type DueReview, dueReviews, removeDueNote, reviewerFile } from "./stop-review-files.ts";

/*
 * Ingests a spool in the background, so that limits and the status line include what an agent spent while no window was
 * open. A hook starts one process, which runs a query and discards the answer. Failures there are not reported: events stay
 * in the spool until the next query.
 */

/** The flag that makes the entry ingest a spool. */
export const backgroundFlag = "--background";

/** Maximum number of checks for events, which may arrive while others are ingested. */
const maxRounds = 5;
/** Timeout of the review of one checkout, in ms. */
const maxReviewMs = 30 * 60_000;
/**
 * How often a review is retried that has to wait for another one, and the pauses in between, in ms: the first, which doubles, and
 * the longest. The total is half an hour.
 */
const retries = { most: 64, firstPauseMs: 250, longestPauseMs: 30_000 } as const;

/**
 * A file with the id of the process that does something for a home. An older one does not count: its id
 * may belong to another process.
 */
type Claim = Readonly<{ path: string; longestMs: number }>;

const ingestClaim = (home: string): Claim => ({ path: join(spoolFolder(home), "background.pid"), longestMs: 10 * 60_000 });
const reviewClaim = (home: string): Claim => ({ path: reviewerFile(home), longestMs: 2 * maxReviewMs });

/** Whether a process holds a claim at the moment. */
function isHeld({ path, longestMs }: Claim): boolean {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return (
      Math.abs(Date.now() - statSync(path).mtimeMs) < longestMs && (!Number.isSafeInteger(pid) || pid <= 0 || isRunning(pid))
    );
  } catch {
    // There is no such file: no process holds the claim.
    return false;
  }
}

/** Runs `body` while holding a claim; false while another process holds it. */
function runWithClaim(claim: Claim, body: () => void): boolean {
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(claim.path, String(process.pid), { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || attempt > 0 || isHeld(claim)) return false;
      rmSync(claim.path, { force: true });
    }
  }
  try {
    body();
  } finally {
    rmSync(claim.path, { force: true });
  }
  return true;
}

const isDue = (home: string): boolean => hasWaitingEvents(home) || dueReviews(home).length > 0;

type ChildProcessModule = typeof import("node:child_process");

/** Loaded only when a process is to be started: hooks are called all the time. */
const childProcess = (): ChildProcessModule | undefined => process.getBuiltinModule?.("node:child_process");

/** Starts the process that ingests a home's spool, without waiting for it. `REWARD_LEDGER_BACKGROUND=off` prevents that. */
export function startBackgroundIngest(home: string, env: Readonly<Record<string, string | undefined>>): void {
  const [, entry] = process.argv;
  if (entry === undefined || env["REWARD_LEDGER_BACKGROUND"] === "off" || !isDue(home) || isHeld(ingestClaim(home))) return;
  const child = childProcess()?.spawn(process.execPath, [entry, "hook", backgroundFlag, "--home", home], {
    cwd: home,
    detached: true,
    stdio: "ignore",
    windowsHide: true,
  });
  child?.on("error", () => undefined);
  child?.unref();
}

/** Maximum output of a review, in bytes. */
const maxOutputBytes = 16 * 1024 * 1024;

/**
 * Reviews what agents did in a checkout, in a process that runs there, and removes the note. @returns whether it has to wait for
 * another review, such as one that a person has started
 */
function needsRetry(home: string, entry: string, due: DueReview): boolean {
  const result = childProcess()?.spawnSync(
    process.execPath,
    [entry, "--home", home, "--quiet", "--json", "on-stop", "--run", "--agent", due.host],
    {
      cwd: due.folder,
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
      timeout: maxReviewMs,
      maxBuffer: maxOutputBytes,
      encoding: "utf8",
    },
  );
  if (/^\{"error":\{"code":"store_locked"/.test(result?.stdout ?? "")) return true;
  // Also after a failure, which a retry would repeat.
  removeDueNote(due);
  return false;
}

/** Makes the reviews that are due. @returns false when one had to wait for too long: it is made after the next stop */
function reviewAll(home: string, entry: string): boolean {
  const { path } = reviewClaim(home);
  for (let retry = 0; retry <= retries.most; retry += 1) {
    const now = new Date();
    utimesSync(path, now, now);
    if (dueReviews(home).filter((due) => needsRetry(home, entry, due)).length === 0) return true;
    const pause = Math.min(retries.firstPauseMs * 2 ** retry, retries.longestPauseMs);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
  return false;
}

/** Ingests a home's spool and makes the reviews that are due, unless other processes do so. */
export function backgroundIngest(home: string): void {
  const [, entry] = process.argv;
  if (entry === undefined) return;
  setPriority(constants.priority.PRIORITY_LOW);
  const options = { cwd: home, stdio: "ignore", windowsHide: true } as const;
  const ingest = () =>
    childProcess()?.spawnSync(process.execPath, [entry, "--home", home, "--quiet", "spend", "summary"], options);
  for (let round = 0; round < maxRounds && hasWaitingEvents(home) && runWithClaim(ingestClaim(home), ingest); round += 1);
  let isDone = true;
  const review = (): void => {
    isDone = reviewAll(home, entry);
  };
  // While another process reviews, notes are left to it: it checks for notes once more after it has released its claim.
  while (isDone && dueReviews(home).length > 0 && runWithClaim(reviewClaim(home), review));
}
