import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

/** How the model replies to a call. */
export type ModelReply =
  /** Answers with a text; `ended` becomes the provider's own stop reason. */
  | Readonly<{ text: string; ended?: "length" | "refused"; uncounted?: true }>
  /** Sends this status and body. */
  | Readonly<{ status: number; body?: string; headers?: Readonly<Record<string, string>> }>
  /** Sends nothing, or breaks the connection. */
  | "nothing"
  | "break";

/** A reply, or a function that chooses it by the request's text. */
export type ReplySource = ModelReply | ((text: string) => ModelReply);

export type ModelRequest = Readonly<{ path: string; headers: IncomingHttpHeaders; body: Record<string, unknown>; text: string }>;

export type ModelServer = Readonly<{
  /** For the Messages API; chat completions are at `${url}/v1`. */
  url: string;
  asked: ModelRequest[];
  /** Sets the replies, which are given in this order; the last one is repeated. */
  script(...replies: readonly ReplySource[]): void;
  /** Environment variables that configure the program for this server. */
  env(provider?: "anthropic" | "openai"): Readonly<Record<string, string>>;
}>;

const anthropicStopReasons = { length: "max_tokens", refused: "refusal", whole: "end_turn" } as const;
const openaiFinishReasons = { length: "length", refused: "content_filter", whole: "stop" } as const;

/** The body of an answer, in the format of the API that was called. */
function answerBody(path: string, { text, ended, uncounted }: Extract<ModelReply, { text: string }>): string {
  if (path.endsWith("/v1/messages")) {
    const usage = uncounted ? {} : { usage: { input_tokens: 120, output_tokens: 30 } };
    const content = [{ type: "text", text }];
    return JSON.stringify({ model: "scripted-1", content, stop_reason: anthropicStopReasons[ended ?? "whole"], ...usage });
  }
  const usage = uncounted ? {} : { usage: { prompt_tokens: 120, completion_tokens: 30 } };
  const choices = [{ message: { role: "assistant", content: text }, finish_reason: openaiFinishReasons[ended ?? "whole"] }];
  return JSON.stringify({ model: "scripted-1", choices, ...usage });
}

function send(response: ServerResponse, path: string, reply: ModelReply | undefined): void {
  if (reply === undefined || reply === "break") response.destroy();
  else if (reply !== "nothing") {
    const { status, body, headers = {} } = "text" in reply ? { status: 200, body: answerBody(path, reply) } : reply;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body ?? "{}");
  }
}

/** Starts a model on loopback with scripted answers, for the Messages API and for chat completions; closed after the test. */
export async function startModelServer(...replies: readonly ReplySource[]): Promise<ModelServer> {
  const state = { replies };
  const asked: ModelRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const reply = state.replies[Math.min(asked.length, state.replies.length - 1)];
      asked.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text), text });
      send(response, request.url ?? "", typeof reply === "function" ? reply(text) : reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`;
  return {
    url,
    asked,
    script(...next) {
      asked.length = 0;
      state.replies = next;
    },
    env: (provider = "anthropic") =>
      provider === "anthropic"
        ? { REWARD_LEDGER_MODEL_PROVIDER: provider, REWARD_LEDGER_MODEL_URL: url, ANTHROPIC_API_KEY: "scripted-key" }
        : {
            REWARD_LEDGER_MODEL_PROVIDER: provider,
            REWARD_LEDGER_MODEL: "scripted",
            REWARD_LEDGER_MODEL_URL: `${url}/v1`,
            OPENAI_API_KEY: "scripted-key",
          },
  };
}
