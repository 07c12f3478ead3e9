import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { EvalsFilter, HostMessage, TrendsFilter } from "../../protocol/trends-panel.ts";
import { EvalDrawer } from "../evals/eval-drawer.tsx";
import { RunDrawer } from "../runs/run-drawer.tsx";
import { RuleDrawer } from "../violations/rule-drawer.tsx";
import { usePainted } from "./chart/use-painted.ts";
import { Content } from "./content.tsx";
import { TextsContext } from "./contexts.ts";
import { FilterRow } from "./filter-row.tsx";
import type { Host, VsCodeApi } from "./host.ts";
import { Skeleton } from "./skeleton.tsx";
import { type EvalPlace, parseState, reduce, type Span } from "./state.ts";
import { textsOf } from "./texts.ts";
import { useMedia } from "./use-media.ts";
import { useReturnFocus } from "./use-return-focus.ts";
import { useScroll } from "./use-scroll.ts";
import { type PanelViews, useViews } from "./use-views.ts";

type Language = Pick<Extract<HostMessage, { type: "init" }>, "locale" | "strings">;

type Props = Readonly<{ host: Host; api: VsCodeApi }>;

/** Below this width the drawer covers the page. */
const narrow = "(max-width: 699px)";

/** What of the evals a message wants opened. */
function evalPlacesOf({ eval_run: run, test }: Extract<HostMessage, { type: "show" }>): readonly EvalPlace[] {
  return [
    ...(run === undefined ? [] : [{ type: "run", run } as const]),
    ...(test === undefined ? [] : [{ type: "test", test } as const]),
  ];
}

/** How many runs a view is made of. */
function runsOf(view: NonNullable<PanelViews["current"]["view"]>): number {
  if ("lines" in view) return view.lines.reduce((sum, line) => sum + line.points.reduce((own, point) => own + point.runs, 0), 0);
  return "what_if" in view ? view.tiles.runs : view.runs.length;
}

/** The trends panel. */
export function App({ host, api }: Props): JSX.Element {
  const [state, dispatch] = useReducer(reduce, undefined, () => parseState(api.getState()));
  const [language, setLanguage] = useState<Language | null>(null);
  const views = useViews(host, state);
  const { view, error, loading } = views.current;
  const zone = (view ?? views.trends.view ?? views.evals.view ?? views.costs.view)?.zone ?? null;
  const texts = useMemo(() => textsOf(language?.strings ?? {}, language?.locale ?? navigator.language, zone), [language, zone]);
  const covers = useMedia(narrow);
  const drawerOpen = state.openRun !== null || state.openRule !== null || state.evalPlaces.length > 0;

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
            for (const place of evalPlacesOf(message)) {
              dispatch({ type: "tab", tab: message.tab ?? "evals" });
              dispatch({ type: "openEval", place, from: [] });
            }
            return;
          case "changed":
            // useViews asks again.
            return;
          default:
            message satisfies never;
        }
      }),
    [host],
  );
  // Told only once listening has begun, as the answer comes at once.
  useEffect(() => host.notify({ type: "ready" }), [host]);

  usePainted(host, views.current);
  useScroll(state.scrollTop, view !== null, (top) => dispatch({ type: "scroll", top }));
  const main = useRef<HTMLDivElement>(null);
  useReturnFocus(drawerOpen, main);

  const onFilter = useCallback((filter: Partial<TrendsFilter>) => dispatch({ type: "filter", filter }), []);
  const onEvals = useCallback((evals: Partial<EvalsFilter>) => dispatch({ type: "evals", evals }), []);
  const onZoom = useCallback((zoom: Span | null) => dispatch({ type: "zoom", zoom }), []);
  const onOpenRun = useCallback((factId: string) => dispatch({ type: "openRun", factId }), []);
  const onOpenRule = useCallback((rule: string) => dispatch({ type: "openRule", rule }), []);

  // Words wait for their language, which comes before the first answer.
  if (language === null && view === null && error === null) return <Skeleton />;
  return (
    <TextsContext.Provider value={texts}>
      <div class={`page${drawerOpen ? " with-drawer" : ""}`} ref={main} inert={drawerOpen && covers}>
        <h1 class="hidden-text">{texts.t("panel.title")}</h1>
        <FilterRow
          state={state}
          load={views.current}
          onChange={onFilter}
          onEvals={onEvals}
          onReset={() => dispatch({ type: "resetFilter" })}
        />
        <p class="hidden-text" aria-live="polite">
          {loading || view === null ? "" : texts.t("load.updated", { runs: texts.count("count.runs", runsOf(view)) })}
        </p>
        <main aria-busy={loading}>
          <Content
            host={host}
            views={views}
            state={state}
            dispatch={dispatch}
            onFilter={onFilter}
            onZoom={onZoom}
            onOpenRun={onOpenRun}
            onOpenRule={onOpenRule}
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
      <EvalDrawer host={host} state={state} dispatch={dispatch} />
    </TextsContext.Provider>
  );
}
