import { describe, expect, it, test } from "vitest";
import { askChatModel, type ChatModel } from "../../src/extension/models/ask-chat-model.ts";
import { modelCalls } from "../../src/platform/model-calls.ts";
import type { ModelAnswer, ModelCall } from "../../src/ports/model-calls.ts";
import { type ModelReply, type ModelServer, startModelServer } from "../support/model-server.ts";

const call: ModelCall = {
  system: [
    { text: "You review.", cache: true },
    { text: "Be brief.", cache: false },
  ],
  prompt: "What is wrong?",
  maxTokens: 1500,
};
const noSettings = async () => ({ choices: {}, complaint: null });
const fastOptions = {
  pauseMs: 1,
  timeoutMs: 2_000,
  retries: 1,
  settings: noSettings,
  now: () => new Date("2026-04-01T12:00:00Z"),
};
const httpCalls = (env: Readonly<Record<string, string>>) => modelCalls({ ...fastOptions, env });

type CapturedCall = Readonly<{ prompt: string; temperature: unknown; maxTokens: unknown; system: readonly string[] }>;
type Adapter = Readonly<{
  /** Asks a model that gives this reply. Returns the answer and what the model was asked. */
  ask(
    reply: ModelReply,
    signal?: AbortSignal,
  ): Promise<Readonly<{ answer: Promise<ModelAnswer>; asked: readonly CapturedCall[] }>>;
  /** The replies that no more calls are allowed, and that this call is not allowed. */
  overLimit: ModelReply;
  refused: ModelReply;
}>;

const httpAdapter = (
  provider: "anthropic" | "openai",
  toCaptured: (body: ModelServer["asked"][number]["body"]) => CapturedCall,
): Adapter => ({
  overLimit: { status: 429 },
  refused: { status: 401, body: '{"error":"bad key"}' },
  async ask(reply, signal) {
    const server = await startModelServer(reply);
    const answer = httpCalls(server.env(provider)).complete(call, signal);
    await answer.catch(() => undefined);
    return { answer, asked: server.asked.map(({ body }) => toCaptured(body)) };
  },
});

class LanguageModelError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`${code}: said by the editor`);
    this.code = code;
  }
}

/** A model of the editor that behaves like a server with the same script. */
const editor: Adapter = {
  overLimit: { status: 429 },
  refused: { status: 401 },
  async ask(reply, signal) {
    const asked: CapturedCall[] = [];
    const model: ChatModel = {
      id: "scripted-1",
      family: "scripted",
      maxInputTokens: 10_000,
      countTokens: async (text) => text.length,
      async send(texts, options, ends) {
        const [prompt = "", ...before] = texts.toReversed();
        asked.push({
          prompt,
          temperature: options["temperature"],
          maxTokens: options["max_tokens"],
          system: before.toReversed(),
        });
        if (reply === "nothing") {
          return new Promise((_, reject) => {
            if (ends.aborted) reject(new Error("aborted"));
            ends.addEventListener("abort", () => reject(new Error("aborted")));
          });
        }
        if (reply === "break") throw new Error("socket hang up");
        if ("status" in reply) throw new LanguageModelError(reply.status === 429 ? "Blocked" : "NoPermissions");
        const half = Math.floor(reply.text.length / 2);
        return (async function* () {
          yield reply.text.slice(0, half);
          yield reply.text.slice(half);
        })();
      },
    };
    const answer = askChatModel([model], call, { name: null, timeoutMs: 2_000, signal });
    await answer.catch(() => undefined);
    return { answer, asked };
  },
};

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).map((one: { text?: string; content?: string }) => one.text ?? one.content ?? "");

const httpAdapters: Readonly<Record<string, Adapter>> = {
  "Messages API": httpAdapter("anthropic", ({ messages, temperature, max_tokens: maxTokens, system }) => ({
    prompt: texts(messages).join(),
    temperature,
    maxTokens,
    system: texts(system),
  })),
  "chat completions": httpAdapter("openai", ({ messages, temperature, max_tokens: maxTokens }) => ({
    prompt: texts(messages).at(-1) ?? "",
    temperature,
    maxTokens,
    system: texts(messages)
      .slice(0, -1)
      .flatMap((text) => text.split("\n\n")),
  })),
};
const adapters = { ...httpAdapters, "VS Code": editor };

describe.each(Object.entries(adapters))("model calls through %s", (_name, adapter) => {
  it("use temperature 0, the call's token limit and its system texts before the question", async () => {
    const { answer, asked } = await adapter.ask({ text: '{"fine": true}' });
    expect(await answer).toMatchObject({ text: '{"fine": true}', model: "scripted-1", output_tokens: expect.any(Number) });
    expect(asked).toEqual([{ prompt: call.prompt, temperature: 0, maxTokens: 1500, system: ["You review.", "Be brief."] }]);
  });

  it("fail when the connection breaks", async () => {
    const { answer } = await adapter.ask("break");
    await expect(answer).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("the connection failed"),
      hint: expect.stringMatching(/./),
    });
  });

  it("return an empty answer unchanged", async () => {
    expect((await (await adapter.ask({ text: "" })).answer).text).toBe("");
  });

  it("fail when the answer times out", async () => {
    const { answer } = await adapter.ask("nothing");
    await expect(answer).rejects.toMatchObject({ code: "model_unavailable", message: expect.stringContaining("in time") });
  });

  it("fail without a retry when the provider refuses", async () => {
    const { answer, asked } = await adapter.ask(adapter.refused);
    await expect(answer).rejects.toMatchObject({ code: "model_refused", hint: expect.stringContaining("temperature 0") });
    expect(asked).toHaveLength(1);
  });

  it("fail when the rate limit is reached", async () => {
    const { answer } = await adapter.ask(adapter.overLimit);
    await expect(answer).rejects.toMatchObject({ code: "model_over_limit", hint: expect.stringContaining("Wait") });
  });

  it("are cancelled by their signal", async () => {
    const { answer } = await adapter.ask("nothing", AbortSignal.abort());
    await expect(answer).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe.each(Object.entries(httpAdapters))("answers of %s", (_name, adapter) => {
  it.each([
    ["is no JSON", { status: 200, body: "<html>proxy</html>" }, "it is no JSON"],
    ["is JSON of another kind", { status: 200, body: '{"hello": 1}' }, "it is not a message"],
    ["is cut off", { text: '{"half": ', ended: "length" }, "it was cut off after 1500 tokens"],
  ] as const)("are rejected when the answer %s", async (_, reply, message) => {
    const { answer } = await adapter.ask(reply);
    await expect(answer).rejects.toMatchObject({ code: "model_unreadable", message: expect.stringContaining(message) });
  });

  it("are rejected when the model declines, and have no token counts if the provider gives none", async () => {
    await expect((await adapter.ask({ text: "No.", ended: "refused" })).answer).rejects.toMatchObject({ code: "model_refused" });
    const { answer } = await adapter.ask({ text: "yes", uncounted: true });
    expect(await answer).toMatchObject({ input_tokens: null, output_tokens: null });
  });
});

describe("calls over HTTP", () => {
  it.each(["anthropic", "openai"] as const)(
    "of %s are retried after a rate limit or a failing server, with the requested delay",
    async (provider) => {
      const server = await startModelServer(
        { status: 429, headers: { "retry-after": "0.2" } },
        { status: 503 },
        { text: "fine" },
      );
      const started = performance.now();
      const answer = await modelCalls({ ...fastOptions, retries: 3, env: server.env(provider) }).complete(call);
      expect(answer.text).toBe("fine");
      expect(performance.now() - started).toBeGreaterThanOrEqual(190);
      expect(server.asked).toHaveLength(3);
    },
  );

  it.each(["anthropic", "openai"] as const)("of %s do not follow a redirect", async (provider) => {
    const elsewhere = await startModelServer({ text: "stolen" });
    const server = await startModelServer({ status: 307, headers: { location: `${elsewhere.url}/v1/messages` } });
    await expect(httpCalls(server.env(provider)).complete(call)).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("redirects are not followed"),
    });
    expect(elsewhere.asked).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  it.each(["anthropic", "openai"] as const)("of %s never reveal the key in an error or an answer", async (provider) => {
    for (const reply of [{ status: 401, body: "bad scripted-key" }, { text: "your key is scripted-key" }]) {
      const server = await startModelServer(reply);
      const failureText = await httpCalls(server.env(provider))
        .complete(call)
        .then(({ text }) => text, String);
      expect(failureText).not.toContain("scripted-key");
      expect(failureText).toContain("***");
    }
  });

  it("send the key in the header that each provider expects", async () => {
    const server = await startModelServer({ text: "fine" });
    await httpCalls(server.env("anthropic")).complete(call);
    await httpCalls(server.env("openai")).complete(call);
    expect(server.asked.map(({ path, headers }) => [path, headers["x-api-key"], headers.authorization])).toEqual([
      ["/v1/messages", "scripted-key", undefined],
      ["/v1/chat/completions", undefined, "Bearer scripted-key"],
    ]);
  });

  it("mark blocks for the cache of the Messages API, at most four of them", async () => {
    const server = await startModelServer({ text: "fine" });
    const system = Array.from({ length: 6 }, (_, n) => ({ text: `block ${n}`, cache: n !== 0 }));
    await httpCalls(server.env()).complete({ ...call, system });
    const blocks = server.asked[0]?.body["system"];
    expect(blocks).toMatchObject(system.map(({ text }) => ({ type: "text", text })));
    expect(JSON.stringify(blocks).match(/"cache_control":\{"type":"ephemeral"\}/g)).toHaveLength(4);
    expect(blocks).toMatchObject([{}, ...[1, 2, 3].map(() => ({ cache_control: {} })), {}, { cache_control: {} }]);
    await httpCalls(server.env()).complete(call);
    expect(server.asked[1]?.body["system"]).toEqual([
      { type: "text", text: "You review.", cache_control: { type: "ephemeral" } },
      { type: "text", text: "Be brief." },
    ]);
  });

  it("have secrets in their texts redacted", async () => {
    const server = await startModelServer({ text: "fine" });
    const token = `ghp_${"a1B2".repeat(9)}`;
    const system = [{ text: `Use ${token}.`, cache: true }];
    await httpCalls(server.env()).complete({ ...call, system, prompt: `+const token = "${token}";` });
    expect(server.asked[0]?.text).not.toContain(token);
    expect(server.asked[0]?.text).toContain("***");
  });

  it("omit an empty system text", async () => {
    const server = await startModelServer({ text: "fine" });
    for (const provider of ["anthropic", "openai"] as const)
      await httpCalls(server.env(provider)).complete({ ...call, system: [] });
    expect(server.asked.map(({ body }) => body)).toMatchObject([
      { messages: [{ role: "user", content: call.prompt }] },
      { messages: [{ role: "user", content: call.prompt }] },
    ]);
    expect(server.asked[0]?.body).not.toHaveProperty("system");
  });
});

describe("the model setup", () => {
  const setUp = (env: Readonly<Record<string, string>>, more: Partial<Parameters<typeof modelCalls>[0]> = {}) =>
    modelCalls({ ...fastOptions, env, ...more });

  test("is empty until a provider is chosen, even if the environment has keys", async () => {
    const models = setUp({ ANTHROPIC_API_KEY: "key-of-the-judge", OPENAI_API_KEY: "key", REWARD_LEDGER_MODEL: "m" });
    expect(await models.setUp()).toEqual({ provider: null, model: null, baseUrl: null, problem: null });
    await expect(models.complete(call)).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("no model is set up"),
      hint: expect.stringContaining("REWARD_LEDGER_MODEL_PROVIDER"),
    });
  });

  test("comes from the editor, else the environment, else the home, and is never mixed", async () => {
    const home = async () => ({ choices: { provider: "anthropic", baseUrl: "https://home.example" } as const, complaint: null });
    const env = {
      REWARD_LEDGER_MODEL_PROVIDER: "openai",
      REWARD_LEDGER_MODEL: "m",
      REWARD_LEDGER_MODEL_URL: "https://env.example/v1",
      ANTHROPIC_API_KEY: "k",
    };
    const choices = { provider: "anthropic", model: "chosen" } as const;
    expect(await setUp(env, { choices, settings: home }).setUp()).toMatchObject({
      provider: "anthropic",
      model: "chosen",
      baseUrl: "https://api.anthropic.com",
    });
    expect(await setUp(env, { settings: home }).setUp()).toMatchObject({ provider: "openai", baseUrl: "https://env.example/v1" });
    expect(await setUp({ ANTHROPIC_API_KEY: "k", REWARD_LEDGER_MODEL: "m" }, { settings: home }).setUp()).toEqual({
      provider: "anthropic",
      model: "claude-sonnet-4-6",
      baseUrl: "https://home.example",
      problem: null,
    });
  });

  test.each([
    [{ REWARD_LEDGER_MODEL_PROVIDER: "gpt" }, "none of anthropic, openai, vscode"],
    [{ REWARD_LEDGER_MODEL_PROVIDER: "openai", OPENAI_API_KEY: "k" }, "no model is named"],
    [{ REWARD_LEDGER_MODEL_PROVIDER: "anthropic" }, "there is no API key"],
    [{ REWARD_LEDGER_MODEL_PROVIDER: "anthropic", ANTHROPIC_API_KEY: "two words" }, "the API key holds a space"],
    [{ REWARD_LEDGER_MODEL_PROVIDER: "vscode" }, "in its extension only"],
  ])("reports what is missing from %j", async (env, message) => {
    const models = setUp(env);
    const problem = { code: "model_unavailable", message: expect.stringContaining(message), hint: expect.stringMatching(/./) };
    expect((await models.setUp()).problem).toMatchObject(problem);
    await expect(models.complete(call)).rejects.toMatchObject(problem);
  });

  test("includes documents and critique, and prefers the editor's documents to the home's", async () => {
    const settings = async () => ({ choices: { documents: ["A.md"], critique: true }, complaint: null });
    expect(await setUp({}).settings()).toEqual({ documents: null, critique: false });
    expect(await setUp({}, { settings }).settings()).toEqual({ documents: ["A.md"], critique: true });
    expect(await setUp({}, { settings, choices: { documents: ["B.md"] } }).settings()).toEqual({
      documents: ["B.md"],
      critique: true,
    });
  });

  test("reports why the home's settings are ignored", async () => {
    const settings = async () => ({ choices: {}, complaint: "settings.json: model.provider" });
    const models = setUp({}, { settings, choices: { documents: ["A.md"] } });
    expect((await models.setUp()).problem?.message).toContain("settings.json: model.provider");
    await expect(models.settings()).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("settings.json: model.provider"),
    });
  });

  test("needs no key for the user's own server, and sends none", async () => {
    const server = await startModelServer({ text: "fine" });
    const { OPENAI_API_KEY: _, ...env } = server.env("openai");
    expect((await setUp(env).complete(call)).text).toBe("fine");
    expect(server.asked[0]?.headers.authorization).toBeUndefined();
  });

  test.each(["http://example.com", "ftp://127.0.0.1", "https://user:pass@api.example", "no address"])(
    "sends no key to %s",
    async (address) => {
      const env = { REWARD_LEDGER_MODEL_PROVIDER: "anthropic", REWARD_LEDGER_MODEL_URL: address, ANTHROPIC_API_KEY: "k" };
      await expect(setUp(env).complete(call)).rejects.toMatchObject({
        code: "model_unavailable",
        message: expect.stringContaining("its address"),
      });
    },
  );

  test("uses the editor's key and its models", async () => {
    const server = await startModelServer({ text: "fine" });
    const answer = { text: "by the editor", model: "m", input_tokens: 1, output_tokens: 1 };
    const host = { key: async () => "kept-key", complete: async () => answer };
    const choices = { provider: "anthropic", baseUrl: server.url } as const;
    await setUp({ ANTHROPIC_API_KEY: "other" }, { choices, host }).complete(call);
    expect(server.asked[0]?.headers["x-api-key"]).toBe("kept-key");
    expect(await setUp({}, { choices: { provider: "vscode" }, host }).complete(call)).toEqual(answer);
  });
});

describe("a VS Code model", () => {
  const model = (id: string, family: string, maxInputTokens = 10): ChatModel => ({
    id,
    family,
    maxInputTokens,
    countTokens: async (text) => text.length,
    send: async () =>
      (async function* () {
        yield id;
      })(),
  });
  const short: ModelCall = { system: [], prompt: "hi", maxTokens: 10 };
  const options = { name: null, timeoutMs: 2_000 };

  it("is chosen by id or family, else the first one is used", async () => {
    const models = [model("one", "a"), model("two", "b")];
    const answerText = async (name: string | null) => (await askChatModel(models, short, { ...options, name })).text;
    expect([await answerText(null), await answerText("two"), await answerText("b")]).toEqual(["one", "two", "two"]);
    await expect(answerText("three")).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("three"),
    });
    await expect(askChatModel([], short, options)).rejects.toMatchObject({ code: "model_unavailable" });
  });

  it("fails when its answer breaks off", async () => {
    const broken: ChatModel = {
      ...model("one", "a"),
      send: async () =>
        (async function* () {
          yield '{"half": ';
          throw new Error("stream closed");
        })(),
    };
    await expect(askChatModel([broken], short, options)).rejects.toMatchObject({ code: "model_unavailable" });
  });

  it("is not sent more tokens than it accepts", async () => {
    const ask = (prompt: string) => askChatModel([model("one", "a", 2)], { ...short, prompt }, options);
    expect((await ask("ab")).text).toBe("one");
    await expect(ask("abc")).rejects.toMatchObject({ code: "model_over_limit", message: expect.stringContaining("3 tokens") });
  });
});

describe("an answer of a VS Code model", () => {
  const model = (countTokens: ChatModel["countTokens"]): ChatModel => ({
    id: "scripted-1",
    family: "scripted",
    maxInputTokens: 10_000,
    countTokens,
    send: async () =>
      (async function* () {
        yield "paid for";
      })(),
  });
  const ask = (one: ChatModel) => askChatModel([one], call, { name: null, timeoutMs: 2_000 });

  it("is returned even if its tokens cannot be counted", async () => {
    const counts = (text: string) =>
      text === "paid for" ? Promise.reject(new Error("no tokenizer")) : Promise.resolve(text.length);
    expect(await ask(model(counts))).toMatchObject({ text: "paid for", output_tokens: null });
  });

  it("is not requested when the question is too long or cannot be counted", async () => {
    await expect(ask(model(async () => 10_001))).rejects.toMatchObject({ code: "model_over_limit" });
    await expect(ask(model(() => Promise.reject(new Error("no tokenizer"))))).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("no tokenizer"),
    });
  });
});
