import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ErrorView } from "../../domain/errors.ts";
import type { TrendsView } from "../../operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { failureView, type Host } from "./host.ts";

/** The newest view, kept while another loads or has failed to. */
export type TrendsLoad = Readonly<{
  view: TrendsView | null;
  error: ErrorView | null;
  loading: boolean;
  /** `performance.now()` when `view` arrived. */
  receivedAt: number;
}>;

/** A period whose first day is after its last is not asked for. */
export const isBackwards = (filter: TrendsFilter): boolean =>
  filter.since !== null && filter.until !== null && filter.since > filter.until;

/**
 * Keeps the view of a filter up to date: asks when the filter changes and when the ledger has news, one question at a time, and
 * not while the panel is hidden.
 */
export function useTrends(host: Host, filter: TrendsFilter): Readonly<{ load: TrendsLoad; ask(): void }> {
  const [load, setLoad] = useState<TrendsLoad>({ view: null, error: null, loading: true, receivedAt: 0 });
  // Number of the newest question: answers to former ones come too late. `news`: the ledger changed since it was asked.
  const question = useRef({ newest: 0, open: false, news: false });

  const ask = useCallback((): void => {
    if (isBackwards(filter)) return;
    const { current } = question;
    current.newest += 1;
    current.open = true;
    current.news = false;
    const asked = current.newest;
    setLoad((before) => ({ ...before, loading: true }));
    const finish = (update: (before: TrendsLoad) => TrendsLoad): void => {
      if (asked !== current.newest) return;
      current.open = false;
      setLoad(update);
      if (current.news && !document.hidden) ask();
    };
    host.trends(filter).then(
      (view) => finish(() => ({ view, error: null, loading: false, receivedAt: performance.now() })),
      (error: unknown) => finish((before) => ({ ...before, error: failureView(error), loading: false })),
    );
  }, [host, filter]);

  useEffect(ask, [ask]);

  useEffect(() => {
    const askWhenFree = (): void => {
      const { current } = question;
      if (current.open || document.hidden) current.news = true;
      else ask();
    };
    const onVisible = (): void => {
      if (!document.hidden && question.current.news && !question.current.open) ask();
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
