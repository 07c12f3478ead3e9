import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ErrorView } from "../../kernel/errors.ts";
import { failureView, type Host } from "./host.ts";

/** The newest view, kept while another loads or has failed to. */
export type Load<View> = Readonly<{
  view: View | null;
  error: ErrorView | null;
  loading: boolean;
  /** `performance.now()` when `view` arrived. */
  receivedAt: number;
}>;

/**
 * Keeps a view up to date: asks when the question changes and when the ledger has news, one question at a time, and not while
 * the panel is hidden.
 * @param question null while nothing is to be asked: what is there stays
 */
export function useLoad<View>(host: Host, question: (() => Promise<View>) | null): Readonly<{ load: Load<View>; ask(): void }> {
  const [load, setLoad] = useState<Load<View>>({ view: null, error: null, loading: true, receivedAt: 0 });
  // Number of the newest question: answers to former ones come too late. `news`: the ledger changed since it was asked.
  const asking = useRef({ newest: 0, open: false, news: false });

  const ask = useCallback((): void => {
    if (question === null) return;
    const { current } = asking;
    current.newest += 1;
    current.open = true;
    current.news = false;
    const asked = current.newest;
    setLoad((before) => ({ ...before, loading: true }));
    const finish = (update: (before: Load<View>) => Load<View>): void => {
      if (asked !== current.newest) return;
      current.open = false;
      setLoad(update);
      if (current.news && !document.hidden) ask();
    };
    question().then(
      (view) => finish(() => ({ view, error: null, loading: false, receivedAt: performance.now() })),
      (error: unknown) => finish((before) => ({ ...before, error: failureView(error), loading: false })),
    );
  }, [question]);

  useEffect(ask, [ask]);

  useEffect(() => {
    const askWhenFree = (): void => {
      const { current } = asking;
      if (current.open || document.hidden) current.news = true;
      else ask();
    };
    const onVisible = (): void => {
      if (!document.hidden && asking.current.news && !asking.current.open) ask();
    };
    document.addEventListener("visibilitychange", onVisible);
    const stop = host.listen((message) => {
      if (message.type === "changed") askWhenFree();
    });
    return () => {
      stop();
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [host, ask]);

  return { load, ask };
}
