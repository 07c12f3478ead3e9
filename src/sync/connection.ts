import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Ledger, Logger } from "../ports/ports.ts";
import type { NamedMutex, SessionVault, SyncSession, SyncTarget } from "../ports/sync.ts";
import type { SyncConfig } from "./config.ts";
import type { HashOf } from "./rechain.ts";
import { isRemoteFailure, type Remote, RemoteFailure, type Transport } from "./remote.ts";
import { createSessions, type Sessions } from "./session.ts";
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

/** Request timeout in ms, and a signal that cancels all requests. */
export type RequestOptions = Readonly<{ timeoutMs?: number; signal?: AbortSignal | undefined }>;

/** Connection to a configured team. Requests are sent as the signed-in user. */
export type Connection = Readonly<{
  target: SyncTarget;
  file: StateFile;
  sessions: Sessions;
  /** Runs requests with a valid session; if the server rejects the session, runs them once more with another one. */
  as<T>(work: (remote: Remote, session: SyncSession) => Promise<T>, limits?: RequestOptions): Promise<T>;
  /** Returns the id of the team with the configured slug. @throws RemoteFailure */
  teamId(remote: Remote): Promise<string>;
}>;

export function openConnection(parts: EngineParts, config: SyncConfig, target: SyncTarget): Connection {
  const { transport, vault, gate, clock, timeoutMs } = parts;
  const { url, anonKey } = target;
  const auth = transport.openAuth({ url, anonKey, timeoutMs, now: () => clock.now() });
  const sessions = createSessions({ url, given: config.given, vault, gate, clock, auth });
  return {
    target,
    file: stateFile(parts.home, target, parts.logger),
    sessions,
    async as(work, { timeoutMs: requestTimeoutMs = timeoutMs, signal } = {}) {
      let session = await sessions.current();
      const remote = transport.openRemote({
        url,
        anonKey,
        timeoutMs: requestTimeoutMs,
        token: () => session.accessToken,
        signal,
      });
      try {
        return await work(remote, session);
      } catch (error) {
        if (!isRemoteFailure(error) || (error.kind !== "auth" && error.kind !== "clock")) throw error;
        // A clock that is slightly behind catches up after a pause; another token would be just as new.
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
