import { onTestFinished } from "vitest";
import { type Composed, type ComposeOptions, compose } from "../../src/compose.ts";
import type { Clock, Logger } from "../../src/ports/ports.ts";
import { temporaryFolder } from "./folder.ts";

/** A clock that stands still until it is moved. */
export type SetClock = Clock & Readonly<{ set(iso: string): void; advance(ms: number): void }>;

export function setClock(iso: string): SetClock {
  let at = Date.parse(iso);
  return {
    now: () => new Date(at),
    set: (next) => {
      at = Date.parse(next);
    },
    advance: (ms) => {
      at += ms;
    },
  };
}

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export type TestPorts = Composed & Readonly<{ clock: SetClock; cwd: string; home: string }>;

export type TestPortsOptions = Readonly<{
  /** Default: a folder of its own. */
  home?: string;
  cwd?: string;
  /** Default UTC. */
  zone?: string;
  /** Default 2026-04-01T12:00:00Z. */
  now?: string;
  env?: Readonly<Record<string, string>>;
  evals?: ComposeOptions["evals"];
  /** Default a silent one. */
  logger?: Logger;
}>;

/** The real parts over a scratch home, with a clock that stands still; closed after the test. */
export async function openPorts(options: TestPortsOptions = {}): Promise<TestPorts> {
  const cwd = options.cwd ?? temporaryFolder();
  const home = options.home ?? `${temporaryFolder()}/home`;
  const clock = setClock(options.now ?? "2026-04-01T12:00:00.000Z");
  const env = { REWARD_LEDGER_TZ: options.zone ?? "UTC", ...options.env };
  const ports = await compose({ home, cwd, env, evals: options.evals, logger: options.logger ?? silent, clock });
  onTestFinished(() => ports.close());
  return { ...ports, clock, cwd, home };
}

/** A call that nobody watches or cancels. */
export const quietCall = { onProgress: () => undefined, signal: new AbortController().signal } as const;
