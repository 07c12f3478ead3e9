import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type FaultPlan, noFaults } from "./faults.ts";

/** An HTTP server on 127.0.0.1 whose requests can be made to fail. */
export type HttpServer = Readonly<{
  url: string;
  /** Applies a plan to every request from here on; without a plan, all requests pass. */
  setFaults(plan?: FaultPlan): void;
  /** Ends all connections and refuses new ones. */
  down(): Promise<void>;
  /** Listens again, at the same address. */
  up(): Promise<void>;
}>;

const bodylessMethods: ReadonlySet<string> = new Set(["GET", "HEAD"]);

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of typeof value === "string" ? [value] : (value ?? [])) headers.append(name, one);
  }
  return headers;
}

async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  handle: (request: Request) => Promise<Response>,
  plan: FaultPlan,
): Promise<void> {
  const method = request.method ?? "GET";
  const headers = headersOf(request);
  const fault = await plan({ method, path: url.pathname, search: url.search, headers });
  if (fault.kind === "drop") {
    request.socket.destroy();
    return;
  }
  const body = await readBody(request);
  if (fault.kind === "answer") {
    response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers }).end(fault.body);
    return;
  }
  if (fault.kind === "pass" && fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  const result = await handle(
    new Request(url, { method, headers, ...(bodylessMethods.has(method) ? {} : { body: new Uint8Array(body) }) }),
  );
  const bytes = Buffer.from(await result.arrayBuffer());
  if (fault.kind === "lose") {
    request.socket.destroy();
    return;
  }
  const responseHeaders = new Headers(result.headers);
  // A HEAD response has no body, but states the length of the response to a GET.
  if (method !== "HEAD") responseHeaders.set("content-length", String(bytes.length));
  response.writeHead(result.status, Object.fromEntries(responseHeaders));
  if (fault.kind === "cut") {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
    return;
  }
  if (fault.kind === "pass" && fault.link !== undefined) {
    const { bytes: size, everyMs, sent } = fault.link;
    const startedAt = performance.now();
    for (let from = 0; from < bytes.length && !response.destroyed; from += size) {
      await sleep(everyMs, undefined, { ref: false });
      response.write(bytes.subarray(from, from + size));
    }
    // No wait between the last part and this call: the client goes on as soon as it has that part.
    sent(performance.now() - startedAt);
    response.end();
    return;
  }
  response.end(bytes);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port was given"));
      else resolve(address.port);
    });
  });
}

/** Serves a web-standard handler. A request whose handling throws is answered with status 500. */
export async function serveHttp(handle: (request: Request) => Promise<Response>): Promise<HttpServer> {
  let plan = noFaults;
  let url = "";
  const server = createServer((request, response) => {
    handleRequest(request, response, new URL(request.url ?? "/", url), handle, plan).catch((error: unknown) => {
      if (response.headersSent) request.socket.destroy();
      else response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ message: String(error) }));
    });
  });
  const port = await listen(server, 0);
  url = `http://127.0.0.1:${port}`;
  return {
    url,
    setFaults: (next = noFaults) => {
      plan = next;
    },
    async down() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    async up() {
      await listen(server, port);
    },
  };
}
