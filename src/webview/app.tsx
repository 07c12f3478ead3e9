import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { EvalsFilter, HostMessage, TrendsFilter } from "../protocol/trends-panel.ts";
import { usePainted } from "./shared/chart/use-painted.ts";
import { PanelContext, TextsContext } from "./shared/contexts.ts";
import { FilterRow } from "./shared/filter-row.tsx";
import type { Host, VsCodeApi } from "./shared/host.ts";
import { Skeleton } from "./shared/skeleton.tsx";
import { type EvalPlace, parseState, reduce } from "./shared/state.ts";
import { useViews } from "./shared/tab.tsx";
import { TabList, tabId, tabPanelId } from "./shared/tab-list.tsx";
import { createTexts } from "./shared/texts.ts";
import { useMedia } from "./shared/use-media.ts";
import { useReturnFocus } from "./shared/use-return-focus.ts";
import { useScroll } from "./shared/use-scroll.ts";
import { tabIds, tabOf, tabs } from "./tabs.ts";

type Language = Pick<Extract<HostMessage, { type: "init" }>, "locale" | "strings">;

type Props = Readonly<{ host: Host; api: VsCodeApi }>;

/** Below this width the drawer covers the page. */
const narrowQuery = "(max-width: 699px)";

/** The part of the evals that a message opens. */
function evalPlacesOf({ eval_run: run, test }: Extract<HostMessage, { type: "show" }>): readonly EvalPlace[] {
  return [
    ...(run === undefined ? [] : [{ type: "run", run } as const]),
    ...(test === undefined ? [] : [{ type: "test", test } as const]),
  ];
}

/** The trends panel. */
export function App({ host, api }: Props): JSX.Element {
  const [state, dispatch] = useReducer(reduce, undefined, () => parseState(api.getState(), tabIds));
  const [language, setLanguage] = useState<Language | null>(null);
  const tab = tabOf(state.tab);
  const load = useViews(host, tab, state);
  const { loading, error, receivedAt } = load;
  const shown = tab.read(load.view);
  const view = shown?.view ?? null;
  const zone = useRef<string | null>(null);
  zone.current = view?.zone ?? zone.current;
  const texts = useMemo(
    () => createTexts(language?.strings ?? {}, language?.locale ?? navigator.language, zone.current),
    [language, zone.current],
  );
  const panel = useMemo(() => ({ host, dispatch }), [host]);
  const isNarrow = useMedia(narrowQuery);
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
            // useLoad loads again.
            return;
          default:
            message satisfies never;
        }
      }),
    [host],
  );
  // Sent only after the listener is attached, because the answer arrives immediately.
  useEffect(() => host.notify({ type: "ready" }), [host]);

  usePainted(host, { view, points: shown?.points ?? 0, receivedAt });
  useScroll(state.scrollTop, view !== null, (top) => dispatch({ type: "scroll", top }));
  const main = useRef<HTMLDivElement>(null);
  useReturnFocus(drawerOpen, main);

  const onFilter = useCallback((filter: Partial<TrendsFilter>) => dispatch({ type: "filter", filter }), []);
  const onEvals = useCallback((evals: Partial<EvalsFilter>) => dispatch({ type: "evals", evals }), []);

  // Rendering waits for the language, which arrives before the first answer.
  if (language === null && view === null && error === null) return <Skeleton />;
  return (
    <TextsContext.Provider value={texts}>
      <PanelContext.Provider value={panel}>
        <div class={`page${drawerOpen ? " with-drawer" : ""}`} ref={main} inert={drawerOpen && isNarrow}>
          <h1 class="hidden-text">{texts.t("panel.title")}</h1>
          {tab.filters !== null && (
            <FilterRow
              state={state}
              filters={tab.filters}
              view={view}
              loading={loading}
              onChange={onFilter}
              onEvals={onEvals}
              onReset={() => dispatch({ type: "resetFilter" })}
            />
          )}
          <p class="hidden-text" aria-live="polite">
            {loading || shown === null || shown.runs === null
              ? ""
              : texts.t("load.updated", { runs: texts.count("count.runs", shown.runs) })}
          </p>
          <main aria-busy={loading}>
            <TabList tabs={tabs} tab={tab.id} onTab={(chosen) => dispatch({ type: "tab", tab: chosen })} />
            <div class={`tab-panel ${tab.id}`} role="tabpanel" id={tabPanelId} aria-labelledby={tabId(tab.id)} tabIndex={-1}>
              <tab.content key={tab.id} load={load} state={state} />
            </div>
          </main>
        </div>
        {tabs.map(({ id, drawer: Drawer }) => (
          <Drawer key={id} state={state} />
        ))}
      </PanelContext.Provider>
    </TextsContext.Provider>
  );
}
