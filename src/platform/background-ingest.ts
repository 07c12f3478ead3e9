import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { codeOf } from "./disk/failure.ts";
import { isRunning } from "./disk/process-status.ts";
import { areEventsWaiting, spoolFolder } from "./spool-layout.ts";
import { type DueReview, dueReviews, endDue, reviewerFile } from "./stop-review-files.ts";

/*
 * Takes a spool in without anybody waiting for it, so that limits and the status line know what an agent spent though no window is open.
 * A hook starts one process, which asks the program a question whose answer nobody reads. It is nobody's business what goes wrong there:
 * events stay where they are until the next question.
 */

/** Tells the entry to take a spool in. */
export const backgroundFlag = "--background";

/** Events may come while others are taken in; this many times they are looked for again. */
const mostRounds = 5;
/** How long the review of one checkout may take, ms. */
const longestReviewMs = 30 * 60_000;
/**
 * How often a review is tried again that another one keeps waiting, and the pauses between, ms: the first, which doubles, and the longest.
 * That is half an hour.
 */
const retries = { most: 64, firstPauseMs: 250, longestPauseMs: 30_000 } as const;

/** A file that holds the id of the process that does something for a home. One that is older does not count: its id may be another's by now. */
type Claim = Readonly<{ path: string; longestMs: number }>;

const ingestClaim = (home: string): Claim => ({ path: join(spoolFolder(home), "background.pid"), longestMs: 10 * 60_000 });
const reviewClaim = (home: string): Claim => ({ path: reviewerFile(home), longestMs: 2 * longestReviewMs });

/** Whether a process has a claim at the moment. */
function isHeld({ path, longestMs }: Claim): boolean {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return (
      Math.abs(Date.now() - statSync(path).mtimeMs) < longestMs && (!Number.isSafeInteger(pid) || pid <= 0 || isRunning(pid))
    );
  } catch {
    // There is no such file: nobody has it.
    return false;
  }
}

/** Does something with a claim; false while another process has it. */
function claimed(claim: Claim, body: () => void): boolean {
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

const isDue = (home: string): boolean => areEventsWaiting(home) || dueReviews(home).length > 0;

type Children = typeof import("node:child_process");

/** Loaded by those few who start processes: hooks are called all the time. */
const children = (): Children | undefined => process.getBuiltinModule?.("node:child_process");

/** Starts the process that takes a home's spool in, and does not wait for it. `REWARD_LEDGER_BACKGROUND=off` keeps it from being started. */
export function startBackgroundIngest(home: string, env: Readonly<Record<string, string | undefined>>): void {
  const [, entry] = process.argv;
  if (entry === undefined || env["REWARD_LEDGER_BACKGROUND"] === "off" || !isDue(home) || isHeld(ingestClaim(home))) return;
  const child = children()?.spawn(process.execPath, [entry, "hook", backgroundFlag, "--home", home], {
    cwd: home,
    detached: true,
    stdio: "ignore",
    windowsHide: true,
  });
  child?.on("error", () => undefined);
  child?.unref();
}

/** The most that a review prints, bytes. */
const mostPrinted = 16 * 1024 * 1024;

/**
 * Reviews what agents did in a checkout, in a process that works there and ends the note. @returns whether it has to wait for another
 * review, such as one that a person has started
 */
function isKeptWaiting(home: string, entry: string, due: DueReview): boolean {
  const ran = children()?.spawnSync(
    process.execPath,
    [entry, "--home", home, "--quiet", "--json", "on-stop", "--run", "--agent", due.host],
    {
      cwd: due.folder,
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
      timeout: longestReviewMs,
      maxBuffer: mostPrinted,
      encoding: "utf8",
    },
  );
  if (/^\{"error":\{"code":"store_locked"/.test(ran?.stdout ?? "")) return true;
  // Also where it failed: what fails would fail again.
  endDue(due);
  return false;
}

/** Makes the reviews that are due. @returns false where one was kept waiting for too long: it is made after the next stop */
function reviewAll(home: string, entry: string): boolean {
  const { path } = reviewClaim(home);
  for (let retry = 0; retry <= retries.most; retry += 1) {
    const now = new Date();
    utimesSync(path, now, now);
    if (dueReviews(home).filter((due) => isKeptWaiting(home, entry, due)).length === 0) return true;
    const pause = Math.min(retries.firstPauseMs * 2 ** retry, retries.longestPauseMs);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
  return false;
}

/** Takes a home's spool in and makes the reviews that are due, unless other processes do. */
export function backgroundIngest(home: string): void {
  const [, entry] = process.argv;
  if (entry === undefined) return;
  setPriority(constants.priority.PRIORITY_LOW);
  const options = { cwd: home, stdio: "ignore", windowsHide: true } as const;
  const ingest = () => children()?.spawnSync(process.execPath, [entry, "--home", home, "--quiet", "spend", "summary"], options);
  for (let round = 0; round < mostRounds && areEventsWaiting(home) && claimed(ingestClaim(home), ingest); round += 1);
  let isDone = true;
  const review = (): void => {
    isDone = reviewAll(home, entry);
  };
  // Where another process reviews, notes are left to that one, which looks for notes once more when it has let go.
  while (isDone && dueReviews(home).length > 0 && claimed(reviewClaim(home), review));
}
