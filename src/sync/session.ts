import { syncSignedOut } from "../kernel/errors.ts";
import type { Clock } from "../ports/ports.ts";
import type { NamedMutex, SessionVault, SyncSession } from "../ports/sync.ts";
import type { EnvToken } from "./config.ts";
import { isRemoteFailure, type RemoteAuth, RemoteFailure } from "./remote.ts";
import { targetId } from "./state.ts";

/** How long before its expiry a session is renewed, in seconds. */
const renewBeforeSeconds = 300;
const sessionWaitMs = 60_000;

export type SessionOptions = Readonly<{
  url: string;
  given: EnvToken | null;
  vault: SessionVault;
  gate: NamedMutex;
  clock: Clock;
  auth: RemoteAuth;
}>;

/** Provides the session at one address to requests. */
export interface Sessions {
  /** Returns a valid session; renews it if it expires soon. @throws sync_signed_out, RemoteFailure */
  current(): Promise<SyncSession>;
  /** Returns a session other than the one that the server rejected. @throws sync_signed_out, RemoteFailure */
  instead(refused: SyncSession): Promise<SyncSession>;
}

/**
 * Provides sessions of one address. Only one process renews at a time; processes that waited use the session that it obtained. A
 * refresh token can be used once, and using it twice ends the session.
 */
export function createSessions({ url, given: envToken, vault, gate, clock, auth }: SessionOptions): Sessions {
  const endsSoon = (session: SyncSession): boolean =>
    session.expiresAt !== 0 && clock.now().getTime() / 1000 >= session.expiresAt - renewBeforeSeconds;

  async function storedSession(): Promise<SyncSession> {
    const session = await vault.read(url);
    if (session === null) throw syncSignedOut("nobody is signed in");
    return session;
  }

  async function renew(isStale: (session: SyncSession) => boolean): Promise<SyncSession> {
    const result = await gate.pass(`${targetId({ url, team: "" })}.session`, sessionWaitMs, async () => {
      const session = await storedSession();
      if (!isStale(session)) return session;
      if (session.refreshToken === "") throw syncSignedOut("the sign-in has ended");
      try {
        const fresh = await auth.refresh(session);
        await vault.write(url, fresh);
        return fresh;
      } catch (error) {
        if (!isRemoteFailure(error) || error.kind !== "auth") throw error;
        await vault.write(url, null);
        throw syncSignedOut("the sign-in has ended or was revoked");
      }
    });
    if (result === null)
      throw new RemoteFailure("server", "Failed to refresh the sign-in: another process has been refreshing it for too long");
    return result.value;
  }

  if (envToken !== null) {
    // Not stored: it is valid as long as the environment provides it.
    const session: SyncSession = { accessToken: envToken.token, refreshToken: "", expiresAt: 0, userId: "", email: "" };
    return {
      current: async () => session,
      instead: () => Promise.reject(syncSignedOut("the server does not accept the token of the environment")),
    };
  }
  return {
    async current() {
      const session = await storedSession();
      return endsSoon(session) ? renew(endsSoon) : session;
    },
    instead: (refused) => renew((session) => session.accessToken === refused.accessToken || endsSoon(session)),
  };
}
