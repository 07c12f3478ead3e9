import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ErrorView } from "../../kernel/ledger-error.ts";
import type { PanelMethod, PanelParams, PanelReply } from "../../protocol/trends-panel.ts";
import { usePanel } from "./contexts.ts";
import { failureView, type Host } from "./host.ts";

/** The latest view, kept while another one loads or after it has failed to load. */
export type Load<View> = Readonly<{
  view: View | null;
  error: ErrorView | null;
  loading: boolean;
  /** `performance.now()` when `view` arrived. */
  receivedAt: number;
  /** Repeats the request. */
  ask(): void;
}>;

/**
 * Keeps a view up to date: requests it when the question changes and when the ledger has changed. Ledger changes are coalesced
 * while a request is open and deferred while the panel is hidden.
 * @param request null: nothing is requested, and the current view stays
 */
export function useLoad<View>(host: Host, request: (() => Promise<View>) | null): Load<View> {
  const [load, setLoad] = useState<Omit<Load<View>, "ask">>({ view: null, error: null, loading: true, receivedAt: 0 });
  // `newest`: number of the latest request; replies to earlier ones are ignored. `news`: the ledger has changed since that
  // request.
  const requestState = useRef({ newest: 0, open: false, news: false });

  const ask = useCallback((): void => {
    if (request === null) return;
    const { current } = requestState;
    current.newest += 1;
    current.open = true;
    current.news = false;
    const requestId = current.newest;
    setLoad((before) => ({ ...before, loading: true }));
    const finish = (update: (before: typeof load) => typeof load): void => {
      if (requestId !== current.newest) return;
      current.open = false;
      setLoad(update);
      if (current.news && !document.hidden) ask();
    };
    request().then(
      (view) => finish(() => ({ view, error: null, loading: false, receivedAt: performance.now() })),
      (error: unknown) => finish((before) => ({ ...before, error: failureView(error), loading: false })),
    );
  }, [request]);

  // The error belongs to the previous question.
  useEffect(() => {
    setLoad((before) => ({ ...before, error: null }));
    ask();
  }, [ask]);

  useEffect(() => {
    const refreshWhenIdle = (): void => {
      const { current } = requestState;
      if (current.open || document.hidden) current.news = true;
      else ask();
    };
    const onVisible = (): void => {
      if (!document.hidden && requestState.current.news && !requestState.current.open) ask();
    };
    document.addEventListener("visibilitychange", onVisible);
    const stop = host.listen((message) => {
      if (message.type === "changed") refreshWhenIdle();
    });
    return () => {
      stop();
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [host, ask]);

  return { ...load, ask };
}

/** Keeps the reply to a request up to date, like `useLoad`. Parameters are compared by value, not by identity. */
export function useRequest<Method extends PanelMethod>(
  method: Method,
  params: PanelParams<Method> | null,
): Load<PanelReply<Method>> {
  const { host } = usePanel();
  const key = params === null ? null : JSON.stringify(params);
  const request = useMemo(() => (params === null ? null : () => host.ask(method, params)), [host, method, key]);
  return useLoad<PanelReply<Method>>(host, request);
}
