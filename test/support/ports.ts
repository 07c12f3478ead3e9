import { onTestFinished } from "vitest";
import { type ComposedPorts, type ComposeOptions, compose } from "../../src/compose.ts";
import type { Clock, Logger } from "../../src/ports/ports.ts";
import { temporaryFolder } from "./folder.ts";

/** A clock that does not advance unless it is set or moved. */
export type ManualClock = Clock & Readonly<{ set(iso: string): void; advance(ms: number): void }>;

export function manualClock(iso: string): ManualClock {
  let nowMs = Date.parse(iso);
  return {
    now: () => new Date(nowMs),
    set: (next) => {
      nowMs = Date.parse(next);
    },
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export type TestPorts = ComposedPorts & Readonly<{ clock: ManualClock; cwd: string; home: string }>;

export type TestPortsOptions = Readonly<{
  /** Default: a new temporary folder. */
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

/** Opens the real ports over a scratch home, with a fixed clock; closed after the test. */
export async function openPorts(options: TestPortsOptions = {}): Promise<TestPorts> {
  const cwd = options.cwd ?? temporaryFolder();
  const home = options.home ?? `${temporaryFolder()}/home`;
  const clock = manualClock(options.now ?? "2026-04-01T12:00:00.000Z");
  const env = { REWARD_LEDGER_TZ: options.zone ?? "UTC", ...options.env };
  const ports = await compose({ home, cwd, env, evals: options.evals, logger: options.logger ?? silentLogger, clock });
  onTestFinished(() => ports.close());
  return { ...ports, clock, cwd, home };
}

/** A call without progress reports or cancellation. */
export const quietCall = { onProgress: () => undefined, signal: new AbortController().signal } as const;
