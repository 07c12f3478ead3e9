import { AsyncLocalStorage } from "node:async_hooks";
import { cancelled } from "../../kernel/errors.ts";
import type { Logger } from "../../ports/ports.ts";
import type { HeldLock, WriterLock } from "./lock.ts";

/**
 * Keeps the lock for a burst of writes, because taking it costs as much as making a write durable. `R` is state that is
 * determined each time the lock is taken and is valid as long as it is held.
 */
export interface Lease<R> {
  /** Runs `body` as the only writer; calls queue up, nested ones are refused. */
  use<T>(body: (resource: R) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Whether this process holds the lock at the moment. */
  isHeld(): boolean;
  /** Waits for the queued bodies and releases the lock for good. */
  close(): Promise<void>;
}

export type LeaseOptions<R> = Readonly<{
  lock: WriterLock;
  logger: Logger;
  waitMs: number;
  /** Time in ms after the last body at which the lock is released; it is released sooner when others wait. */
  idleMs: number;
  /** Time in ms of holding the lock after which it is released at the end of a body, so that others get their turn. */
  longestMs: number;
  /** Prepares for taking the lock (creates the directory that contains it). */
  prepare(): void;
  /** Determines the resource, which is valid while the lock is held. */
  enter(held: HeldLock): Promise<R>;
  /** Whether the resource can serve another body. */
  isUsable(resource: R): boolean;
  leave(resource: R): void;
}>;

type Held<R> = Readonly<{ lock: HeldLock; resource: R; since: number }>;

/** Interval in ms at which an idle holder checks whether others wait: it delays them no longer than this. */
const WANTED_IDLE_MS = 2;

/** Creates a lease of a lock, which is taken on first use. */
export function createLease<R>(options: LeaseOptions<R>): Lease<R> {
  const activeCall = new AsyncLocalStorage<{ running: boolean }>();
  let held: Held<R> | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let idleTimer: NodeJS.Timeout | undefined;
  let closed = false;

  async function obtain(signal: AbortSignal | undefined): Promise<Held<R>> {
    if (held?.lock.isOurs() && options.isUsable(held.resource)) return held;
    releaseHeld();
    options.prepare();
    const lock = await options.lock.acquire({ waitMs: options.waitMs, signal });
    try {
      held = { lock, resource: await options.enter(lock), since: performance.now() };
      return held;
    } catch (error) {
      release(lock);
      throw error;
    }
  }

  function release(lock: HeldLock): void {
    try {
      lock.release();
    } catch (error) {
      // What was written is valid. A claim that could not be removed is taken over when this process has exited.
      options.logger.warn(`Failed to give up the lock: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function releaseHeld(): void {
    clearTimeout(idleTimer);
    if (held === null) return;
    const { lock, resource } = held;
    held = null;
    options.leave(resource);
    release(lock);
  }

  function afterBody(): void {
    if (held === null) return;
    if (performance.now() - held.since >= options.longestMs) releaseHeld();
    else releaseLater(Math.min(WANTED_IDLE_MS, options.idleMs), performance.now() + options.idleMs);
  }

  /** Releases the lock after `delayMs` if others wait or `until` has passed, else checks again later. */
  function releaseLater(delayMs: number, until: number): void {
    idleTimer = setTimeout(() => {
      if (held === null) return;
      if (performance.now() >= until || held.lock.isWanted()) releaseHeld();
      else releaseLater(delayMs, until);
    }, delayMs);
    idleTimer.unref();
  }

  async function runTurn<T>(body: (resource: R) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted === true) throw cancelled("waiting for the turn to write");
    clearTimeout(idleTimer);
    const { resource } = await obtain(signal);
    const call = { running: true };
    try {
      return await activeCall.run(call, () => body(resource));
    } finally {
      // Work that the body started but did not await is not nested: a call from there waits for its turn like any other.
      call.running = false;
      afterBody();
    }
  }

  return {
    async use(body, signal) {
      if (activeCall.getStore()?.running === true) throw new Error("exclusively was called from within exclusively");
      if (closed) throw new Error("the log is closed");
      const result = queue.then(() => runTurn(body, signal));
      // The queue only waits; the caller of the body gets its failure.
      queue = result.catch(() => undefined);
      return result;
    },
    isHeld: () => held !== null,
    async close() {
      closed = true;
      await queue;
      releaseHeld();
    },
  };
}
