import { createHmac } from "node:crypto";
import * as z from "zod";
import { stackKeys } from "./lite.ts";

/** A user who signed up and is signed in. */
export type StackUser = Readonly<{
  id: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
  /** Seconds since the epoch. */
  expiresAt: number;
}>;

const session = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  user: z.object({ id: z.uuid(), email: z.string() }),
});

async function post(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { apikey: stackKeys.anon, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** Signs a user up through Auth, as a client would. */
export async function signUp(url: string, email: string, password = "a good password"): Promise<StackUser> {
  const { access_token, refresh_token, expires_in, user } = session.parse(
    await post(`${url}/auth/v1/signup`, {}, { email, password }),
  );
  return {
    id: user.id,
    email: user.email,
    password,
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: Math.floor(Date.now() / 1000) + expires_in,
  };
}

/** Calls a function of schema `ai_sync` as a user. */
export const callAs = (url: string, user: Pick<StackUser, "accessToken">, name: string, args: object): Promise<unknown> =>
  post(
    `${url}/rest/v1/rpc/${name}`,
    { authorization: `Bearer ${user.accessToken}`, "content-profile": "ai_sync", "accept-profile": "ai_sync" },
    args,
  );

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token signed as Auth signs its own. `expiresIn` is in seconds from now; it is negative for an expired token. */
export function signToken(user: Pick<StackUser, "id" | "email">, expiresIn: number): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: user.id, email: user.email, role: "authenticated", aud: "authenticated", iat: now, exp: now + expiresIn };
  const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${content}.${createHmac("sha256", stackKeys.jwtSecret).update(content).digest("base64url")}`;
}
