import * as z from "zod";
import type { SyncSession } from "../domain/sync.ts";
import { type RemoteAuth, RemoteFailure, type RemoteOptions } from "./remote.ts";
import { fetchWithin } from "./within.ts";

const sessionAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string(),
  expires_in: z.number(),
  user: z.object({ id: z.string(), email: z.string().optional() }),
});

const authProblem = z.object({ msg: z.string(), error_description: z.string(), message: z.string() }).partial();

function refusalOf(what: string, status: number, body: unknown): RemoteFailure {
  const { data: said = {} } = authProblem.safeParse(body);
  const passing = status >= 500 || status === 429 || status === 408;
  const reason = said.msg ?? said.error_description ?? said.message ?? `status ${status}`;
  return new RemoteFailure(passing ? "server" : "auth", `Failed to ${what}: ${reason}`);
}

/** What is sent to redeem a mail's link: the hash of its token, which goes only to the address that the link is of. */
function linkBody(url: string, code: string): object {
  const link = URL.canParse(code) ? new URL(code) : null;
  const [hash, type] = [link?.searchParams.get("token"), link?.searchParams.get("type")];
  if (link?.origin !== new URL(url).origin || !hash || !type) {
    throw new RemoteFailure("auth", "Failed to sign in: the link is not one that this project's mails hold");
  }
  return { type, token_hash: hash };
}

/** Opens sign-in at an address: Supabase Auth's own endpoints. */
export function openAuth({
  url,
  anonKey,
  timeoutMs,
  now,
}: Omit<RemoteOptions, "token" | "signal"> & Readonly<{ now: () => Date }>): RemoteAuth {
  const send = fetchWithin(timeoutMs);

  async function request(what: string, path: string, init: RequestInit, token?: string): Promise<unknown> {
    const headers = {
      apikey: anonKey,
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    let response: Response;
    let body: unknown;
    try {
      response = await send(`${url}/auth/v1/${path}`, { ...init, headers });
      const answered = await response.text();
      body = answered === "" ? null : JSON.parse(answered);
    } catch (error) {
      const kind = error instanceof SyntaxError ? "server" : "offline";
      throw new RemoteFailure(kind, `Failed to ${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (response.ok) return body;
    throw refusalOf(what, response.status, body);
  }

  async function session(what: string, path: string, body: object): Promise<SyncSession> {
    const answer = await request(what, path, { method: "POST", body: JSON.stringify(body) });
    const parsed = sessionAnswer.safeParse(answer);
    if (!parsed.success) throw new RemoteFailure("server", `Failed to ${what}: the answer holds no session`);
    const { access_token, refresh_token, expires_in, user } = parsed.data;
    return {
      accessToken: access_token,
      refreshToken: refresh_token,
      // By this machine's clock, so that a clock that is wrong does not matter.
      expiresAt: Math.floor(now().getTime() / 1000) + expires_in,
      userId: user.id,
      email: user.email ?? "",
    };
  }

  return {
    password: (email, password) => session("sign in", "token?grant_type=password", { email, password }),
    async mail(email) {
      await request("send the mail", "otp", { method: "POST", body: JSON.stringify({ email, create_user: true }) });
    },
    async mailed(email, code) {
      if (/^https?:/.test(code)) return session("sign in", "verify", linkBody(url, code));
      const body = { email, token: code };
      return session("sign in", "verify", { ...body, type: "email" }).catch((error: unknown) => {
        if (!(error instanceof RemoteFailure) || error.kind !== "auth") throw error;
        // Older servers know a mail's code by this name only.
        return session("sign in", "verify", { ...body, type: "magiclink" });
      });
    },
    redeem: (code, verifier) => session("sign in", "token?grant_type=pkce", { auth_code: code, code_verifier: verifier }),
    async refresh(old) {
      const fresh = await session("refresh the sign-in", "token?grant_type=refresh_token", { refresh_token: old.refreshToken });
      return { ...fresh, refreshToken: fresh.refreshToken === "" ? old.refreshToken : fresh.refreshToken };
    },
    async user(token) {
      const user = z
        .object({ id: z.string(), email: z.string().optional() })
        .safeParse(await request("ask who is signed in", "user", { method: "GET" }, token));
      if (!user.success) throw new RemoteFailure("server", "Failed to ask who is signed in: the answer names no user");
      return { userId: user.data.id, email: user.data.email ?? "" };
    },
    async signOut(token) {
      await request("sign out", "logout?scope=local", { method: "POST" }, token);
    },
  };
}
