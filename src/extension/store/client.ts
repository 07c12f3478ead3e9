import { Worker } from "node:worker_threads";
import type { OperationInput, OperationName, OperationView } from "../../features/operations.ts";
import { cancelled, storeStopped } from "../../kernel/errors.ts";
import { type ErrorView, fromErrorView, toErrorView } from "../../kernel/ledger-error.ts";
import type { OnProgress, Progress } from "../../kernel/progress.ts";
import type { Logger } from "../../ports/ports.ts";
import type { SyncSession } from "../../ports/sync.ts";
import type { ModelOutcome, ModelQuestion, Report, WorkerCall, WorkerReply, WorkerStart } from "../../protocol/store-worker.ts";

type Call = Extract<WorkerCall, { type: "call" }>;

/** What the host knows of the user's surroundings; null: the worker finds out by itself, or does without. */
export type CallSurroundings = Call["surroundings"];

export type CallOptions = Readonly<{ signal?: AbortSignal; onProgress?: OnProgress; surroundings?: CallSurroundings }>;

/** The ledger as the extension's main thread knows it: operations by name, answered by a worker thread. */
export type Store = Readonly<{
  /** Runs one operation. Starts the worker when there is none. @throws every error of the operation; store_stopped */
  call<Name extends OperationName>(name: Name, input: OperationInput<Name>, options?: CallOptions): Promise<OperationView<Name>>;
  /** Runs one operation and gives what a person reads of its answer. The worker parses the input. @throws as `call` */
  report(name: OperationName, input: Call["input"], reader: NonNullable<Call["report"]>, options?: CallOptions): Promise<Report>;
  /** Runs one operation as an agent does, by its tool. @returns the tool's answer as JSON @throws as `call` */
  callTool(tool: string, name: OperationName, input: Call["input"], options?: CallOptions): Promise<string>;
  /** Name of the project that a folder belongs to. */
  project(folder: string): Promise<string>;
  /** Has the worker write its checkpoint, when it runs. */
  flush(): Promise<void>;
  /** Ends the worker, after its checkpoint; the next call starts another, with the settings of then. Forgets earlier crashes. */
  restart(): Promise<void>;
  /** Ends the worker for good. */
  close(): Promise<void>;
}>;

export type StoreOptions = Readonly<{
  /** The worker's bundle. */
  workerFile: string;
  /** Asked at each start of the worker. */
  start(): WorkerStart;
  log: Logger;
  /** Keeps sessions among the user's secrets, as the worker asks for it. Default: none are kept. */
  secret?(message: Extract<WorkerReply, { type: "secret" }>): Promise<SyncSession | null>;
  /** Answers questions about models; null where there is nothing to say. Default: there are neither keys nor models. */
  model?(question: ModelQuestion): Promise<ModelOutcome | null>;
  /** Milliseconds without a call after which the worker is ended to free its memory. */
  idleAfter: number;
}>;

/** The worker's messages. Both sides are of one build, so a value has the type of the operation it answers: `never` fits each. */
type Incoming =
  | Readonly<{ type: "result"; id: number; value: never }>
  | Readonly<{ type: "error"; id: number; error: ErrorView }>
  | Readonly<{ type: "progress"; id: number; progress: Progress }>
  | Extract<WorkerReply, { type: "secret" | "model" }>
  | Readonly<{ type: "log"; level: "debug" | "info" | "warn" | "error"; message: string }>;

type Waiting = Readonly<{
  resolve(value: never): void;
  reject(error: unknown): void;
  onProgress?: OnProgress | undefined;
  /** Sends the message once more, to another worker; absent when doing it twice could change the ledger twice. */
  again?: (() => void) | undefined;
}>;

type Running = Readonly<{ worker: Worker; waiting: Map<number, Waiting> }>;

/** After so many crashes with no answer in between, no further worker is started until `restart`. */
const crashLimit = 2;
/** How long a closing worker may take for its checkpoint, in ms; VS Code gives an extension about five seconds. */
const closeWithin = 3_000;

/** Operations that are not idempotent. Their definitions say so too, but are not loaded here; a test compares. */
export const onceOnly: ReadonlySet<OperationName> = new Set<OperationName>([
  "reset",
  "critique",
  "hook",
  "gate run",
  "self-fix process",
  "self-fix triage",
  "self-fix localise",
  "self-fix plan",
  "self-fix propose",
  "self-fix test",
  "self-fix review",
  "self-fix publish",
  "rules init",
  "rules update",
  "rules teach",
  "rules begin",
  "rules retire",
  "ask",
  "note",
  "critical",
  "task add",
  "task claim",
  "feedback add",
  "budget extend",
  "spend add",
  "audit add",
  "memory add",
  "memory recall",
  "memory supersede",
  "learn add",
  "self-edit add",
  "sessions add",
  "store put",
  "trust add",
  "promote",
  "demote",
  "team create",
  "team add",
  "team accept",
  "team decline",
  "team remove",
  "team reset",
  "team set",
]);

/** Whether an operation may be sent twice. What is redeemed, created or taken away at a team's server is so only once. */
function isRepeatable(operation: OperationName, input: object): boolean {
  switch (operation) {
    case "sync login":
    case "sync now":
    case "sync push":
    case "sync pull":
    case "syncBrowser": {
      const redeems = "code" in input && input.code !== undefined;
      return !redeems && !("new_device" in input && input.new_device === true);
    }
    default:
      return !onceOnly.has(operation);
  }
}

const nowhere: CallSurroundings = { project: null, agent: null, cwd: null };

/**
 * Makes the client. Nothing is started before the first call. When the worker ends unexpectedly, another one is started once and
 * the unanswered calls are sent to it; whatever cannot be answered is rejected, so that every call is settled.
 */
export function createStore(options: StoreOptions): Store {
  const { log } = options;
  const state: { running: Running | undefined; crashes: number; lastId: number; closed: boolean } = {
    running: undefined,
    crashes: 0,
    lastId: 0,
    closed: false,
  };
  const idle: { timer: NodeJS.Timeout | undefined } = { timer: undefined };

  const settled = (running: Running): void => {
    clearTimeout(idle.timer);
    if (running.waiting.size > 0) return;
    idle.timer = setTimeout(() => {
      if (state.running === running && running.waiting.size === 0) void end(running);
    }, options.idleAfter);
    idle.timer.unref();
  };

  const answerSecret = async (running: Running, message: Extract<Incoming, { type: "secret" }>): Promise<void> => {
    const session = await (options.secret?.(message) ?? Promise.resolve(null)).catch((error: unknown) => {
      // The worker then takes nobody to be signed in, which is told where it matters.
      log.error(`The sign-in could not be read or kept: ${toErrorView(error).message}`);
      return null;
    });
    running.worker.postMessage({ type: "secret", id: message.id, session } satisfies WorkerCall);
  };

  const answerModel = async (running: Running, question: ModelQuestion): Promise<void> => {
    const none: ModelOutcome = { key: null };
    const outcome = await (options.model?.(question) ?? Promise.resolve(none)).catch((error: unknown): ModelOutcome => {
      // The worker goes on without a key, or says that no model answered.
      log.error(`The editor could not be asked about models: ${toErrorView(error).message}`);
      return none;
    });
    if (outcome !== null) running.worker.postMessage({ type: "model", id: question.id, outcome } satisfies WorkerCall);
  };

  const receive = (running: Running, message: Incoming): void => {
    if (message.type === "log") {
      log[message.level](message.message);
      return;
    }
    if (message.type === "secret") {
      void answerSecret(running, message);
      return;
    }
    if (message.type === "model") {
      void answerModel(running, message);
      return;
    }
    const call = running.waiting.get(message.id);
    if (message.type === "progress") {
      call?.onProgress?.(message.progress);
      return;
    }
    running.waiting.delete(message.id);
    state.crashes = 0;
    if (message.type === "result") call?.resolve(message.value);
    else call?.reject(fromErrorView(message.error));
    settled(running);
  };

  /** Comes for the error of a worker and again for its exit; the second time there is nothing left to do. */
  const crashed = (running: Running, reason: string): void => {
    if (state.running !== running) return;
    state.running = undefined;
    state.crashes += 1;
    log.error(`Store worker ended unexpectedly: ${reason}`);
    const calls = [...running.waiting.values()];
    running.waiting.clear();
    for (const call of calls) {
      if (call.again !== undefined && state.crashes < crashLimit) call.again();
      else call.reject(storeStopped(reason));
    }
  };

  const start = (): Running => {
    const started = performance.now();
    const worker = new Worker(options.workerFile, { workerData: options.start(), name: "reward-ledger" });
    const running: Running = { worker, waiting: new Map() };
    worker.on("online", () => log.debug(`Store worker started in ${Math.round(performance.now() - started)} ms`));
    worker.on("message", (message: Incoming) => receive(running, message));
    worker.on("error", (error) => crashed(running, error instanceof Error ? (error.stack ?? error.message) : String(error)));
    worker.on("exit", (code) => crashed(running, `exit code ${code}`));
    state.running = running;
    return running;
  };

  /** The worker, started when there is none. @throws store_stopped */
  const running = (): Running => {
    if (state.closed) throw storeStopped("the window is closing");
    if (state.crashes >= crashLimit) throw storeStopped("it ended again after it was started anew");
    clearTimeout(idle.timer);
    return state.running ?? start();
  };

  const post = (to: Running, message: WorkerCall, waiting: Waiting): void => {
    to.waiting.set(message.id, waiting);
    to.worker.postMessage(message);
  };

  const end = async (ending: Running): Promise<void> => {
    state.running = undefined;
    clearTimeout(idle.timer);
    await new Promise<void>((done) => {
      const timer = setTimeout(() => {
        log.warn(`Store worker did not close within ${closeWithin} ms`);
        done();
      }, closeWithin);
      const closed = (): void => {
        clearTimeout(timer);
        done();
      };
      ending.worker.once("exit", closed);
      post(ending, { type: "close", id: ++state.lastId }, { resolve: closed, reject: closed });
    });
    await ending.worker.terminate();
    for (const call of ending.waiting.values()) call.reject(storeStopped("it was closed"));
    ending.waiting.clear();
  };

  /** Sends a message and waits for its answer; `repeatable` messages survive one crash of the worker. */
  const ask = <Value>(
    message: (id: number) => WorkerCall,
    repeatable: boolean,
    { signal, onProgress }: Pick<CallOptions, "signal" | "onProgress"> = {},
  ): Promise<Value> =>
    new Promise((resolve, reject) => {
      const send = (again: (() => void) | undefined): void => {
        try {
          const to = running();
          const id = ++state.lastId;
          const cancel = (): void => to.worker.postMessage({ type: "cancel", id } satisfies WorkerCall);
          signal?.addEventListener("abort", cancel, { once: true });
          const over = (): void => signal?.removeEventListener("abort", cancel);
          post(to, message(id), {
            resolve: (value) => {
              over();
              resolve(value);
            },
            reject: (error) => {
              over();
              reject(error);
            },
            onProgress,
            again:
              again === undefined
                ? undefined
                : () => {
                    over();
                    again();
                  },
          });
        } catch (error) {
          reject(error);
        }
      };
      send(repeatable ? () => send(undefined) : undefined);
    });

  const run = <Value>(
    operation: OperationName,
    input: Call["input"],
    { surroundings = nowhere, ...rest }: CallOptions = {},
    as: Pick<Call, "report" | "tool"> = {},
  ): Promise<Value> =>
    rest.signal?.aborted
      ? Promise.reject(cancelled(operation))
      : ask((id) => ({ type: "call", id, operation, input, surroundings, ...as }), isRepeatable(operation, input), rest);

  return {
    call: (operation, input, options) => run(operation, input, options),
    report: (operation, input, report, options) => run(operation, input, options, { report }),
    callTool: (tool, operation, input, options) => run(operation, input, options, { tool }),
    project: (folder) => ask((id) => ({ type: "project", id, cwd: folder }), true),
    flush: async () => {
      if (state.running === undefined) return;
      try {
        await ask((id) => ({ type: "flush", id }), false);
      } catch (error) {
        // The journal holds every fact, so a checkpoint that failed costs time at the next start, nothing else.
        log.warn(`Checkpoint failed: ${toErrorView(error).message}`);
      }
    },
    restart: async () => {
      state.crashes = 0;
      if (state.running !== undefined) await end(state.running);
    },
    close: async () => {
      state.closed = true;
      if (state.running !== undefined) await end(state.running);
    },
  };
}
