import * as z from "zod";
import { scrubber } from "../kernel/secrets.ts";
import type { SyncSession } from "../ports/sync.ts";
import { fetchWithTimeout, NoAnswer, statusReason } from "./fetch-with-timeout.ts";
import { parseJsonObject } from "./jsonb-safe.ts";
import { type FailureKind, type RemoteAuth, RemoteFailure, type RemoteOptions } from "./remote.ts";

const sessionResponse = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string(),
  expires_in: z.number(),
  user: z.object({ id: z.string(), email: z.string().optional() }),
});

/** Secrets of a request that must be removed from error messages quoting them: the session's token, and texts of its body. */
type Secrets = Readonly<{ token?: string; secrets?: readonly string[] }>;

/** The body of a sign-in request. All fields except `email` and `type` are secret. */
const signInBody = z.object({ email: z.string().optional(), type: z.string().optional() }).catchall(z.string());

const authErrorBody = z
  .object({
    msg: z.string(),
    error_description: z.string(),
    message: z.string(),
    error_code: z.string(),
    error: z.string(),
    code: z.union([z.string(), z.number()]),
  })
  .partial();

/** Error codes which mean that the session has ended. Other refusals of a refresh may be temporary. */
const sessionEndedCodes: ReadonlySet<string> = new Set([
  "bad_jwt",
  "invalid_grant",
  "refresh_token_already_used",
  "refresh_token_not_found",
  "session_expired",
  "session_not_found",
  "user_not_found",
]);

/**
 * Maps an error response of Auth to a failure.
 * @param refreshing whether the request was a session refresh; then only codes in `ended` mean that the session has ended
 */
function toAuthFailure(what: string, status: number, text: string, refreshing: boolean): RemoteFailure {
  const body = authErrorBody.safeParse(parseJsonObject(text) ?? {}).data ?? {};
  const code = body.error_code ?? body.error ?? (typeof body.code === "string" ? body.code : "");
  const reason = body.msg ?? body.error_description ?? body.message ?? statusReason(status, text);
  const failure = (kind: FailureKind): RemoteFailure => new RemoteFailure(kind, `Failed to ${what}: ${reason}`, code || null);
  if (status === 407) return failure("offline");
  if (status === 429 || code.includes("rate_limit")) return failure("busy");
  if (/api key/i.test(reason)) return failure("key");
  // If the code is generic or missing, the message names the token.
  if ([400, 401, 403, 404].includes(status) && (sessionEndedCodes.has(code) || /refresh token/i.test(reason)))
    return failure("auth");
  const isAuthError = (code !== "" || body.msg !== undefined) && [400, 401, 403, 404, 422].includes(status);
  return failure(isAuthError && !refreshing ? "auth" : "server");
}

/** Builds the request body that redeems a mail's link: its token hash, sent only if the link belongs to the configured server. */
function linkBody(url: string, code: string): object {
  const link = URL.canParse(code) ? new URL(code) : null;
  const [hash, type] = [link?.searchParams.get("token"), link?.searchParams.get("type")];
  if (link?.origin !== new URL(url).origin || !hash || !type) {
    throw new RemoteFailure("auth", "Failed to sign in: the link is not one that this project's mails hold");
  }
  return { type, token_hash: hash };
}

/** Creates a client of Supabase Auth's endpoints at an address. */
export function openAuth({
  url,
  anonKey,
  timeoutMs,
  signal,
  now,
}: Omit<RemoteOptions, "token"> & Readonly<{ now: () => Date }>): RemoteAuth {
  const send = fetchWithTimeout(timeoutMs, signal);

  async function request(what: string, path: string, init: RequestInit, { token, secrets = [] }: Secrets = {}): Promise<unknown> {
    const scrub = scrubber(token === undefined ? secrets : [token, ...secrets]);
    const headers = {
      apikey: anonKey,
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    let response: Response;
    let responseText: string;
    try {
      response = await send(`${url}/auth/v1/${path}`, { ...init, headers });
      responseText = await response.text();
    } catch (error) {
      if (error instanceof NoAnswer) throw new RemoteFailure("offline", scrub(`Failed to ${what}: ${error.message}`));
      throw error;
    }
    if (!response.ok) throw toAuthFailure(what, response.status, scrub(responseText), path.endsWith("grant_type=refresh_token"));
    const body = responseText === "" ? {} : parseJsonObject(responseText);
    if (body === null) throw new RemoteFailure("server", `Failed to ${what}: the answer is not Auth's`);
    return body;
  }

  async function session(what: string, path: string, body: object): Promise<SyncSession> {
    const { email: _, type: __, ...secrets } = signInBody.parse(body);
    const response = await request(
      what,
      path,
      { method: "POST", body: JSON.stringify(body) },
      { secrets: Object.values(secrets) },
    );
    const parsed = sessionResponse.safeParse(response);
    if (!parsed.success) throw new RemoteFailure("server", `Failed to ${what}: the answer holds no session`);
    const { access_token, refresh_token, expires_in, user } = parsed.data;
    return {
      accessToken: access_token,
      refreshToken: refresh_token,
      // Relative to this machine's clock, so that a wrong clock does not matter.
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
        // Older servers accept a mail's code only under this type.
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
        .safeParse(await request("ask who is signed in", "user", { method: "GET" }, { token }));
      if (!user.success) throw new RemoteFailure("server", "Failed to ask who is signed in: the answer names no user");
      return { userId: user.data.id, email: user.data.email ?? "" };
    },
    async signOut(token) {
      await request("sign out", "logout?scope=local", { method: "POST" }, { token });
    },
  };
}
