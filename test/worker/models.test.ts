import { describe, expect, it } from "vitest";
import type { WorkerReply } from "../../src/protocol/store-worker.ts";
import { createServer } from "../../src/worker/serve.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { startModelServer } from "../support/model-server.ts";
import { openPorts } from "../support/ports.ts";

type Question = Extract<WorkerReply, { type: "model" }>;

const remark = { severity: "high", confidence: 90, description: "It forgets the first row" };
const answer = { text: JSON.stringify({ findings: [remark] }), model: "editor-1", input_tokens: 3, output_tokens: 5 };

/** The worker's side, with a host that answers each question about models with the result of `answers`. */
async function startWorker(env: Readonly<Record<string, string>>, answers: (question: Question) => object | undefined) {
  const cwd = temporaryFolder();
  writeFiles(cwd, { "a.patch": "--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-b = 1\n+b = 2\n" });
  const ports = await openPorts({ cwd, env });
  const replies: WorkerReply[] = [];
  const server = createServer({
    scrub: (text) => text,
    open: async () => ({ ...ports, syncFrom: ports.syncFrom, close: async () => undefined }),
    send(reply) {
      replies.push(reply);
      const outcome = reply.type === "model" ? answers(reply) : undefined;
      if (reply.type === "model" && outcome !== undefined) void server.receive({ type: "model", id: reply.id, outcome });
    },
    closed: () => undefined,
  });
  const surroundings = { project: null, agent: null, cwd };
  const critique = () => server.receive({ type: "call", id: 1, operation: "critique", input: { diff: "a.patch" }, surroundings });
  return { server, replies, critique };
}

describe("a worker that asks the host about models", () => {
  it("gets the answer of an editor's model", async () => {
    const { critique, replies } = await startWorker(
      { REWARD_LEDGER_MODEL_PROVIDER: "vscode", REWARD_LEDGER_MODEL: "gpt" },
      () => ({
        answer,
      }),
    );
    await critique();
    expect(replies).toMatchObject([
      { type: "model", do: "complete", model: "gpt", call: { prompt: expect.stringContaining("+b = 2"), maxTokens: 1500 } },
      { type: "result", id: 1, value: { surfaced: [remark], model: "editor-1" } },
    ]);
  });

  it("fails with the editor's error", async () => {
    const error = { code: "model_over_limit", message: "Failed to ask the model: quota", hint: "Wait." };
    const { critique, replies } = await startWorker({ REWARD_LEDGER_MODEL_PROVIDER: "vscode" }, () => ({ error }));
    await critique();
    expect(replies.at(-1)).toEqual({ type: "error", id: 1, error });
  });

  it("notifies the editor when its request is cancelled", async () => {
    const cancelled = { code: "cancelled", message: "Cancelled: asking the model", hint: "Run it again." };
    const actions: Question["do"][] = [];
    const workerParts = await startWorker({ REWARD_LEDGER_MODEL_PROVIDER: "vscode" }, (question) => {
      actions.push(question.do);
      if (question.do === "complete") void workerParts.server.receive({ type: "cancel", id: 1 });
      return question.do === "cancel" ? { error: cancelled } : undefined;
    });
    await workerParts.critique();
    expect(actions).toEqual(["complete", "cancel"]);
    expect(workerParts.replies.at(-1)).toMatchObject({ type: "error", error: { code: "cancelled" } });
  });

  it("prefers the editor's stored key to the environment's when it calls the provider", async () => {
    const model = await startModelServer({ text: answer.text });
    const { critique, replies } = await startWorker(model.env(), ({ do: what }) =>
      what === "key" ? { key: "kept-key" } : undefined,
    );
    await critique();
    expect(replies).toMatchObject([
      { type: "model", do: "key", provider: "anthropic" },
      { type: "result", value: { surfaced: [remark] } },
    ]);
    expect(model.asked[0]?.headers["x-api-key"]).toBe("kept-key");
  });

  it("uses the environment's key when the editor stores none", async () => {
    const model = await startModelServer({ text: answer.text });
    const { critique } = await startWorker(model.env(), () => ({ key: null }));
    await critique();
    expect(model.asked[0]?.headers["x-api-key"]).toBe("scripted-key");
  });
});
