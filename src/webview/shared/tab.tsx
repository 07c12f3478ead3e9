import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type { PanelMethod, PanelParams, PanelReply, TrendsFilter, TrendsTab } from "../../protocol/trends-panel.ts";
import { Loaded } from "./async-content.tsx";
import { usePanel } from "./contexts.ts";
import { EmptyFilter } from "./empty-filter.tsx";
import { EmptyLedger, type FirstSteps } from "./first-steps.tsx";
import type { Host } from "./host.ts";
import type { PanelState } from "./state.ts";
import type { StringKey } from "./strings.ts";
import { type Load, useLoad } from "./use-load.ts";

/** Fields that the view of every tab has, and optional values to filter by. */
export type TabView = Readonly<{
  zone?: string;
  projects: readonly string[];
  members: readonly Readonly<{ email: string; me: boolean }>[];
  filter: Readonly<{ from: string | null; to: string | null }>;
  agents?: readonly string[];
  tiers?: readonly string[];
  suites?: readonly string[];
  branches?: readonly string[];
}>;

/** Filters that only some tabs have; all have project, member and period. */
export type TabFilter = "agent" | "tier" | "suite" | "branch";

/** The requests whose reply is the view of a tab. */
type TabMethod = { [Method in PanelMethod]: PanelReply<Method> extends TabView ? Method : never }[PanelMethod];

/** The latest view of each request; tabs with the same request share it. */
export type Views = { readonly [Method in TabMethod]?: PanelReply<Method> };

type ViewOf<Method extends TabMethod> = NonNullable<Views[Method]>;

/** The number of runs in a view (null if it does not consist of runs) and the number of points it draws. */
type TabSize = Readonly<{ runs: number | null; points: number }>;

export type TabProps<View> = Readonly<{ view: View; state: PanelState }>;

/** The definition of a tab; tab list, filter row, loading, failures, empty states and deep links are derived from it. */
export type TabDefinition<Method extends TabMethod> = Readonly<{
  id: TrendsTab;
  label: StringKey;
  /** Null: no filter affects the tab, so none is shown. */
  filters: readonly TabFilter[] | null;
  method: Method;
  params(state: PanelState): PanelParams<Method>;
  size(view: ViewOf<Method>): TabSize;
  /** If there is nothing to show: the first steps, or `filter` if the filter is too narrow; else null. */
  empty(view: ViewOf<Method>): FirstSteps | "filter" | null;
  emptyFilter: StringKey;
  /** The tiles above the view; switching between tabs with the same tiles keeps them and their focus. */
  tiles(props: TabProps<ViewOf<Method>>): JSX.Element;
  view(props: TabProps<ViewOf<Method>>): JSX.Element;
  /** Shown below in every state. */
  below?(props: Readonly<{ state: PanelState }>): JSX.Element;
  /** The drawer that parts of this tab open at the side of the page; it stays open on other tabs. */
  drawer?(props: Readonly<{ state: PanelState }>): JSX.Element | null;
}>;

/** A tab as the panel uses it, independent of its view type. */
export type Tab = Readonly<{
  id: TrendsTab;
  label: StringKey;
  filters: readonly TabFilter[] | null;
  drawer: NonNullable<TabDefinition<TabMethod>["drawer"]>;
  /** Identifies the tab's request and its parameters. */
  question(state: PanelState): string;
  ask(host: Host, state: PanelState): Promise<(views: Views) => Views>;
  read(views: Views | null): (Readonly<{ view: TabView }> & TabSize) | null;
  content(props: Readonly<{ load: Load<Views>; state: PanelState }>): JSX.Element;
}>;

export function defineTab<Method extends TabMethod>(definition: TabDefinition<Method>): Tab {
  const { id, label, filters, method, params, drawer = () => null, below: Below, tiles: Tiles, view: View } = definition;
  return {
    id,
    label,
    filters,
    drawer,
    question: (state) => JSON.stringify([method, params(state)]),
    ask: async (host, state) => {
      const view = await host.ask(method, params(state));
      return (views) => ({ ...views, [method]: view });
    },
    read: (views) => {
      const view = views?.[method];
      return view ? { view, ...definition.size(view) } : null;
    },
    content: ({ load, state }) => (
      <>
        <Loaded load={{ ...load, view: load.view?.[method] ?? null }}>
          {(view) => {
            if (!view) return null;
            const empty = definition.empty(view);
            if (empty === "filter") return <NothingInFilter text={definition.emptyFilter} filter={state.filter} />;
            if (empty !== null) return <EmptyLedger first={empty} />;
            return (
              <>
                <Tiles view={view} state={state} />
                <View view={view} state={state} />
              </>
            );
          }}
        </Loaded>
        {Below !== undefined && <Below state={state} />}
      </>
    ),
  };
}

function NothingInFilter({ text, filter }: Readonly<{ text: StringKey; filter: TrendsFilter }>): JSX.Element {
  const { dispatch } = usePanel();
  return (
    <EmptyFilter
      text={text}
      onAll={filter.period === "all" ? null : () => dispatch({ type: "filter", filter: { period: "all" } })}
      onReset={() => dispatch({ type: "resetFilter" })}
    />
  );
}

/** Whether the first day of the period is after its last; such a period is not requested. */
export const isBackwards = (filter: TrendsFilter): boolean =>
  filter.since !== null && filter.until !== null && filter.since > filter.until;

/** Loads the view of the visible tab and keeps it up to date. The views of other tabs are cached. */
export function useViews(host: Host, tab: Tab, state: PanelState): Load<Views> {
  const cachedViews = useRef<Views>({});
  const key = isBackwards(state.filter) ? null : tab.question(state);
  const request = useMemo(
    () =>
      key === null
        ? null
        : async () => {
            const merge = await tab.ask(host, state);
            cachedViews.current = merge(cachedViews.current);
            return cachedViews.current;
          },
    [host, key],
  );
  return useLoad<Views>(host, request);
}
