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

/** What the view of every tab has, and what it may offer to filter by. */
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

/** The requests that are answered with the view of a tab. */
type TabMethod = { [Method in PanelMethod]: PanelReply<Method> extends TabView ? Method : never }[PanelMethod];

/** The newest view of each request; tabs that ask the same share it. */
export type Views = { readonly [Method in TabMethod]?: PanelReply<Method> };

type ViewOf<Method extends TabMethod> = NonNullable<Views[Method]>;

/** How many runs a view is made of, where it is made of runs, and how many points it draws. */
type TabSize = Readonly<{ runs: number | null; points: number }>;

export type TabProps<View> = Readonly<{ view: View; state: PanelState }>;

/** What a tab is made of; tab list, filter row, loading, failures, empty states and deep links are derived from it. */
export type TabDefinition<Method extends TabMethod> = Readonly<{
  id: TrendsTab;
  label: StringKey;
  /** Null: no filter changes the tab, so that none is shown. */
  filters: readonly TabFilter[] | null;
  method: Method;
  params(state: PanelState): PanelParams<Method>;
  size(view: ViewOf<Method>): TabSize;
  /** Where there is nothing to show: what to do first, or that the filter is too narrow. */
  empty(view: ViewOf<Method>): FirstSteps | "filter" | null;
  emptyFilter: StringKey;
  /** The numbers above the view; tabs with the same ones keep them, and the focus on them. */
  tiles(props: TabProps<ViewOf<Method>>): JSX.Element;
  view(props: TabProps<ViewOf<Method>>): JSX.Element;
  /** Shown below in every state. */
  below?(props: Readonly<{ state: PanelState }>): JSX.Element;
  /** What its parts open at the side of the page, on whichever tab. */
  drawer?(props: Readonly<{ state: PanelState }>): JSX.Element | null;
}>;

/** A tab as the panel knows it, whatever its view. */
export type Tab = Readonly<{
  id: TrendsTab;
  label: StringKey;
  filters: readonly TabFilter[] | null;
  drawer: NonNullable<TabDefinition<TabMethod>["drawer"]>;
  /** Tells its question from others. */
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

/** A period whose first day is after its last is not asked for. */
export const isBackwards = (filter: TrendsFilter): boolean =>
  filter.since !== null && filter.until !== null && filter.since > filter.until;

/** Loads the view of the tab in sight and keeps it up to date; what other tabs showed is kept. */
export function useViews(host: Host, tab: Tab, state: PanelState): Load<Views> {
  const kept = useRef<Views>({});
  const key = isBackwards(state.filter) ? null : tab.question(state);
  const question = useMemo(
    () =>
      key === null
        ? null
        : async () => {
            const add = await tab.ask(host, state);
            kept.current = add(kept.current);
            return kept.current;
          },
    [host, key],
  );
  return useLoad<Views>(host, question);
}
