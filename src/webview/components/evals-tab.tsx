import type { JSX } from "preact";
import type { EvalOverviewView } from "../../operations/eval-panel-views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { useTexts } from "../panel/contexts.ts";
import type { Host } from "../panel/host.ts";
import type { PanelAction, PanelState } from "../panel/state.ts";
import { EmptyFilter } from "./empty-filter.tsx";
import { EmptyLedger } from "./empty-ledger.tsx";

type Props = Readonly<{
  host: Host;
  view: EvalOverviewView;
  state: PanelState;
  dispatch(action: PanelAction): void;
  onFilter(filter: Partial<TrendsFilter>): void;
}>;

/** Evals over time. */
export function EvalsTab({ host, view, state, dispatch, onFilter }: Props): JSX.Element {
  const texts = useTexts();
  if (!view.recorded) return <EmptyLedger host={host} />;
  return (
    <section class="section" aria-label={texts.t("tab.evals")}>
      <EmptyFilter
        onAll={state.filter.period === "all" ? null : () => onFilter({ period: "all" })}
        onReset={() => dispatch({ type: "resetFilter" })}
      />
    </section>
  );
}
