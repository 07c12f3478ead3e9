import { LedgerError } from "../kernel/ledger-error.ts";
import type { SignInMethod, SyncSession, SyncSignInView } from "../ports/sync.ts";
import { problemOf } from "./failure.ts";
import { authorizeUrl, codeFromBrowser, createPkcePair, openBrowser } from "./loopback.ts";
import { isRemoteFailure } from "./remote.ts";
import type { ConfiguredSync, SyncContext } from "./sync-context.ts";

type Env = SyncContext["options"]["env"];

/** Obtains a session; null if a mail was sent, which has to be redeemed first. */
async function obtainSession(
  { auth, target }: ConfiguredSync,
  way: SignInMethod,
  env: Env,
  signal: AbortSignal | undefined,
): Promise<SyncSession | null> {
  switch (way.way) {
    case "password":
      return auth.password(way.email, way.password);
    case "mail":
      await auth.mail(way.email);
      return null;
    case "mailed":
      return auth.mailed(way.email, way.code);
    case "code":
      return auth.redeem(way.code, way.verifier);
    case "browser": {
      const { verifier, challenge } = createPkcePair();
      const code = await codeFromBrowser((redirectTo) => {
        const page = authorizeUrl(target.url, redirectTo, challenge);
        way.tell(page);
        if (env["REWARD_LEDGER_BROWSER"] !== "none") openBrowser(page);
      }, signal);
      return auth.redeem(code, verifier);
    }
    default:
      return way satisfies never;
  }
}

/** Signs in and stores the session. */
export const signIn = ({ options, asked }: SyncContext, way: SignInMethod, signal?: AbortSignal): Promise<SyncSignInView> =>
  asked(
    "sign in",
    async (setup): Promise<SyncSignInView> => {
      const { target } = setup;
      const session = await obtainSession(setup, way, options.env, signal);
      if (session === null) {
        const user = way.way === "mail" ? way.email : null;
        return { signed_in: false, user, url: target.url, team: target.team, role: null, problem: null };
      }
      await options.vault.write(target.url, session);
      const membership = await fetchRole(setup, session.userId, signal);
      return { signed_in: true, user: session.email, url: target.url, team: target.team, ...membership };
    },
    undefined,
    signal,
  );

/** Returns the user's role in the team, or why it is unknown: a failure here does not fail the sign-in. */
async function fetchRole(
  { connection }: ConfiguredSync,
  user: string,
  signal: AbortSignal | undefined,
): Promise<Pick<SyncSignInView, "role" | "problem">> {
  try {
    const members = await connection.as(
      async (remote) => {
        const team = await remote.team(connection.target.team);
        return team === null ? [] : remote.members(team.id);
      },
      { signal },
    );
    return { role: members.find((member) => member.user === user)?.role ?? null, problem: null };
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    return { role: null, problem: problemOf(error) };
  }
}

/** Ends the session locally and, if the server can be reached, there too. @returns whether anybody was signed in */
export async function signOut({ options: { vault, logger }, configured }: SyncContext): Promise<boolean> {
  const { target, auth } = await configured();
  const session = await vault.read(target.url).catch((error: unknown) => {
    if (error instanceof LedgerError) return null;
    throw error;
  });
  if (session === null) return false;
  await auth.signOut(session.accessToken).catch((error: unknown) => {
    logger.warn(`The server was not told of the sign-out: ${problemOf(error).message}`);
  });
  await vault.write(target.url, null);
  return true;
}
