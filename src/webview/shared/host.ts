import type { ErrorView } from "../../kernel/errors.ts";
import type { HostMessage, PanelMethod, PanelNotice, PanelRequest, PanelResults } from "../../protocol/trends-panel.ts";

/** What VS Code gives a webview: one object, to be asked for once. */
export type VsCodeApi = Readonly<{
  postMessage(message: PanelRequest | PanelNotice): void;
  getState(): unknown;
  setState(state: unknown): void;
}>;

type Params<Method extends PanelMethod> = Extract<PanelRequest, { method: Method }>["params"];
type AnyResult = PanelResults[PanelMethod];

/** A request that failed on the host's side, with what to do about it. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly view: ErrorView;

  constructor(view: ErrorView) {
    super(view.message);
    this.view = view;
  }
}

/** The host as the panel sees it: requests with one reply each, notices, and what it says unasked. */
export type Host = Readonly<{
  trends(params: Params<"trends">): Promise<PanelResults["trends"]>;
  run(params: Params<"run">): Promise<PanelResults["run"]>;
  runsBreaking(params: Params<"runsBreaking">): Promise<PanelResults["runsBreaking"]>;
  evals(params: Params<"evals">): Promise<PanelResults["evals"]>;
  costs(params: Params<"costs">): Promise<PanelResults["costs"]>;
  spend(params: Params<"spend">): Promise<PanelResults["spend"]>;
  evalTest(params: Params<"evalTest">): Promise<PanelResults["evalTest"]>;
  evalRun(params: Params<"evalRun">): Promise<PanelResults["evalRun"]>;
  openFinding(params: Params<"openFinding">): Promise<PanelResults["openFinding"]>;
  copy(params: Params<"copy">): Promise<PanelResults["copy"]>;
  save(params: Params<"save">): Promise<PanelResults["save"]>;
  notify(notice: PanelNotice): void;
  /** Calls back with everything but replies; gives the function that stops it. */
  listen(listener: (message: Exclude<HostMessage, { type: "reply" }>) => void): () => void;
}>;

const messageTypes: ReadonlySet<unknown> = new Set<HostMessage["type"]>(["init", "reply", "show", "changed"]);

/** Other scripts of the webview's frame post messages too; only those of the protocol pass. */
function isHostMessage(data: unknown): data is HostMessage {
  return typeof data === "object" && data !== null && "type" in data && messageTypes.has(data.type);
}

/** An unexpected shape of a reply is a failure of that request, not of the panel. */
function unexpected(method: PanelMethod): RequestFailure {
  return new RequestFailure({
    code: "internal",
    message: `Failed to read the answer to ${method}: it has an unexpected shape`,
    hint: "Reload the window. If it happens again, report it with the log.",
  });
}

/** The wire form of anything thrown. */
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
  const pending = new Map<number, Readonly<{ resolve(result: AnyResult): void; reject(error: RequestFailure): void }>>();
  const listeners = new Set<(message: Exclude<HostMessage, { type: "reply" }>) => void>();
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

  const ask = (make: (id: number) => PanelRequest): Promise<AnyResult> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      api.postMessage(make(lastId));
    });

  return {
    async trends(params) {
      const result = await ask((id) => ({ type: "request", id, method: "trends", params }));
      if (result !== null && "lines" in result) return result;
      throw unexpected("trends");
    },
    async run(params) {
      const result = await ask((id) => ({ type: "request", id, method: "run", params }));
      if (result !== null && "formula" in result) return result;
      throw unexpected("run");
    },
    async runsBreaking(params) {
      const result = await ask((id) => ({ type: "request", id, method: "runsBreaking", params }));
      if (result !== null && "length" in result) return result;
      throw unexpected("runsBreaking");
    },
    async evals(params) {
      const result = await ask((id) => ({ type: "request", id, method: "evals", params }));
      if (result !== null && "first_column" in result) return result;
      throw unexpected("evals");
    },
    async costs(params) {
      const result = await ask((id) => ({ type: "request", id, method: "costs", params }));
      if (result !== null && "what_if" in result) return result;
      throw unexpected("costs");
    },
    async spend(params) {
      const result = await ask((id) => ({ type: "request", id, method: "spend", params }));
      if (result !== null && "ceilings_set" in result) return result;
      throw unexpected("spend");
    },
    async evalTest(params) {
      const result = await ask((id) => ({ type: "request", id, method: "evalTest", params }));
      if (result !== null && "last_error" in result) return result;
      throw unexpected("evalTest");
    },
    async evalRun(params) {
      const result = await ask((id) => ({ type: "request", id, method: "evalRun", params }));
      if (result !== null && "rival" in result) return result;
      throw unexpected("evalRun");
    },
    async openFinding(params) {
      const result = await ask((id) => ({ type: "request", id, method: "openFinding", params }));
      if (result === null) return result;
      throw unexpected("openFinding");
    },
    async copy(params) {
      const result = await ask((id) => ({ type: "request", id, method: "copy", params }));
      if (result === null) return result;
      throw unexpected("copy");
    },
    async save(params) {
      const result = await ask((id) => ({ type: "request", id, method: "save", params }));
      if (result !== null && "saved" in result) return result;
      throw unexpected("save");
    },
    notify: (notice) => api.postMessage(notice),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
