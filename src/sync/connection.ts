import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Ledger, Logger } from "../ports/ports.ts";
import type { NamedMutex, SessionVault, SyncSession, SyncTarget } from "../ports/sync.ts";
import type { SyncConfig } from "./config.ts";
import type { HashOf } from "./rechain.ts";
import { isRemoteFailure, type Remote, RemoteFailure, type Transport } from "./remote.ts";
import { type Sessions, sessionsOf } from "./session.ts";
import { type StateFile, stateFile } from "./state.ts";

export type EngineParts = Readonly<{
  home: string;
  ledger: Ledger;
  clock: Clock;
  logger: Logger;
  gate: NamedMutex;
  vault: SessionVault;
  hashOf: HashOf;
  transport: Transport;
  /** In [0, 1). */
  random: () => number;
  timeoutMs: number;
}>;

const clockPauseMs = 1_500;

/** After how long without an answer a request has failed, and what ends all of them. */
export type Limits = Readonly<{ timeoutMs?: number; signal?: AbortSignal | undefined }>;

/** A configured team at the server: what is asked there is asked as the user who is signed in. */
export type Connection = Readonly<{
  target: SyncTarget;
  file: StateFile;
  sessions: Sessions;
  /** Runs requests with a session that is good; when the server does not accept it, once more with another. */
  as<T>(work: (remote: Remote, session: SyncSession) => Promise<T>, limits?: Limits): Promise<T>;
  /** The team of the configured slug. @throws RemoteFailure */
  teamId(remote: Remote): Promise<string>;
}>;

export function connect(parts: EngineParts, config: SyncConfig, target: SyncTarget): Connection {
  const { transport, vault, gate, clock, timeoutMs } = parts;
  const { url, anonKey } = target;
  const auth = transport.openAuth({ url, anonKey, timeoutMs, now: () => clock.now() });
  const sessions = sessionsOf({ url, given: config.given, vault, gate, clock, auth });
  return {
    target,
    file: stateFile(parts.home, target, parts.logger),
    sessions,
    async as(work, { timeoutMs: within = timeoutMs, signal } = {}) {
      let session = await sessions.current();
      const remote = transport.openRemote({ url, anonKey, timeoutMs: within, token: () => session.accessToken, signal });
      try {
        return await work(remote, session);
      } catch (error) {
        if (!isRemoteFailure(error) || (error.kind !== "auth" && error.kind !== "clock")) throw error;
        // A clock that is a little off has caught up after a moment; another token would be as young.
        if (error.kind === "clock") await sleep(clockPauseMs, undefined, { signal });
        else session = await sessions.instead(session);
        return work(remote, session);
      }
    },
    async teamId(remote) {
      const team = await remote.team(target.team);
      if (team === null) {
        throw new RemoteFailure("denied", `Failed to find the team ${target.team}: there is none, or you are not a member of it`);
      }
      return team.id;
    },
  };
}
