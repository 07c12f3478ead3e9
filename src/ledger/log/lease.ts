import { AsyncLocalStorage } from "node:async_hooks";
import { cancelled } from "../../kernel/errors.ts";
import type { Logger } from "../../ports/ports.ts";
import type { HeldLock, WriterLock } from "./lock.ts";

/**
 * The lock, kept for a burst of writes: taking it costs as much as making a write durable. `R` is what has to be found out each
 * time the lock was taken and holds as long as it is kept.
 */
export interface Lease<R> {
  /** Runs `body` as the only writer; calls queue up, nested ones are refused. */
  use<T>(body: (resource: R) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Whether this process holds the lock at the moment. */
  isHeld(): boolean;
  /** Waits for the bodies in the queue and gives the lock up for good. */
  close(): Promise<void>;
}

export type LeaseOptions<R> = Readonly<{
  lock: WriterLock;
  logger: Logger;
  waitMs: number;
  /** The lock is given up this long after the last body, and soon when others wait. */
  idleMs: number;
  /** After this time of holding the lock is given up at the end of a body, so that others get their turn. */
  longestMs: number;
  /** Prepares for the lock (the directory it stands in). */
  prepare(): void;
  /** Finds out what holds while the lock is held. */
  enter(held: HeldLock): Promise<R>;
  /** Whether the resource can serve a further body. */
  isUsable(resource: R): boolean;
  leave(resource: R): void;
}>;

type Held<R> = Readonly<{ lock: HeldLock; resource: R; since: number }>;

/** An idle process keeps the lock from others who wait for it no longer than this, ms. */
const WANTED_IDLE_MS = 2;

/** A lease of a lock; it holds nothing until it is used. */
export function createLease<R>(options: LeaseOptions<R>): Lease<R> {
  const inside = new AsyncLocalStorage<{ running: boolean }>();
  let held: Held<R> | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  async function obtain(signal: AbortSignal | undefined): Promise<Held<R>> {
    if (held?.lock.isOurs() && options.isUsable(held.resource)) return held;
    giveUp();
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
      // What was written stands. A claim that could not be removed is taken over when this process is gone.
      options.logger.warn(`Failed to give up the lock: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function giveUp(): void {
    clearTimeout(idle);
    if (held === null) return;
    const { lock, resource } = held;
    held = null;
    options.leave(resource);
    release(lock);
  }

  function afterBody(): void {
    if (held === null) return;
    if (performance.now() - held.since >= options.longestMs) giveUp();
    else giveUpAfter(Math.min(WANTED_IDLE_MS, options.idleMs), performance.now() + options.idleMs);
  }

  /** Gives up after some ms if others wait or the time has come, else looks again. */
  function giveUpAfter(delayMs: number, until: number): void {
    idle = setTimeout(() => {
      if (held === null) return;
      if (performance.now() >= until || held.lock.isWanted()) giveUp();
      else giveUpAfter(delayMs, until);
    }, delayMs);
    idle.unref();
  }

  async function turn<T>(body: (resource: R) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted === true) throw cancelled("waiting for the turn to write");
    clearTimeout(idle);
    const { resource } = await obtain(signal);
    const call = { running: true };
    try {
      return await inside.run(call, () => body(resource));
    } finally {
      // What the body started and left running is no part of it: a call from there waits for its turn like any other.
      call.running = false;
      afterBody();
    }
  }

  return {
    async use(body, signal) {
      if (inside.getStore()?.running === true) throw new Error("exclusively was called from within exclusively");
      if (closed) throw new Error("the log is closed");
      const result = queue.then(() => turn(body, signal));
      // The queue only waits; a failure belongs to the caller of its own body.
      queue = result.catch(() => undefined);
      return result;
    },
    isHeld: () => held !== null,
    async close() {
      closed = true;
      await queue;
      giveUp();
    },
  };
}
