import { Worker } from "node:worker_threads";
import type { OperationInput, OperationName, OperationView } from "../../features/operations.ts";
import { cancelled, storeStopped } from "../../kernel/errors.ts";
import { type ErrorView, fromErrorView, toErrorView } from "../../kernel/ledger-error.ts";
import type { OnProgress, Progress } from "../../kernel/progress.ts";
import type { Logger } from "../../ports/ports.ts";
import type { SyncSession } from "../../ports/sync.ts";
import type { ModelOutcome, ModelRequest, Report, WorkerCall, WorkerReply, WorkerStart } from "../../protocol/store-worker.ts";

type Call = Extract<WorkerCall, { type: "call" }>;

/** What the host knows about the user's surroundings; null: the worker determines it itself or omits it. */
export type CallSurroundings = Call["surroundings"];

export type CallOptions = Readonly<{ signal?: AbortSignal; onProgress?: OnProgress; surroundings?: CallSurroundings }>;

/** The extension's interface to the ledger: operations by name, which a worker thread runs. */
export type Store = Readonly<{
  /** Runs one operation. Starts the worker if none is running. @throws every error of the operation; store_stopped */
  call<Name extends OperationName>(name: Name, input: OperationInput<Name>, options?: CallOptions): Promise<OperationView<Name>>;
  /** Runs one operation and returns its answer as a readable report. The worker parses the input. @throws as `call` */
  report(name: OperationName, input: Call["input"], reader: NonNullable<Call["report"]>, options?: CallOptions): Promise<Report>;
  /** Runs one operation as an agent's tool. @returns the tool's answer as JSON @throws as `call` */
  callTool(tool: string, name: OperationName, input: Call["input"], options?: CallOptions): Promise<string>;
  /** Name of the project that a folder belongs to. */
  project(folder: string): Promise<string>;
  /** Makes the worker write its checkpoint, if it is running. */
  flush(): Promise<void>;
  /**
   * Stops the worker after its checkpoint; the next call starts a new one with the then current settings. Resets the crash count.
   */
  restart(): Promise<void>;
  /** Stops the worker permanently. */
  close(): Promise<void>;
}>;

export type StoreOptions = Readonly<{
  /** Path of the worker's bundle. */
  workerFile: string;
  /** Called at each start of the worker. */
  start(): WorkerStart;
  log: Logger;
  /** Reads and stores sessions in the user's secrets at the worker's request. Default: none are stored. */
  secret?(message: Extract<WorkerReply, { type: "secret" }>): Promise<SyncSession | null>;
  /** Answers requests about models; null: no reply is sent. Default: there are neither keys nor models. */
  model?(question: ModelRequest): Promise<ModelOutcome | null>;
  /** Time in ms without a call after which the worker is stopped to free its memory. */
  idleAfter: number;
}>;

/**
 * The worker's messages. Both sides are from the same build, so a value has its operation's type; `never` is assignable to each.
 */
type Incoming =
  | Readonly<{ type: "result"; id: number; value: never }>
  | Readonly<{ type: "error"; id: number; error: ErrorView }>
  | Readonly<{ type: "progress"; id: number; progress: Progress }>
  | Extract<WorkerReply, { type: "secret" | "model" }>
  | Readonly<{ type: "log"; level: "debug" | "info" | "warn" | "error"; message: string }>;

type PendingCall = Readonly<{
  resolve(value: never): void;
  reject(error: unknown): void;
  onProgress?: OnProgress | undefined;
  /** Resends the message to a new worker; absent if running the operation twice could change the ledger twice. */
  again?: (() => void) | undefined;
}>;

type RunningWorker = Readonly<{ worker: Worker; waiting: Map<number, PendingCall> }>;

/** Number of crashes without an answer in between after which no worker is started until `restart`. */
const crashLimit = 2;
/** Timeout in ms for a closing worker's checkpoint; VS Code gives an extension about five seconds. */
const closeTimeoutMs = 3_000;

/** Operations that are not idempotent. Their definitions also state this but are not loaded here; a test compares both. */
export const nonIdempotent: ReadonlySet<OperationName> = new Set<OperationName>([
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

/**
 * Whether an operation may be sent twice. Actions that redeem, create or remove something at a team's server must run only once.
 */
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
      return !nonIdempotent.has(operation);
  }
}

const noSurroundings: CallSurroundings = { project: null, agent: null, cwd: null };

/**
 * Creates the client. The first call starts the worker. When the worker exits unexpectedly, one new worker is started and
 * receives the unanswered calls; calls that cannot be answered are rejected, so that every call settles.
 */
export function createStore(options: StoreOptions): Store {
  const { log } = options;
  const state: { running: RunningWorker | undefined; crashes: number; lastId: number; closed: boolean } = {
    running: undefined,
    crashes: 0,
    lastId: 0,
    closed: false,
  };
  const idle: { timer: NodeJS.Timeout | undefined } = { timer: undefined };

  const scheduleIdleStop = (running: RunningWorker): void => {
    clearTimeout(idle.timer);
    if (running.waiting.size > 0) return;
    idle.timer = setTimeout(() => {
      if (state.running === running && running.waiting.size === 0) void stopWorker(running);
    }, options.idleAfter);
    idle.timer.unref();
  };

  const answerSecret = async (running: RunningWorker, message: Extract<Incoming, { type: "secret" }>): Promise<void> => {
    const session = await (options.secret?.(message) ?? Promise.resolve(null)).catch((error: unknown) => {
      // The worker then treats the user as signed out; operations that need a session report it.
      log.error(`The sign-in could not be read or kept: ${toErrorView(error).message}`);
      return null;
    });
    running.worker.postMessage({ type: "secret", id: message.id, session } satisfies WorkerCall);
  };

  const answerModel = async (running: RunningWorker, question: ModelRequest): Promise<void> => {
    const none: ModelOutcome = { key: null };
    const outcome = await (options.model?.(question) ?? Promise.resolve(none)).catch((error: unknown): ModelOutcome => {
      // The worker continues without a key, or reports that no model answered.
      log.error(`The editor could not be asked about models: ${toErrorView(error).message}`);
      return none;
    });
    if (outcome !== null) running.worker.postMessage({ type: "model", id: question.id, outcome } satisfies WorkerCall);
  };

  const receive = (running: RunningWorker, message: Incoming): void => {
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
    scheduleIdleStop(running);
  };

  /** Handles a crash. Called on the worker's error event and again on its exit event; the second call does nothing. */
  const handleCrash = (running: RunningWorker, reason: string): void => {
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

  const start = (): RunningWorker => {
    const startedAt = performance.now();
    const worker = new Worker(options.workerFile, { workerData: options.start(), name: "reward-ledger" });
    const running: RunningWorker = { worker, waiting: new Map() };
    worker.on("online", () => log.debug(`Store worker started in ${Math.round(performance.now() - startedAt)} ms`));
    worker.on("message", (message: Incoming) => receive(running, message));
    worker.on("error", (error) => handleCrash(running, error instanceof Error ? (error.stack ?? error.message) : String(error)));
    worker.on("exit", (code) => handleCrash(running, `exit code ${code}`));
    state.running = running;
    return running;
  };

  /** Returns the running worker, or starts one. @throws store_stopped */
  const ensureRunning = (): RunningWorker => {
    if (state.closed) throw storeStopped("the window is closing");
    if (state.crashes >= crashLimit) throw storeStopped("it ended again after it was started anew");
    clearTimeout(idle.timer);
    return state.running ?? start();
  };

  const post = (target: RunningWorker, message: WorkerCall, waiting: PendingCall): void => {
    target.waiting.set(message.id, waiting);
    target.worker.postMessage(message);
  };

  const stopWorker = async (target: RunningWorker): Promise<void> => {
    state.running = undefined;
    clearTimeout(idle.timer);
    await new Promise<void>((done) => {
      const timer = setTimeout(() => {
        log.warn(`Store worker did not close within ${closeTimeoutMs} ms`);
        done();
      }, closeTimeoutMs);
      const closed = (): void => {
        clearTimeout(timer);
        done();
      };
      target.worker.once("exit", closed);
      post(target, { type: "close", id: ++state.lastId }, { resolve: closed, reject: closed });
    });
    await target.worker.terminate();
    for (const call of target.waiting.values()) call.reject(storeStopped("it was closed"));
    target.waiting.clear();
  };

  /** Sends a message and waits for its answer; `repeatable` messages are resent once after a crash of the worker. */
  const request = <Value>(
    message: (id: number) => WorkerCall,
    repeatable: boolean,
    { signal, onProgress }: Pick<CallOptions, "signal" | "onProgress"> = {},
  ): Promise<Value> =>
    new Promise((resolve, reject) => {
      const send = (retry: (() => void) | undefined): void => {
        try {
          const target = ensureRunning();
          const id = ++state.lastId;
          const cancel = (): void => target.worker.postMessage({ type: "cancel", id } satisfies WorkerCall);
          signal?.addEventListener("abort", cancel, { once: true });
          const detach = (): void => signal?.removeEventListener("abort", cancel);
          post(target, message(id), {
            resolve: (value) => {
              detach();
              resolve(value);
            },
            reject: (error) => {
              detach();
              reject(error);
            },
            onProgress,
            again:
              retry === undefined
                ? undefined
                : () => {
                    detach();
                    retry();
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
    { surroundings = noSurroundings, ...rest }: CallOptions = {},
    extras: Pick<Call, "report" | "tool"> = {},
  ): Promise<Value> =>
    rest.signal?.aborted
      ? Promise.reject(cancelled(operation))
      : request((id) => ({ type: "call", id, operation, input, surroundings, ...extras }), isRepeatable(operation, input), rest);

  return {
    call: (operation, input, options) => run(operation, input, options),
    report: (operation, input, report, options) => run(operation, input, options, { report }),
    callTool: (tool, operation, input, options) => run(operation, input, options, { tool }),
    project: (folder) => request((id) => ({ type: "project", id, cwd: folder }), true),
    flush: async () => {
      if (state.running === undefined) return;
      try {
        await request((id) => ({ type: "flush", id }), false);
      } catch (error) {
        // The journal holds every fact, so a failed checkpoint only makes the next start slower.
        log.warn(`Checkpoint failed: ${toErrorView(error).message}`);
      }
    },
    restart: async () => {
      state.crashes = 0;
      if (state.running !== undefined) await stopWorker(state.running);
    },
    close: async () => {
      state.closed = true;
      if (state.running !== undefined) await stopWorker(state.running);
    },
  };
}
