import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import open from "open";
import { cancelled, syncRefused } from "../kernel/errors.ts";

/** Maximum time in ms that a person may take to sign in. */
const signInTimeoutMs = 5 * 60_000;

/** Generates a secret for one sign-in and the challenge sent to the server (PKCE, RFC 7636, S256). */
export function createPkcePair(): Readonly<{ verifier: string; challenge: string }> {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** Address of the sign-in page with GitHub; it redirects to `redirectTo` with a code. */
export function authorizeUrl(url: string, redirectTo: string, challenge: string): string {
  const query = new URLSearchParams({
    provider: "github",
    redirect_to: redirectTo,
    code_challenge: challenge,
    code_challenge_method: "s256",
  });
  return `${url}/auth/v1/authorize?${query}`;
}

const pageHtml = (title: string, text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Reward Ledger</title><body style="font-family:system-ui;margin:4em auto;max-width:32em"><h1>${title}</h1><p>${text}</p>`;

function reply(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", connection: "close" });
  response.end(pageHtml(title, text));
}

const safeEqual = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/**
 * Listens on a free port of 127.0.0.1 until the browser returns from signing in. Accepts only a request with the `state` that was
 * generated for this sign-in.
 * @param begin called with the redirect address
 * @returns the code to redeem
 * @throws sync_refused if signing in was refused or took too long, cancelled
 */
export async function codeFromBrowser(begin: (redirectTo: string) => void, signal?: AbortSignal): Promise<string> {
  const state = randomBytes(16).toString("hex");
  const server = createServer();
  const code = new Promise<string>((resolve, reject) => {
    const refuse = (reason: string): void => reject(syncRefused("sign in", reason, "Try again: `reward-ledger sync login`."));
    server.on("request", (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
      const receivedCode = searchParams.get("code");
      if (request.method !== "GET" || pathname !== "/callback" || !safeEqual(searchParams.get("state") ?? "", state)) {
        reply(response, 404, "Nothing here", "This address waits for one sign-in only.");
      } else if (receivedCode === null) {
        const reason = searchParams.get("error_description") ?? searchParams.get("error") ?? "no code came back";
        reply(response, 400, "Not signed in", "The terminal says more.");
        refuse(reason);
      } else {
        reply(response, 200, "Signed in", "You can close this page and go back to the terminal.");
        resolve(receivedCode);
      }
    });
    server.on("error", reject);
    const timer = setTimeout(() => refuse("it took longer than five minutes"), signInTimeoutMs);
    timer.unref();
    const cancel = (): void => reject(cancelled("signing in"));
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port was given");
    begin(`http://127.0.0.1:${address.port}/callback?state=${state}`);
    return await code;
  } finally {
    server.close();
    // Browsers keep idle connections open, which would delay the close.
    if (signal?.aborted === true) server.closeAllConnections();
    else server.closeIdleConnections();
  }
}

/** Opens an address in the user's browser. */
export function openBrowser(url: string): void {
  // The address is printed too: on a machine without a browser, the user can open it elsewhere.
  open(url).catch(() => undefined);
}
