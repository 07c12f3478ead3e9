import { homedir } from "node:os";
import type { ComposedPorts } from "../compose.ts";
import { findOperation } from "../features/operations.ts";
import { callTool } from "../features/shared/tool.ts";
import { type Block, bareText, type Document, type Words } from "../kernel/document.ts";
import { cancelled, modelUnavailable, usage } from "../kernel/errors.ts";
import { type ErrorView, fromErrorView, toErrorView } from "../kernel/ledger-error.ts";
import type { OnProgress } from "../kernel/progress.ts";
import { scrubTexts } from "../kernel/secrets.ts";
import { fileReader } from "../platform/files.ts";
import type { ModelHost } from "../platform/model-calls.ts";
import { workspaceFiles, workspaceFolders } from "../platform/workspace-files.ts";
import type { Ports } from "../ports/ports.ts";
import type { SessionVault, SyncSession } from "../ports/sync.ts";
import { type ModelOutcome, type Report, type WorkerCall, type WorkerReply, workerCall } from "../protocol/store-worker.ts";
import { markdownText } from "../render/markdown/document.ts";
import { createTranslate, editorWords } from "../render/markdown/words.ts";

type Call = Extract<WorkerCall, { type: "call" }>;

/** Ports that can be closed, with sync for any folder. */
export type OpenPorts = Ports & Pick<ComposedPorts, "syncFrom" | "modelsWith" | "close">;

export type ServerOptions = Readonly<{
  /** Opens the store at the first call that needs it; called again if it failed. */
  open(): Promise<OpenPorts>;
  send(reply: WorkerReply): void;
  /** Removes secrets from what is sent to a language model. */
  scrub(text: string): string;
  /** Translations of the texts in documents; none in English. */
  texts?: Readonly<Record<string, string>> | undefined;
  /** Called when the store has been closed and the answer sent: no more messages follow. */
  closed(): void;
}>;

/** Minimum interval between progress messages, in ms. */
const progressIntervalMs = 100;

/**
 * Serves the store to the other thread: accepts messages one at a time, runs operations concurrently, and sends exactly one
 * answer to every message except `cancel` and the host's own answers (`secret`, `model`).
 */
export function createServer({
  open,
  send,
  scrub,
  texts = {},
  closed,
}: ServerOptions): Readonly<{ receive(raw: unknown): Promise<void> }> {
  const state: { ports: Promise<OpenPorts> | undefined } = { ports: undefined };
  const running = new Map<number, AbortController>();
  const { vault, answered } = hostVault(send);
  const models = hostModels(send);

  const ports = (): Promise<OpenPorts> => {
    if (state.ports !== undefined) return state.ports;
    const opening = open();
    state.ports = opening;
    opening.catch(() => {
      // The caller gets the error. The next call tries again, as the home may have been repaired by then.
      state.ports = undefined;
    });
    return opening;
  };

  const run = async (call: Call, signal: AbortSignal): Promise<unknown> => {
    const operation = await findOperation(call.operation);
    if (operation === undefined) throw usage(`Failed to run ${call.operation}: there is no such operation`, "Reload the window.");
    const callPorts = withSurroundings(await ports(), call.surroundings, vault, models.host);
    const context = { signal, onProgress: throttledProgress(call.id, send) };
    const { report, tool } = call;
    if (tool !== undefined) {
      const folders = workspaceFolders([], callPorts.surroundings.folder, callPorts.ledger.home, homedir());
      const files = workspaceFiles(callPorts.files, folders, callPorts.surroundings.folder);
      return JSON.stringify(scrubTexts(await callTool(tool, operation, { ...callPorts, files }, call.input, context), scrub));
    }
    if (report === undefined) return operation.call(callPorts, call.input, context);
    const { title, locale, zone } = report;
    const words = editorWords({ locale, zone, now: callPorts.clock.now() }, createTranslate(texts));
    return toReport(title, await operation.show(callPorts, call.input, context, words), words);
  };

  const close = async (): Promise<null> => {
    for (const abort of running.values()) abort.abort();
    await (await state.ports)?.close();
    return null;
  };

  const answer = async (
    message: Exclude<WorkerCall, { type: "cancel" | "secret" | "model" }>,
    signal: AbortSignal,
  ): Promise<unknown> => {
    switch (message.type) {
      case "call":
        return run(message, signal);
      case "project":
        return (await ports()).surroundingsOf(message.cwd).project();
      case "flush":
        await (await state.ports)?.ledger.checkpoint();
        return null;
      case "close":
        return close();
      default:
        return message satisfies never;
    }
  };

  return {
    async receive(raw) {
      const message = workerCall.parse(raw);
      if (message.type === "cancel") {
        running.get(message.id)?.abort();
        return;
      }
      if (message.type === "secret") {
        answered(message.id, message.session);
        return;
      }
      if (message.type === "model") {
        models.answered(message.id, message.outcome);
        return;
      }
      const abort = new AbortController();
      if (message.type === "call") running.set(message.id, abort);
      try {
        send({ type: "result", id: message.id, value: await answer(message, abort.signal) });
      } catch (error) {
        send({ type: "error", id: message.id, error: toReportedError(error, send) });
      } finally {
        running.delete(message.id);
        if (message.type === "close") closed();
      }
    },
  };
}

/** The first text of a block; empty when it contains no text. */
function lineOf(block: Block | undefined): string {
  if (block?.kind === "group") return lineOf(block.blocks[0]);
  return block?.kind === "paragraph" || block?.kind === "heading" ? bareText(block.text) : "";
}

function toReport(title: string, document: Document | string, { t, number }: Words): Report {
  if (typeof document === "string") return { markdown: document, line: "" };
  const more = (count: number): string => t("and {0} more", number(count));
  return { markdown: markdownText(title, document, more), line: lineOf(document[0]) };
}

/** Questions to the host: each is a message, and the host answers it with a message. */
function createHostRequests<Answer>(send: ServerOptions["send"]) {
  const waiting = new Map<number, (answer: Answer) => void>();
  const state = { last: 0 };
  return {
    /** @param signal does not end the question: the host receives `cancel`, and still answers */
    ask: (message: (id: number) => WorkerReply, cancel?: Readonly<{ signal: AbortSignal; message(id: number): WorkerReply }>) =>
      new Promise<Answer>((resolve) => {
        const id = ++state.last;
        const sendCancel = (): void => cancel && send(cancel.message(id));
        waiting.set(id, (answer) => {
          cancel?.signal.removeEventListener("abort", sendCancel);
          resolve(answer);
        });
        cancel?.signal.addEventListener("abort", sendCancel, { once: true });
        send(message(id));
      }),
    answered(id: number, answer: Answer): void {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
  };
}

/** Sessions that the host stores. */
function hostVault(send: ServerOptions["send"]) {
  const { ask, answered } = createHostRequests<SyncSession | null>(send);
  const vault: SessionVault = {
    read: (url) => ask((id) => ({ type: "secret", id, url, do: "read" })),
    write: async (url, session) => {
      await ask((id) => ({ type: "secret", id, url, do: "write", session }));
    },
  };
  return { vault, answered };
}

/** Keys that the host stores, and its own language models. */
function hostModels(send: ServerOptions["send"]) {
  const { ask, answered } = createHostRequests<ModelOutcome>(send);
  const host: ModelHost = {
    async key(provider) {
      const outcome = await ask((id) => ({ type: "model", id, do: "key", provider }));
      return "key" in outcome ? outcome.key : null;
    },
    async complete(call, model, signal) {
      if (signal?.aborted) throw cancelled("asking the model");
      const outcome = await ask(
        (id) => ({ type: "model", id, do: "complete", call, model }),
        signal && { signal, message: (id) => ({ type: "model", id, do: "cancel" }) },
      );
      if ("error" in outcome) throw fromErrorView(outcome.error);
      if ("answer" in outcome) return outcome.answer;
      throw modelUnavailable("the editor gave no answer");
    },
  };
  return { host, answered };
}

/** The ports, with the user's surroundings that the host knows in place of the process's own. */
function withSurroundings(
  ports: OpenPorts,
  { agent, cwd, project, sync: choices, judgeKey }: Call["surroundings"],
  vault: SessionVault,
  host: ModelHost,
): Ports {
  // Without a folder, the window belongs to no project; the user's home folder is then the working directory, as in a shell.
  const folder = cwd ?? homedir();
  const found = ports.surroundingsOf(folder);
  return {
    ...ports,
    files: fileReader({ cwd: folder, home: ports.ledger.home }),
    ...(judgeKey === undefined
      ? {}
      : {
          evals: {
            ...ports.evals,
            judge: (prompt, schema, call) => ports.evals.judge(prompt, schema, { apiKey: judgeKey, ...call }),
          },
        }),
    models: ports.modelsWith(host),
    sync() {
      const { trusted = false, ...chosen } = choices ?? {};
      return ports.syncFrom({ cwd: folder, choices: chosen, vault, trusted });
    },
    surroundings: {
      ...found,
      ...(agent === null ? {} : { agent }),
      ...(project === null ? {} : { project: async () => project }),
    },
  };
}

/** The wire form of an error. The stack of an unexpected error is logged, because the wire form omits it. */
function toReportedError(error: unknown, send: ServerOptions["send"]): ErrorView {
  const view = toErrorView(error);
  if (view.code === "internal" && error instanceof Error)
    send({ type: "log", level: "error", message: error.stack ?? error.message });
  return view;
}

function throttledProgress(id: number, send: ServerOptions["send"]): OnProgress {
  const state = { last: Number.NEGATIVE_INFINITY };
  return (progress) => {
    const now = performance.now();
    if (now - state.last < progressIntervalMs) return;
    state.last = now;
    send({ type: "progress", id, progress });
  };
}
