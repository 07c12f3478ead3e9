import type { ErrorView } from "../../kernel/ledger-error.ts";
import type { HostMessage, PanelMethod, PanelNotice, PanelParams, PanelReply } from "../../protocol/trends-panel.ts";

/** The API that VS Code provides to a webview: a single object, which may be acquired only once. */
export type VsCodeApi = Readonly<{
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}>;

/** A request that failed on the host's side, with what to do about it. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly view: ErrorView;

  constructor(view: ErrorView) {
    super(view.message);
    this.view = view;
  }
}

type HostEvent = Exclude<HostMessage, { type: "reply" }>;

/** The panel's interface to the host: requests with one reply each, notices, and unsolicited messages. */
export type Host = Readonly<{
  /** Sends a request of the `TrendsApi`. @throws RequestFailure */
  ask<Method extends PanelMethod>(method: Method, params: PanelParams<Method>): Promise<PanelReply<Method>>;
  notify(notice: PanelNotice): void;
  /** Calls the listener with every message except replies. @returns a function that removes the listener */
  listen(listener: (message: HostEvent) => void): () => void;
}>;

/** The host's messages. Both sides are from the same build, so a result has its request's type; `never` is assignable to each. */
type Incoming =
  | HostEvent
  | Extract<HostMessage, { ok: false }>
  | Readonly<{ type: "reply"; id: number; ok: true; result: never }>;

const messageTypes: ReadonlySet<unknown> = new Set<HostMessage["type"]>(["init", "reply", "show", "changed"]);

/** Whether a message belongs to the protocol; other scripts in the webview's frame post messages too. */
function isHostMessage(data: unknown): data is Incoming {
  return typeof data === "object" && data !== null && "type" in data && messageTypes.has(data.type);
}

/** Converts any thrown value to an `ErrorView`. */
export function failureView(error: unknown): ErrorView {
  if (error instanceof RequestFailure) return error.view;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, hint: "Reload the window. If it happens again, report it with the log." };
}

/**
 * Connects the panel with its host.
 * @param api posts to the host
 * @param frame receives the host's messages
 */
export function connectHost(api: VsCodeApi, frame: Window): Host {
  const pending = new Map<number, Readonly<{ resolve(result: never): void; reject(error: RequestFailure): void }>>();
  const listeners = new Set<(message: HostEvent) => void>();
  let lastId = 0;

  frame.addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = event.data;
    if (!isHostMessage(message)) return;
    if (message.type !== "reply") {
      for (const listener of [...listeners]) listener(message);
      return;
    }
    const request = pending.get(message.id);
    pending.delete(message.id);
    if (message.ok) request?.resolve(message.result);
    else request?.reject(new RequestFailure(message.error));
  });

  return {
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        api.postMessage({ type: "request", id: lastId, method, params });
      }),
    notify: (notice) => api.postMessage(notice),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
