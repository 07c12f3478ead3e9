import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { HostMessage, TrendsFilter } from "../../protocol/trends-panel.ts";
import { TextsContext } from "../panel/contexts.ts";
import type { Host, VsCodeApi } from "../panel/host.ts";
import { parseState, reduce, type Span } from "../panel/state.ts";
import { useMedia } from "../panel/use-media.ts";
import { usePainted } from "../panel/use-painted.ts";
import { useReturnFocus } from "../panel/use-return-focus.ts";
import { useScroll } from "../panel/use-scroll.ts";
import { useTrends } from "../panel/use-trends.ts";
import { textsOf } from "../texts.ts";
import { Content } from "./content.tsx";
import { FilterRow } from "./filter-row.tsx";
import { RuleDrawer } from "./rule-drawer.tsx";
import { RunDrawer } from "./run-drawer.tsx";
import { Skeleton } from "./skeleton.tsx";

type Language = Pick<Extract<HostMessage, { type: "init" }>, "locale" | "strings">;

type Props = Readonly<{ host: Host; api: VsCodeApi }>;

/** Below this width the drawer covers the page. */
const narrow = "(max-width: 699px)";

/** The trends panel. */
export function App({ host, api }: Props): JSX.Element {
  const [state, dispatch] = useReducer(reduce, undefined, () => parseState(api.getState()));
  const [language, setLanguage] = useState<Language | null>(null);
  const { load, ask } = useTrends(host, state.filter);
  const { view } = load;
  const zone = view?.zone ?? null;
  const texts = useMemo(() => textsOf(language?.strings ?? {}, language?.locale ?? navigator.language, zone), [language, zone]);
  const covers = useMedia(narrow);
  const drawerOpen = state.openRun !== null || state.openRule !== null;

  useEffect(() => api.setState(state), [api, state]);

  useEffect(
    () =>
      host.listen((message) => {
        switch (message.type) {
          case "init":
            document.documentElement.lang = message.locale;
            return setLanguage(message);
          case "show":
            if (message.tab !== undefined) dispatch({ type: "tab", tab: message.tab });
            if (message.filter !== undefined) dispatch({ type: "filter", filter: message.filter });
            if (message.fact_id !== undefined) dispatch({ type: "openRun", factId: message.fact_id });
            return;
          case "changed":
            // useTrends asks again.
            return;
          default:
            message satisfies never;
        }
      }),
    [host],
  );
  // Told only once listening has begun, as the answer comes at once.
  useEffect(() => host.notify({ type: "ready" }), [host]);

  usePainted(host, load);
  useScroll(state.scrollTop, view !== null, (top) => dispatch({ type: "scroll", top }));
  const main = useRef<HTMLDivElement>(null);
  useReturnFocus(drawerOpen, main);

  const onFilter = useCallback((filter: Partial<TrendsFilter>) => dispatch({ type: "filter", filter }), []);
  const onZoom = useCallback((zoom: Span | null) => dispatch({ type: "zoom", zoom }), []);
  const onOpenRun = useCallback((factId: string) => dispatch({ type: "openRun", factId }), []);
  const onOpenRule = useCallback((rule: string) => dispatch({ type: "openRule", rule }), []);
  const runs = view?.lines.reduce((sum, line) => sum + line.points.reduce((own, point) => own + point.runs, 0), 0) ?? 0;

  // Words wait for their language, which comes before the first answer.
  if (language === null && view === null && load.error === null) return <Skeleton />;
  return (
    <TextsContext.Provider value={texts}>
      <div class={`page${drawerOpen ? " with-drawer" : ""}`} ref={main} inert={drawerOpen && covers}>
        <h1 class="hidden-text">{texts.t("panel.title")}</h1>
        <FilterRow
          filter={state.filter}
          view={view}
          loading={load.loading}
          onChange={onFilter}
          onReset={() => dispatch({ type: "resetFilter" })}
        />
        <p class="hidden-text" aria-live="polite">
          {load.loading || view === null ? "" : texts.t("load.updated", { runs: texts.count("count.runs", runs) })}
        </p>
        <main aria-busy={load.loading}>
          <Content
            host={host}
            load={load}
            state={state}
            dispatch={dispatch}
            onFilter={onFilter}
            onZoom={onZoom}
            onOpenRun={onOpenRun}
            onOpenRule={onOpenRule}
            onRetry={ask}
          />
        </main>
      </div>
      {state.openRun !== null ? (
        <RunDrawer
          host={host}
          factId={state.openRun}
          fromRule={state.openRule}
          onBack={() => dispatch({ type: "closeRun" })}
          onClose={() => dispatch({ type: "closeDrawer" })}
        />
      ) : (
        state.openRule !== null && (
          <RuleDrawer
            host={host}
            rule={state.openRule}
            filter={state.filter}
            onOpenRun={onOpenRun}
            onClose={() => dispatch({ type: "closeDrawer" })}
          />
        )
      )}
    </TextsContext.Provider>
  );
}
