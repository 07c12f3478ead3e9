import { createServer } from "node:http";
import { afterEach, expect, it } from "vitest";
import { scrubber } from "../../src/kernel/secrets.ts";
import { openAuth } from "../../src/sync/auth.ts";
import { RemoteFailure } from "../../src/sync/remote.ts";

/* A server whose refusals quote everything that it was sent. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const requestText = `${request.headers.authorization ?? ""} ${Buffer.concat(chunks).toString()}`;
    response
      .writeHead(400, { "content-type": "application/json" })
      .end(JSON.stringify({ code: "bad", msg: `refused: ${requestText}` }));
  });
});
afterEach(() => void server.close());

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJlLW9mLWl0";

it("no rejection message reveals a quoted password, code or token, but the address is shown", async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}`;
  const auth = openAuth({ url, anonKey: "anon", timeoutMs: 10_000, signal: undefined, now: () => new Date(0) });
  const session = { accessToken: jwt, refreshToken: "refresh-1234567", expiresAt: 0, userId: "u", email: "e" };
  const calls = [
    () => auth.password("me@acme.dev", "hunter2-secret"),
    () => auth.mailed("me@acme.dev", "123456-code"),
    () => auth.redeem("auth-code-1", "verifier-1"),
    () => auth.refresh(session),
    () => auth.user("opaque-access-token"),
    () => auth.signOut(jwt),
  ];
  const messages = await Promise.all(
    calls.map((call) =>
      call().then(
        () => "answered",
        (error: unknown) => (error instanceof Error ? error.message : ""),
      ),
    ),
  );
  for (const message of messages) expect(message).toMatch(/refused: .*\*\*\*/);
  expect(messages[0]).toContain("me@acme.dev");
  expect(messages.join("\n")).not.toMatch(/hunter2|123456|auth-code|verifier-1|refresh-1|opaque|eyJ/);
});

it("no server error and no log text contains a session token, truncated or whole", () => {
  for (const quoted of [jwt, jwt.slice(0, 30)]) {
    expect(new RemoteFailure("auth", `Failed to ask: JWT ${quoted} expired`).message).toBe("Failed to ask: JWT *** expired");
    expect(scrubber([])(`token=${quoted}&x`)).toBe("token=***&x");
  }
  expect(scrubber([])("eyJ is how they begin")).toBe("eyJ is how they begin");
});
