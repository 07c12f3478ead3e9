import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judgeOf, judgeScores } from "../../src/collector/main.ts";
import { evalJudge } from "../../src/features/evals/operations/judge.ts";
import type { WorkerReply } from "../../src/protocol/store-worker.ts";
import { createServer } from "../../src/worker/serve.ts";
import { temporaryFolder } from "../support/folder.ts";
import { openPorts, quietCall } from "../support/ports.ts";

const scores = { clarity: 4, completeness: 5, actionability: 3, reasoning: "Clear." };
const message = (text: string) => ({ content: [{ type: "text", text }], usage: { input_tokens: 120, output_tokens: 30 } });

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === "object" && address !== null ? address.port : 0;

type Reply = (request: IncomingMessage, response: ServerResponse) => void;
const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
const good = json(200, message(`Here it is: ${JSON.stringify(scores)}`));

/** A Messages API on loopback that gives the replies in turn, and then always the last one. */
type Asked = Readonly<{ headers: IncomingMessage["headers"]; body: string }>;
const api: { replies: readonly Reply[]; asked: Asked[]; url: string } = { replies: [], asked: [], url: "" };
const server = createHttpServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const reply = api.replies[Math.min(api.asked.length, api.replies.length - 1)];
    api.asked.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    if (reply === undefined) response.destroy();
    else reply(request, response);
  });
});

beforeEach(async () => {
  api.replies = [];
  api.asked = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  api.url = `http://127.0.0.1:${portOf(server.address())}`;
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
);

const judge = (env: Readonly<Record<string, string>> = {}, home = `${temporaryFolder()}/home`) =>
  judgeOf({ home, env: { ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: api.url, ...env } });
const quickOptions = { pauseMs: 1 };

describe("a judgement", () => {
  it("is requested from the Messages API and reports its token usage", async () => {
    api.replies = [good];
    const judgement = await judge({ EVAL_JUDGE_TIER: "fast" })("Judge this", judgeScores, quickOptions);
    expect(judgement).toEqual({
      result: scores,
      meta: { model: "claude-haiku-4-5", input_tokens: 120, output_tokens: 30, cached: false },
    });
    expect(api.asked).toHaveLength(1);
    expect(api.asked[0]?.headers).toMatchObject({ "x-api-key": "key", "anthropic-version": "2023-06-01" });
    expect(JSON.parse(api.asked[0]?.body ?? "")).toEqual({
      model: "claude-haiku-4-5",
      max_tokens: 1024,
      messages: [{ role: "user", content: "Judge this" }],
    });
  });

  it("is requested from the provider's default address when the address variable is blank", async () => {
    // Cancelled before anything is sent; a blank address would have been refused before that.
    const pending = judge({ ANTHROPIC_BASE_URL: " " })("Judge this", judgeScores, {
      ...quickOptions,
      signal: AbortSignal.abort(),
    });
    await expect(pending).rejects.toMatchObject({ code: "cancelled" });
  });

  it("is taken from the cache the next time at no cost, unless caching is switched off", async () => {
    api.replies = [good];
    const home = `${temporaryFolder()}/home`;
    await judge({}, home)("Judge this", judgeScores, quickOptions);
    const again = await judge({}, home)("Judge this", judgeScores, quickOptions);
    expect(again).toMatchObject({ result: scores, meta: { input_tokens: 0, output_tokens: 0, cached: true } });
    expect(api.asked).toHaveLength(1);
    for (const variable of ["EVAL_CACHE", "EVAL_JUDGE_CACHE"])
      await judge({ [variable]: "0" }, home)("Judge this", judgeScores, quickOptions);
    expect(api.asked).toHaveLength(3);
    await judge({}, home)("Judge something else", judgeScores, quickOptions);
    expect(api.asked).toHaveLength(4);
  });

  it("waits as long as a rate limit demands, and retries after a server failure", async () => {
    api.replies = [json(429, {}, { "retry-after": "0.2" }), json(503, "down"), good];
    const started = performance.now();
    expect((await judge()("Judge this", judgeScores, quickOptions)).result).toEqual(scores);
    expect(performance.now() - started).toBeGreaterThanOrEqual(190);
    expect(api.asked).toHaveLength(3);
  });

  it("fails after its retries and reports why", async () => {
    api.replies = [json(500, "broken")];
    await expect(judge()("Judge this", judgeScores, { ...quickOptions, retries: 2 })).rejects.toMatchObject({
      code: "judge_unavailable",
      message: "Failed to ask the judge: it answered 500",
    });
    expect(api.asked).toHaveLength(3);
  });

  it("is not retried when a retry cannot help", async () => {
    api.replies = [json(401, { error: "bad key" })];
    await expect(judge()("Judge this", judgeScores, quickOptions)).rejects.toMatchObject({ code: "judge_unavailable" });
    expect(api.asked).toHaveLength(1);
    await expect(judge({ ANTHROPIC_API_KEY: "" })("Judge this", judgeScores, quickOptions)).rejects.toThrow(
      "there is no API key",
    );
  });

  it.each([
    ["no JSON at all", "Fine, I think."],
    ["scores out of range", JSON.stringify({ ...scores, clarity: 9 })],
    ["half an answer", '{"clarity": 4, '],
  ])("that is malformed (%s) is rejected and not cached", async (_, text) => {
    api.replies = [json(200, message(text)), good];
    const home = `${temporaryFolder()}/home`;
    await expect(judge({}, home)("Judge this", judgeScores, quickOptions)).rejects.toMatchObject({ code: "judge_unreadable" });
    expect((await judge({}, home)("Judge this", judgeScores, quickOptions)).meta.cached).toBe(false);
  });

  it("that does not arrive in time is requested again", async () => {
    api.replies = [() => undefined, good];
    expect((await judge()("Judge this", judgeScores, { ...quickOptions, timeoutMs: 3_000 })).result).toEqual(scores);
    expect(api.asked).toHaveLength(2);
  });

  it("is requested again after a connection failure", async () => {
    api.replies = [(_, response) => response.destroy(), good];
    expect((await judge()("Judge this", judgeScores, quickOptions)).result).toEqual(scores);
  });

  it("can be cancelled while it waits", async () => {
    api.replies = [json(429, {}, { "retry-after": "30" })];
    const signal = AbortSignal.timeout(150);
    await expect(judge()("Judge this", judgeScores, { signal })).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("eval judge", () => {
  const ask = { text: "Run the thing. Then check it.", purpose: "a runbook" };

  it("scores a text, prices the call, and returns the cached answer the second time", async () => {
    api.replies = [good];
    const ports = await openPorts({ env: { ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: api.url, EVAL_JUDGE_TIER: "fast" } });
    const first = await evalJudge.call(ports, ask, quietCall);
    expect(first).toMatchObject({ ...scores, model: "claude-haiku-4-5", input_tokens: 120, output_tokens: 30, cached: false });
    expect(first.cost_usd).toBeGreaterThan(0);
    expect(api.asked[0]?.body).toContain("Run the thing.");
    expect(api.asked[0]?.body).toContain("a runbook");
    expect(await evalJudge.call(ports, ask, quietCall)).toMatchObject({ ...scores, cached: true, input_tokens: 0, cost_usd: 0 });
    expect(api.asked).toHaveLength(1);
    await expect(evalJudge.call(ports, { text: " " }, quietCall)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("uses the key stored by VS Code for that call only", async () => {
    api.replies = [good];
    const ports = await openPorts({ env: { ANTHROPIC_BASE_URL: api.url } });
    const replies: WorkerReply[] = [];
    const server = createServer({
      scrub: (text) => text,
      open: async () => ({
        ...ports,
        syncFrom: ports.sync,
        surroundingsOf: () => ports.surroundings,
        close: async () => undefined,
      }),
      send: (reply) => replies.push(reply),
      closed: () => undefined,
    });
    const surroundings = { project: null, agent: null, cwd: ports.cwd };
    const call = { type: "call", operation: "eval judge", input: ask };
    await server.receive({ ...call, id: 1, surroundings });
    await server.receive({ ...call, id: 2, surroundings: { ...surroundings, judgeKey: "kept" } });
    expect(replies).toMatchObject([
      { type: "error", id: 1, error: { code: "judge_unavailable" } },
      { type: "result", id: 2, value: scores },
    ]);
    expect(api.asked.map(({ headers }) => headers["x-api-key"])).toEqual(["kept"]);
  });
});

describe("the judge's API key", () => {
  const key = "sk-ant-very-secret";

  it("is not sent to the target of a redirect", async () => {
    const elsewhere: string[] = [];
    const other = createHttpServer((request, response) => {
      elsewhere.push(String(request.headers["x-api-key"]));
      response.end();
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    for (const status of [301, 302, 303, 307, 308]) {
      api.asked = [];
      api.replies = [json(status, "", { location: `http://127.0.0.1:${portOf(other.address())}/v1/messages` })];
      await expect(judge()("p", judgeScores, quickOptions)).rejects.toMatchObject({
        code: "judge_unavailable",
        message: expect.stringContaining(`it answered ${status}: redirects are not followed`),
      });
      expect(api.asked).toHaveLength(1);
    }
    expect(elsewhere).toEqual([]);
    await new Promise<void>((resolve) => other.close(() => resolve()));
  });

  it.each([
    "http://example.com",
    "http://0x7f.1.example.com",
    "http://10.0.0.1",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "data:text/plain,x",
    "javascript:alert(1)",
    "https://user:pass-word@api.example",
    "https://api.example/?to=elsewhere",
    "https://api.example/#elsewhere",
    "127.0.0.1:80",
    "no address",
    "",
  ])("is not sent to %j", async (baseUrl) => {
    const pending = judge({ ANTHROPIC_API_KEY: key })("p", judgeScores, { ...quickOptions, baseUrl });
    await expect(pending).rejects.toMatchObject({ code: "judge_unavailable", message: expect.stringContaining("its address") });
    await expect(pending).rejects.not.toMatchObject({ message: expect.stringContaining("pass-word") });
  });

  it.each(["sk-one\nsk-two", "sk-secret\r\nx-evil: 1", "sk secret", "sk-sécret", "sk-secret\u0000"])(
    "%j is rejected without being quoted",
    async (badKey) => {
      for (const send of [
        () => judge({ ANTHROPIC_API_KEY: badKey })("p", judgeScores, quickOptions),
        () => judge()("p", judgeScores, { ...quickOptions, apiKey: badKey }),
      ]) {
        const error: unknown = await send().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: "judge_unavailable" });
        expect(String(error)).not.toMatch(/sk-|sk secret/);
      }
      expect(api.asked).toEqual([]);
    },
  );

  it.each([key, 'sk-"quoted"-\\key', "sk-ant/+=&?key"])(
    "%j is redacted when the server echoes it raw, in JSON or URL-encoded",
    async (secret) => {
      const quotes = `${secret} ${JSON.stringify({ secret })} https://x/?key=${encodeURIComponent(secret)}`;
      for (const reply of [json(401, quotes), json(200, quotes), json(200, message(`no {${quotes}}`))]) {
        api.asked = [];
        api.replies = [reply];
        for (const send of [
          () => judge({ ANTHROPIC_API_KEY: `${secret}\n` })("p", judgeScores, quickOptions),
          () => judge()("p", judgeScores, { ...quickOptions, apiKey: secret }),
        ]) {
          const error: unknown = await send().catch((thrown: unknown) => thrown);
          expect(error).toMatchObject({ code: expect.stringMatching(/^judge_/), message: expect.stringContaining("***") });
          for (const form of [secret.slice(0, 6), secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
            expect(String(error)).not.toContain(form);
        }
      }
      expect(api.asked[0]?.headers["x-api-key"]).toBe(secret);
    },
  );
});
